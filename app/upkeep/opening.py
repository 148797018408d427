"""Whether a database can be opened soundly, and what an operator does if not (SECURITY.md, U-10)."""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.config import dictConfig
from typing import Any, Final

from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from app.foundation import logs, schema
from app.foundation.db import open_engine
from app.foundation.faults import is_disk_fault
from app.foundation.settings import Settings
from app.upkeep import halfway, in_use
from app.upkeep.trouble import Trouble

LOOK_SECONDS = 0.5
"""How long a start looks through a SQLite file; a large one is looked at in part, `hearth verify` reads it all."""
STEPS = 10_000
AGAIN_SECONDS = 5.0
log = logging.getLogger("hearth")
UNAVAILABLE: Final = "database unavailable"
DAMAGED: Final = "database damaged"
HALF_RESTORED: Final = "restore broken off"
NOT_MIGRATED: Final = "migration failed"
SAYS: Final = {
    UNAVAILABLE: "The database does not answer, or cannot be written. Hearth tries again by itself. To look: hearth verify",
    DAMAGED: "The database is damaged. Bring the newest copy back: hearth restore FILE --replace",
    HALF_RESTORED: "A restore was broken off. Run it again: hearth restore FILE --replace",
    NOT_MIGRATED: "The schema could not be brought up to date; nothing was changed. To see why: hearth migrate",
}
"""One command each."""


@contextmanager
def soundly(settings: Settings) -> Iterator[None]:
    """Open a database inside this block: what goes wrong becomes a Trouble that names one command.

    A RuntimeError goes through: settings or secrets that are not safe are mended, not served around.
    """
    if halfway.is_left(settings):
        raise Trouble(SAYS[HALF_RESTORED], HALF_RESTORED)
    try:
        _look_through(settings)
        yield
    except (Trouble, RuntimeError):
        raise
    except SQLAlchemyError as wrong:
        event = _class_of(wrong)
        raise Trouble(SAYS[event], event) from wrong
    except Exception as wrong:
        raise Trouble(SAYS[NOT_MIGRATED], NOT_MIGRATED) from wrong


def _class_of(wrong: SQLAlchemyError) -> str:
    origin = getattr(wrong, "orig", None)
    if is_disk_fault(origin):
        return DAMAGED
    if isinstance(wrong, OperationalError) and not _is_about_the_schema(origin):
        return UNAVAILABLE
    return DAMAGED if isinstance(wrong, DatabaseError) and _is_no_database(origin) else NOT_MIGRATED


def _is_about_the_schema(origin: Any) -> bool:
    """SQLite calls a table that is missing, or there twice, an operational error."""
    return getattr(origin, "sqlite_errorname", "") == "SQLITE_ERROR"


def _is_no_database(origin: Any) -> bool:
    return getattr(origin, "sqlite_errorname", "") in ("SQLITE_NOTADB", "SQLITE_CORRUPT")


def _look_through(settings: Settings) -> None:
    """SQLite's own check, for a moment. Raises Trouble for a damaged file."""
    if not settings.is_sqlite or not in_use.sqlite_file(settings).exists():
        return
    engine = open_engine(settings)
    try:
        found = _quick_check(engine)
    finally:
        engine.dispose()
    if found != "ok":
        raise Trouble(SAYS[DAMAGED], DAMAGED)


def _quick_check(engine: Engine) -> str:
    until = time.monotonic() + LOOK_SECONDS
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(lambda: time.monotonic() > until, STEPS)
        try:
            return str(connection.scalar(text("PRAGMA quick_check(1)")))
        except OperationalError as wrong:
            if getattr(wrong.orig, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
                return "ok"
            raise
        finally:
            driver.set_progress_handler(None, 0)


def note(trouble: Trouble) -> None:
    """One line in the log, in the form of all others: the class of what happened."""
    dictConfig(logs.CONFIG)
    log.critical(f"shut: {trouble.event}")


def is_sound(settings: Settings, event: str) -> bool:
    """Whether what was wrong at the start is over. It changes nothing."""
    try:
        with soundly(settings):
            engine = open_engine(settings)
            try:
                if event == UNAVAILABLE:
                    engine.connect().close()
                    return True
                return schema.is_current(engine)
            finally:
                engine.dispose()
    except (Trouble, RuntimeError):
        return False


def start_again_when_sound(settings: Settings, event: str, again: Callable[[], None] | None = None) -> None:
    """While Hearth is shut: look every few seconds, and begin anew, with the same command, once the trouble is over."""

    def watch() -> None:
        time.sleep(AGAIN_SECONDS)  # it was unsound a moment ago, whatever a look now finds
        while not is_sound(settings, event):
            time.sleep(AGAIN_SECONDS)
        (again or _begin_anew)()

    threading.Thread(target=watch, name="looks whether it is sound again", daemon=True).start()


def _begin_anew() -> None:
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606
