"""Whether a server uses a database at this moment: a restore wants it alone.

SQLite: the lock of `foundation.alone`, which a server holds. PostgreSQL: an advisory lock, which servers share; on a
connection of its own, through HEARTH_MIGRATION_URL if that is set: behind a pooler a lock could outlive its holder.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.foundation.alone import Alone, AlreadyServed
from app.foundation.db import open_engine
from app.foundation.schema import LOCK
from app.foundation.settings import Settings
from app.upkeep.trouble import Trouble

IN_USE = LOCK + 1
"""The number of PostgreSQL's advisory lock."""


def sqlite_file(settings: Settings) -> Path:
    return Path(make_url(settings.database_url).database or "")


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """Held by each server on PostgreSQL, beside others. Raises Trouble while a restore has the database."""
    if settings.is_sqlite:
        yield
        return
    with _advised(settings, "pg_try_advisory_lock_shared") as is_held:
        if not is_held:
            raise Trouble("A restore is under way. Start Hearth when it is done.", "restore under way")
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
    with _advised(settings, "pg_try_advisory_lock") as is_held:
        if not is_held:
            raise there
        yield


@contextmanager
def _advised(settings: Settings, ask: str) -> Iterator[bool]:
    engine = open_engine(settings, settings.migration_url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield bool(connection.scalar(text(f"SELECT {ask}(:number)"), {"number": IN_USE}))
    finally:
        engine.dispose()
