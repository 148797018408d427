"""One request, one transaction, one commit, before the answer leaves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from time import monotonic
from typing import Annotated, TypeVar

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends, Request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Receive, Scope, Send

from app.foundation.crew import Crew
from app.foundation.db import POOL_WAIT_SECONDS, Database
from app.foundation.errors import Busy, Unsure
from app.foundation.faults import is_disk_fault
from app.foundation.home import Home
from app.foundation.keys import Keys
from app.foundation.language import gettext as _
from app.foundation.pooler import ANSWER_SECONDS, UNTIL
from app.foundation.settings import Settings
from app.foundation.web.at_once import AtOnce
from app.foundation.web.limits import Limits

READING = frozenset({"GET", "HEAD", "OPTIONS"})
WRITER_WAIT_SECONDS = 5
"""How long a request waits for the one writer of SQLite."""
QUICK_THREADS = {"sqlite": 1, "postgresql": 12}
"""For the quick doors. Each takes a few milliseconds of Python's one lock: on SQLite, which answers at once, two of them side
by side only take it from each other, a fifth of what was done under load (docs/decisions/0013). Commits wait for the disk in
a crew of their own, as large."""
THREADS = {"sqlite": 4, "postgresql": 12}
"""In which requests are answered, and how many of them hold a connection at the same time. Python runs one thread at a time
anyway; each more that wants to makes the loop, which sees to everybody else, wait longer for its turn. With PostgreSQL most of
them wait for an answer. The pool has more than twice as many: a thread that waited for a connection would be kept from whoever
has one and waits for a thread (docs/decisions/0013)."""

Door = TypeVar("Door", bound=Callable[..., object])


class House(Home):
    """What a running Hearth has: kept on the application, given to the doors."""

    def __init__(self, settings: Settings, keys: Keys, database: Database) -> None:
        super().__init__(settings, keys, database)
        # SQLite takes one writer at a time. Waiting for it here holds no thread, so the one
        # that writes always finds a thread to finish in.
        self.one_writer = anyio.Lock(fast_acquire=True)
        self.places = anyio.Semaphore(THREADS[database.engine.dialect.name], fast_acquire=True)
        self.quick = Crew(QUICK_THREADS[database.engine.dialect.name])
        self.saving = Crew(QUICK_THREADS[database.engine.dialect.name])
        self.limits = Limits(settings)
        self.at_once = AtOnce(is_on=database.is_sqlite and settings.page_cache_mib > 0)


def house(request: Request) -> House:
    found = request.app.state.house
    assert isinstance(found, House)  # noqa: S101
    return found


async def one_transaction(request: Request) -> AsyncIterator[Session]:
    """A session for this request: read-only by habit for GET, one that writes for everything else, and for doors where
    reading is an act."""
    writes = request.method not in READING or hasattr(request.scope.get("endpoint"), "is_act")
    async with a_session(house(request), writes=writes) as db:
        yield db


def an_act(door: Door) -> Door:
    """A door that only reads, and whose reading is written into the log: no row, no view (SECURITY.md, M-3)."""
    door.is_act = True  # type: ignore[attr-defined]
    return door


@asynccontextmanager
async def a_session(home: House, *, writes: bool, quickly: bool = False) -> AsyncIterator[Session]:
    """A session in its turn, which has until a moment by the clock that nobody sets. What was written is committed at the end,
    unless something was raised. `quickly`: by prepared statements, nearly all of it. Raises Busy when no place gets free."""
    until = monotonic() + ANSWER_SECONDS
    turn: anyio.Lock | anyio.Semaphore = home.places
    if writes and home.database.is_sqlite:
        turn = home.one_writer
        if not await _got(turn, WRITER_WAIT_SECONDS):
            raise Busy(_("Hearth is saving very much just now. Your words are still here. Try again soon."))
        until = monotonic() + ANSWER_SECONDS
    elif not await _got(turn, POOL_WAIT_SECONDS):
        raise Busy(_("Many people are here right now. Please try again in a few seconds."))
    try:
        opened = home.database
        db = opened.writing_quickly() if quickly else opened.writing() if writes else opened.reading()
        db.info[UNTIL] = until
        try:
            yield db
            if writes:
                await home.saving.do(partial(_keep, db))
        finally:
            if db.in_transaction():
                with anyio.CancelScope(shield=True):
                    await run_sync(db.close)
            else:  # it is committed: there is nothing to wait for
                db.close()
    finally:
        turn.release()


async def _got(turn: anyio.Lock | anyio.Semaphore, within_seconds: float) -> bool:
    """Whether a place became free in time; then it is held, for whoever asked to release."""
    try:
        turn.acquire_nowait()
    except anyio.WouldBlock:
        with anyio.move_on_after(within_seconds):
            await turn.acquire()
            return True
        return False
    return True


def _keep(db: Session) -> None:
    """Commit. Raises Unsure when the database went away over it: then nobody knows, and nobody says he does."""
    try:
        db.commit()
    except DBAPIError as wrong:
        if wrong.connection_invalidated or is_disk_fault(wrong.orig):
            raise Unsure(
                _(
                    "The connection broke while this was being saved, so Hearth cannot tell whether it was. "
                    "Send it once more: it will not be there twice."
                )
            ) from wrong
        raise


Db = Annotated[Session, Depends(one_transaction, scope="function")]
"""Committed when the door returns and before the answer is sent; rolled back when the door raises."""


async def _house(request: Request) -> House:
    return house(request)


HouseDep = Annotated[House, Depends(_house)]


class Whole:
    """ASGI middleware, the innermost. A write that began is carried through, even when its request is cancelled.

    A server that stops cancels its requests from outside. The thread of such a request knows nothing of that: it would go
    on with a session that was closed under it, begin anew, and keep SQLite's one writer waiting for ever (U-6).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READING:
            await self.app(scope, receive, send)
            return
        whole = asyncio.ensure_future(_answered(self.app(scope, receive, send)))
        whole.add_done_callback(_looked_at)
        await asyncio.shield(whole)


async def _answered(answering: Awaitable[None]) -> None:
    await answering


def _looked_at(whole: "asyncio.Future[None]") -> None:
    """What went wrong with a request that nobody waits for any more is nobody's to hear."""
    if not whole.cancelled():
        whole.exception()
