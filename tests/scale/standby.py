"""A streaming replica of a test's own PostgreSQL."""

import shutil
from time import monotonic

from tests.security.postgres import SECONDS, Postgres


class Standby(Postgres):
    """Copied from `primary`, which runs, and following it from its start on."""

    def __init__(self, primary: Postgres) -> None:
        super().__init__()
        shutil.rmtree(self.folder)
        self._run_in_parent("pg_basebackup", "-R", "-X", "stream", "-c", "fast", "-D", str(self.folder),
                            "-d", primary.url)  # fmt: skip
        self.folder.chmod(0o700)

    def until_it_has(self, primary: Postgres) -> None:
        """Wait until everything the primary wrote so far has come over."""
        place = primary.ask("SELECT pg_current_wal_flush_lsn()::text")[0][0]
        began = monotonic()
        while not self.ask(f"SELECT pg_last_wal_replay_lsn() >= '{place}'::pg_lsn")[0][0]:
            assert monotonic() - began < SECONDS, "the replica does not follow"

    def _run_in_parent(self, program: str, *words: str) -> None:
        """As `_run`, where the folder is still to be made."""
        folder, self.folder = self.folder, self.folder.parent
        try:
            self.folder.chmod(0o777)
            self._run(program, *words)
        finally:
            self.folder = folder
