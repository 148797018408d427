"""Leaving at once: whoever presses “Leave now” waits for nothing, and their session ends all the same (O-6, Q-2)."""

import asyncio
from contextlib import AsyncExitStack

import anyio
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.web.transaction import House
from app.members import queries, sessions

LEAVE_WAIT_SECONDS = 0.1
"""So long the answer waits for the session's end: mostly it is done by then."""
THREADS = 4
"""Of their own: when all others are busy, this still gets through."""
TRIES_AFTER_SECONDS = (0, 1, 5, 30)
MOST_LEAVING = 500
_limiter = CapacityLimiter(THREADS)
_leaving: set["asyncio.Task[None]"] = set()


async def end_soon(home: House, id_hash: str) -> None:
    """End a session: now if the database can, and otherwise as soon as it can again."""
    if len(_leaving) >= MOST_LEAVING:
        return
    ending = asyncio.create_task(_end(home, id_hash))
    _leaving.add(ending)
    ending.add_done_callback(_leaving.discard)
    await asyncio.wait({ending}, timeout=LEAVE_WAIT_SECONDS)


async def _end(home: House, id_hash: str) -> None:
    for pause in TRIES_AFTER_SECONDS:
        await anyio.sleep(pause)
        try:
            if not await run_sync(_is_there, home, id_hash, limiter=_limiter):
                return
            async with AsyncExitStack() as stack:
                if home.database.is_sqlite:
                    await stack.enter_async_context(home.one_writer)
                await run_sync(_ended, home, id_hash, limiter=_limiter)
        except SQLAlchemyError:
            continue
        else:
            return


def _is_there(home: House, id_hash: str) -> bool:
    with home.database.reading() as db:
        return queries.session(db, id_hash) is not None


def _ended(home: House, id_hash: str) -> None:
    with home.database.writing() as db:
        sessions.end_by_hash(db, id_hash)
        db.commit()
