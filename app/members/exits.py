"""Leaving at once: whoever presses “Leave now” waits for nothing, and their session ends all the same, however long the
database is away (O-6, Q-2). And whoever signed out while it was."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Annotated

import anyio
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Depends, Request
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.errors import Busy, Unsure
from app.foundation.web.csrf import must_be_ours
from app.foundation.web.transaction import House, house
from app.members import queries, sessions
from app.members.cookies import cookie

LEAVE_WAIT_SECONDS = 0.1
"""So long the answer waits for the session's end: mostly it is done by then."""
THREADS = 4
"""Of their own: when all others are busy, this still gets through."""
TRIES_AFTER_SECONDS = (0, 1, 5)
AGAIN_SECONDS = 30
"""After those tries: as often as this, for as long as the process lives."""
MOST_LEAVING = 5_000
"""Sessions that one process still has to end; each takes some three KiB. The cookie of those beyond is gone from its browser
too, and the session ends by its own time."""
_limiter = CapacityLimiter(THREADS)
_leaving: dict[str, "asyncio.Task[None]"] = {}


async def end_soon(home: House, id_hash: str) -> None:
    """End a session: now if the database can, and otherwise as soon as it can again."""
    if id_hash not in _leaving:
        if len(_leaving) >= MOST_LEAVING:
            return
        _leaving[id_hash] = asyncio.create_task(_end(home, id_hash))
        _leaving[id_hash].add_done_callback(lambda _done: _leaving.pop(id_hash))
    await asyncio.wait({_leaving[id_hash]}, timeout=LEAVE_WAIT_SECONDS)


async def in_the_end(request: Request, token: Annotated[str, Depends(cookie)]) -> AsyncIterator[None]:
    """For the door that signs out: what the database could not do now is done once it can."""
    must_be_ours(request)
    try:
        yield
    except (SQLAlchemyError, Busy, Unsure):
        split = sessions.parts(token)
        if split:
            await end_soon(house(request), split[0])
        raise


async def _end(home: House, id_hash: str) -> None:
    for pause in itertools.chain(TRIES_AFTER_SECONDS, itertools.repeat(AGAIN_SECONDS)):
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
