"""One request, one transaction, one commit, before the answer leaves."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Annotated

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.foundation.db import Database
from app.foundation.keys import Keys
from app.foundation.settings import Settings

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class House:
    """What a running Hearth has: kept on the application, given to the doors."""

    def __init__(self, settings: Settings, keys: Keys, database: Database) -> None:
        self.settings = settings
        self.keys = keys
        self.database = database
        # SQLite takes one writer at a time. Waiting for it here holds no thread, so the one
        # that writes always finds a thread to finish in.
        self.one_writer = anyio.Lock()


def house(request: Request) -> House:
    found = request.app.state.house
    assert isinstance(found, House)  # noqa: S101
    return found


async def one_transaction(request: Request) -> AsyncIterator[Session]:
    """A session for this request: read-only by habit for GET, one that writes for everything else."""
    home = house(request)
    writes = request.method not in READING
    async with AsyncExitStack() as stack:
        if writes and home.database.is_sqlite:
            await stack.enter_async_context(home.one_writer)
        db = home.database.writing() if writes else home.database.reading()
        try:
            yield db
            await run_sync(db.commit if writes else db.rollback)
        finally:
            with anyio.CancelScope(shield=True):
                await run_sync(db.close)


Db = Annotated[Session, Depends(one_transaction, scope="function")]
"""Committed when the door returns and before the answer is sent; rolled back when the door raises."""

HouseDep = Annotated[House, Depends(house)]
