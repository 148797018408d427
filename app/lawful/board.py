"""What pages of every process show of the set-up (`foundation.site`), read again every few seconds."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.foundation.clock import aside
from app.foundation.home import Home
from app.foundation.settings import Settings
from app.foundation.site import Site, learn
from app.lawful.hours import in_words
from app.lawful.queries import choices
from app.lawful.reviews import due

READ_AGAIN_SECONDS = 10
"""How old what a process shows may be: a choice is seen at once where it was made, and so much later in all others."""
log = logging.getLogger("hearth")


def read(db: Session, settings: Settings) -> Site:
    """The place as it is now; from here on pages of this process show it."""
    chosen = choices(db)
    hours = chosen.hours
    found = Site(
        is_trial=not chosen.is_open, country=chosen.country, staffed=in_words(hours) if hours else "", due=len(due(db, settings))
    )  # fmt: skip
    learn(found)
    return found


@asynccontextmanager
async def kept_up(home: Home) -> AsyncIterator[None]:
    """Read before the first request is answered, and again and again inside this block."""
    await _read_aside(home)
    task = asyncio.create_task(_reading(home))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _reading(home: Home) -> None:
    while True:
        await asyncio.sleep(READ_AGAIN_SECONDS)
        await _read_aside(home)


async def _read_aside(home: Home) -> None:
    """A database that does not answer leaves what was known before."""

    def look() -> None:
        with home.database.reading() as db:
            read(db, home.settings)

    try:
        await aside(look)
    except (SQLAlchemyError, OSError) as wrong:
        log.warning("the set-up could not be read: %s", type(wrong).__name__)
