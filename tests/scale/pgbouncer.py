"""Debian's pgbouncer, in transaction mode, before a test's own PostgreSQL."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.security.postgres import SECONDS, USER, Postgres, free_port

SERVER_CONNECTIONS = 4
"""Fewer than there are clients, so that each transaction may come to another one."""


class Pgbouncer:
    """With its settings as they come, but for the mode."""

    def __init__(self, primary: Postgres) -> None:
        program = shutil.which("pgbouncer") or ("/usr/sbin/pgbouncer" if Path("/usr/sbin/pgbouncer").exists() else "")
        if not program:
            raise RuntimeError("There is no pgbouncer on this machine: apt-get install pgbouncer")
        self.port = free_port()
        self._kept = tempfile.TemporaryDirectory(prefix="hearth-", ignore_cleanup_errors=True)
        user = USER if os.geteuid() == 0 else None
        file = Path(self._kept.name) / "pgbouncer.ini"
        file.write_text(
            f"[databases]\npostgres = host=127.0.0.1 port={primary.port} user=postgres\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\nauth_type = any\n"
            f"pool_mode = transaction\nmax_client_conn = 200\ndefault_pool_size = {SERVER_CONNECTIONS}\n"
        )
        if user:
            them = pwd.getpwnam(user)
            for path in (file.parent, file):
                os.chown(path, them.pw_uid, them.pw_gid)
        self.process = subprocess.Popen(
            [program, "-q", str(file)], user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.url = primary.url_at(self.port)
        self._until_it_listens()

    def _until_it_listens(self) -> None:
        for _try in range(SECONDS * 20):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process.poll() is None, "pgbouncer ended"
            time.sleep(0.05)
        raise RuntimeError("pgbouncer does not listen")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(SECONDS)
        self._kept.cleanup()
