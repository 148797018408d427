"""Whether a server uses a database at this moment: a restore wants it alone.

SQLite: the lock of `foundation.alone`, which a server holds. PostgreSQL: an advisory lock, which servers share; on a
connection of its own to the PostgreSQL itself, as behind a pgbouncer a connection is another's after each statement. When
PostgreSQL was restarted, a server takes it again.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.alone import Alone, AlreadyServed
from app.foundation.db import open_engine
from app.foundation.schema import LOCK
from app.foundation.settings import Settings
from app.upkeep.trouble import Trouble

IN_USE = LOCK + 1
"""The number of PostgreSQL's advisory lock."""
LOOK_SECONDS = 2.0
"""How often a server looks whether it still has the lock: so long after a restart of PostgreSQL a restore might not see it."""
log = logging.getLogger("hearth")


def sqlite_file(settings: Settings) -> Path:
    return Path(make_url(settings.database_url).database or "")


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """Held by each server on PostgreSQL, beside others. Raises Trouble while a restore has the database."""
    if settings.is_sqlite:
        yield
        return
    with _Advised(settings, "pg_try_advisory_lock_shared") as lock:
        if not lock.take():
            raise Trouble("A restore is under way. Start Hearth when it is done.", "restore under way")
        with lock.kept():
            yield


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Have it without a server. Raises Trouble if one is there."""
    there = Trouble("Hearth is running on this database. Stop it first, then restore. Nothing was touched.")
    if settings.is_sqlite:
        try:
            with Alone(settings):
                yield
        except AlreadyServed:
            raise there from None
        return
    with _Advised(settings, "pg_try_advisory_lock") as lock:
        if not lock.take():
            raise there
        yield


class _Advised:
    """PostgreSQL's lock, held by a connection for as long as that stands."""

    def __init__(self, settings: Settings, ask: str) -> None:
        self._ask = text(f"SELECT {ask}(:number)")
        self._engine = open_engine(settings, settings.listen_url or settings.migration_url)
        self._connection: Connection | None = None

    def __enter__(self) -> "_Advised":
        return self

    def __exit__(self, *_wrong: object) -> None:
        self._let_go()
        self._engine.dispose()

    def take(self) -> bool:
        """Whether it could be had."""
        self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        return bool(self._connection.scalar(self._ask, {"number": IN_USE}))

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Take it again inside this block whenever the connection broke."""
        over = threading.Event()
        watch = threading.Thread(target=self._watch, args=(over,), name="holds the database's lock", daemon=True)
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join(LOOK_SECONDS)

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(LOOK_SECONDS):
            if self._stands():
                continue
            self._let_go()
            with suppress(SQLAlchemyError):
                if not self.take():
                    self._let_go()
                    log.critical("a restore is under way beside this server")

    def _stands(self) -> bool:
        try:
            return self._connection is not None and bool(self._connection.scalar(text("SELECT true")))
        except SQLAlchemyError:
            return False

    def _let_go(self) -> None:
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                self._connection.invalidate()
                self._connection.close()
        self._connection = None
