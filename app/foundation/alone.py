"""One process serves a SQLite file: a lock beside it, held for as long as the process lives (SECURITY.md, U-3)."""

import fcntl
import os
from pathlib import Path

from sqlalchemy.engine import make_url

from app.foundation.settings import Settings

LOCK_SUFFIX = ".serving"
PRIVATE = 0o600


class AlreadyServed(RuntimeError):
    """Another process serves this database."""


class Alone:
    """The lock of one database file; on PostgreSQL, which takes many processes, nothing at all.

    As a context manager it is held; the system lets go of it when the process ends, however it ends. It is empty, and
    it is not deleted: two processes must never hold locks on two files of one name.
    """

    def __init__(self, settings: Settings) -> None:
        address = make_url(settings.database_url)
        is_file = address.get_backend_name() == "sqlite" and bool(address.database)
        self.file = Path(f"{address.database}{LOCK_SUFFIX}") if is_file else None
        self._held: int | None = None

    def __enter__(self) -> "Alone":
        """Raises AlreadyServed if another process is there."""
        if self.file:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            opened = os.open(self.file, os.O_RDWR | os.O_CREAT, PRIVATE)
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as taken:
                os.close(opened)
                raise AlreadyServed("Another process serves this database.") from taken
            self._held = opened
        return self

    def __exit__(self, *_wrong: object) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None
