"""As it happens: who waits for news in this process, and how processes tell each other (docs/decisions/0009).

What travels is a topic and a number, never words: a membership's id and the number of its last notice, or a
story's id and the number of its last reply. Whoever waits is woken and looks for himself what he may read.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy import String, bindparam, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.foundation.errors import Busy
from app.foundation.language import gettext as _
from app.foundation.looks import Looks
from app.foundation.prepared import Prepared

CHANNEL = "hearth_news"
MOST = 1500
MOST_EACH = 6
LOOKING_AT_ONCE = 4
"""Threads that look for news: of the forty that doors have, most stay free for doors."""
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.2, 15.0
ALIVE: dict[str, Any] = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""libpq's: a connection whose other end vanished is noticed within half a minute."""
HUB, RAISED = "live", "raised"
"""Keys of a session's `info`: where its process's news go, and what this transaction raised."""
log = logging.getLogger("hearth")
_NOTIFY = Prepared(select(func.pg_notify(CHANNEL, bindparam("news", type_=String))))


def raised(db: Session, topic: str, number: int) -> None:
    """Once this transaction is committed, and not before, whoever waits for `topic` hears that it got to `number`."""
    if db.get_bind().dialect.name == "postgresql":
        _NOTIFY.rows(db.connection(), news=f"{topic} {number}")
    else:
        db.info.setdefault(RAISED, {})[topic] = number


class Listener:
    """One open stream: what it waits for, and how far it has come in each."""

    __slots__ = ("_woken", "is_displaced", "is_over", "known", "owner")

    def __init__(self, owner: str, known: dict[str, int]) -> None:
        self.owner = owner
        self.known = known
        """Topic to the last number that was seen."""
        self.is_over = False
        self.is_displaced = False
        """Whether it ends because its owner opened too many."""
        self._woken = asyncio.Event()

    def hear(self, topic: str, number: int) -> None:
        if number > self.known.get(topic, -1):
            self.wake()

    def wake(self) -> None:
        self._woken.set()

    def end(self) -> None:
        self.is_over = True
        self.wake()

    async def wait(self, seconds: float) -> None:
        """Until there may be something new, or so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()


class Live:
    """All open streams of one process. Joined and left in the event loop; told from anywhere."""

    def __init__(self, most: int = MOST, most_each: int = MOST_EACH) -> None:
        self.most, self.most_each = most, most_each
        self.looks = Looks(LOOKING_AT_ONCE)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[str, set[Listener]] = {}
        self._owned: dict[str, list[Listener]] = {}
        self._count = 0
        self._is_closing = False

    def join(self, listener: Listener) -> None:
        """Begin to be told. An owner's oldest stream makes room for the newest. Raises Busy if all places are taken."""
        if self._is_closing or self._count >= self.most:
            raise Busy(_("Many people are listening right now. Try again in a few seconds."))
        self._loop = asyncio.get_running_loop()
        owned = self._owned.setdefault(listener.owner, [])
        owned.append(listener)
        for oldest in owned[: -self.most_each]:
            oldest.is_displaced = True
            oldest.end()
        for topic in listener.known:
            self._waiting.setdefault(topic, set()).add(listener)
        self._count += 1

    def leave(self, listener: Listener) -> None:
        for topic in listener.known:
            _drop(self._waiting, topic, listener)
        _drop(self._owned, listener.owner, listener)
        self._count -= 1

    def tell(self, topic: str, number: int) -> None:
        """Wake those who wait for `topic` and have not come as far as `number`. From any thread."""
        self._in_loop(self._tell, topic, number)

    def look_again(self) -> None:
        """Wake everybody: something may have been missed."""
        self._in_loop(self._for_all, Listener.wake)

    def close(self) -> None:
        """End all streams; nobody joins any more."""
        self._is_closing = True
        self._in_loop(self._for_all, Listener.end)

    @asynccontextmanager
    async def open(self, follow: str = "") -> AsyncIterator[None]:
        """While this process serves: hear what other processes raise on the PostgreSQL at `follow`."""
        self._loop, self._is_closing = asyncio.get_running_loop(), False
        following = asyncio.create_task(self._follow(follow)) if follow else None
        try:
            yield
        finally:
            self.close()
            if following:
                following.cancel()

    def _in_loop(self, call: Any, *given: Any) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                self._loop.call_soon_threadsafe(call, *given)

    def _tell(self, topic: str, number: int) -> None:
        for listener in self._waiting.get(topic, ()):
            listener.hear(topic, number)

    def _for_all(self, call: Any) -> None:
        for owned in self._owned.values():
            for listener in owned:
                call(listener)

    async def _follow(self, address: str) -> None:
        import psycopg  # noqa: PLC0415  (9 MiB, of no use to SQLite)

        url = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
        wait = FIRST_WAIT_SECONDS
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(url, autocommit=True, **ALIVE) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    wait = FIRST_WAIT_SECONDS
                    self.look_again()
                    async for heard in connection.notifies():
                        topic, _space, number = heard.payload.partition(" ")
                        if number.isdecimal():
                            self._tell(topic, int(number))
            except (psycopg.Error, OSError):
                log.warning("not hearing other processes")
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)


def _drop(kept: dict[str, Any], key: str, listener: Listener) -> None:
    kept[key].remove(listener)
    if not kept[key]:
        del kept[key]


@event.listens_for(Session, "after_commit")
def committed(db: Session) -> None:
    """What this transaction raised is told. SQLAlchemy says so itself, where it knows of the transaction."""
    live = db.info.get(HUB)
    if db.in_nested_transaction() or not isinstance(live, Live):
        return
    for topic, number in db.info.pop(RAISED, {}).items():
        live.tell(topic, number)


@event.listens_for(Session, "after_rollback")
def _rolled_back(db: Session) -> None:
    if not db.in_nested_transaction():
        db.info.pop(RAISED, None)
