"""What is due by the clock, and who does it: two processes do each thing once (docs/decisions/0006-the-clock.md).

An act takes the home and returns how many things it did. It does what is due and no more, so that doing it twice is doing
it once; each of its transactions is whole, so that a kill at any point loses nothing: the next minute goes on. A serving
process looks each minute, `hearth tick` looks once. To add an act: one line in `app/due.py`.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.foundation.db import hold
from app.foundation.home import Home
from app.foundation.ids import new_id
from app.foundation.times import now
from app.foundation.turns import Turn

Act = Callable[[Home], int]
Done = TypeVar("Done")
log = logging.getLogger("hearth.clock")

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SLACK = timedelta(seconds=5)
"""A minute that is a little short is a minute."""
LEASE = timedelta(seconds=90)
"""How long a turn is kept from others by somebody who was killed over it."""
RENEW_SECONDS = 30
REST_SECONDS = 3600
"""How long a process leaves work of the night alone that failed: most of it would be done again for nothing."""
LEAP = timedelta(hours=2)
"""A gap between two looks, or a step back, after which the clock is not believed at once."""
SETTLED = timedelta(hours=6)
"""How long the clock must have gone evenly after a leap before anything is deleted for good by it (U-8)."""
SEEN, EVEN = "clock seen", "clock even since"


@dataclass(frozen=True, slots=True)
class Due:
    """An act by the clock. Without `every` it is done once a night, in the hour that HEARTH_NIGHT_HOUR names.

    `for_good`: it deletes what cannot come back, so it rests after the clock leapt. `alone`: on SQLite no request writes
    meanwhile; other acts only take turns with them, a transaction at a time.
    """

    name: str
    act: Act
    every: timedelta | None = None
    for_good: bool = False
    alone: bool = False

    def since(self, at: datetime, night_hour: int) -> datetime:
        """It is due if it was last done at this moment or before."""
        if self.every:
            return at - self.every + SLACK
        night = at.replace(hour=night_hour, minute=0, second=0, microsecond=0)
        return (night if night <= at else night - DAY) - timedelta(microseconds=1)


class Clock:
    """One process's look at what is due."""

    def __init__(self, home: Home, acts: Sequence[Due]) -> None:
        self.home, self.acts = home, acts
        self._me, self._rests_until = new_id(), dict[str, float]()

    def look(self) -> bool:
        """Note that the clock was seen, and the acts it has. Returns whether it went evenly for long enough to delete by."""
        at = now()
        with self.home.database.writing() as db:
            hold(db, "the clock")
            self._know(db, at)
            seen, even = db.get_one(Turn, SEEN), db.get_one(Turn, EVEN)
            if seen.done_at is None or even.done_at is None or not -LEAP <= at - seen.done_at <= LEAP:
                even.done_at = at
            seen.done_at = at
            is_even = at - even.done_at >= SETTLED
            db.commit()
        return is_even

    def _know(self, db: Session, at: datetime) -> None:
        """A row for each act. What is done at night begins with the coming night."""
        known = set(db.scalars(select(Turn.name)))
        first = {SEEN: None, EVEN: None} | {one.name: None if one.every else at for one in self.acts}
        db.add_all(Turn(name=name, done_at=done) for name, done in first.items() if name not in known)
        db.flush()

    def due(self, *, is_even: bool, at_night: bool = False) -> list[tuple[Due, datetime]]:
        """Acts that are due, in the order of the list, each with the moment since which it is. `at_night`: those of the
        night are due now, whatever the hour."""
        at = now()
        with self.home.database.reading() as db:
            turns = {turn.name: turn for turn in db.scalars(select(Turn))}
        found = []
        for one in self.acts:
            since = at if at_night and not one.every else one.since(at, self.home.settings.night_hour)
            is_rested = monotonic() >= self._rests_until.get(one.name, 0.0)
            if is_rested and (is_even or not one.for_good) and _is_due(turns[one.name], since, at):
                found.append((one, since))
        return found

    def turn(self, one: Due, since: datetime) -> int | None:
        """Do an act, if nobody else has it in hand or has done it meanwhile; then None. What it raises is raised, and it
        stays due."""
        if not self._take(one, since):
            return None
        done_at = None
        try:
            with self._renewed(one):
                at = now()
                count = one.act(self.home)
            done_at = at
        finally:
            if done_at is None and not one.every:
                self._rests_until[one.name] = monotonic() + REST_SECONDS
            self._give_back(one, done_at)
        return count

    def _take(self, one: Due, since: datetime) -> bool:
        with self.home.database.writing() as db:
            hold(db, f"turn {one.name}")
            turn = db.get_one(Turn, one.name, populate_existing=True)
            if not _is_due(turn, since, at := now()):
                return False
            turn.held_by, turn.expires_at = self._me, at + LEASE
            db.commit()
        return True

    def _give_back(self, one: Due, done_at: datetime | None) -> None:
        with self.home.database.writing() as db:
            mine = update(Turn).where(Turn.name == one.name, Turn.held_by == self._me)
            given = {Turn.held_by: None, Turn.expires_at: None}
            db.execute(mine.values(given | {Turn.done_at: done_at} if done_at else given))
            db.commit()

    @contextmanager
    def _renewed(self, one: Due) -> Iterator[None]:
        """An act that takes long keeps its turn."""
        over = threading.Event()

        def renew() -> None:
            while not over.wait(RENEW_SECONDS):
                # Somebody may be writing, the act itself to begin with; then the next try does.
                with suppress(SQLAlchemyError), self.home.database.writing() as db:
                    mine = update(Turn).where(Turn.name == one.name, Turn.held_by == self._me)
                    db.execute(mine.values({Turn.expires_at: now() + LEASE}))
                    db.commit()

        threading.Thread(target=renew, daemon=True).start()
        try:
            yield
        finally:
            over.set()


def _is_due(turn: Turn, since: datetime, at: datetime) -> bool:
    """A lease or a time that no right clock can have written is not believed: the clock was ahead then."""
    is_free = turn.expires_at is None or not at < turn.expires_at <= at + 2 * LEASE
    return is_free and (turn.done_at is None or turn.done_at <= since or turn.done_at > at + LEAP)


def tick(home: Home, acts: Sequence[Due], *, at_night: bool = False) -> tuple[dict[str, int], list[str]]:
    """Do once what is due: how much of what was done, and which acts failed, with the class of what they raised.

    For a command: whoever gives it believes the clock.
    """
    clock = Clock(home, acts)
    done: dict[str, int] = {}
    failed: list[str] = []
    clock.look()
    for one, since in clock.due(is_even=True, at_night=at_night):
        try:
            count = clock.turn(one, since)
        except Exception as wrong:
            failed.append(f"{one.name} ({type(wrong).__name__})")
        else:
            done |= {} if count is None else {one.name: count}
    return done, failed


@asynccontextmanager
async def going(home: Home, acts: Sequence[Due], writer: AbstractAsyncContextManager[object]) -> AsyncIterator[None]:
    """A clock that goes inside this block, and ends with it at once."""
    task = asyncio.create_task(ticking(home, acts, writer))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def ticking(home: Home, acts: Sequence[Due], writer: AbstractAsyncContextManager[object]) -> None:
    """Look each minute, for as long as the process serves. `writer` is entered around the look and what is done
    `alone`: on SQLite those who write wait for each other there, and hold no thread.

    Nothing that goes wrong ends it: the log names the class of what did. Cancelled, it ends at once, and leaves an act
    that is under way as a kill would.
    """
    clock = Clock(home, acts)
    while True:
        try:
            await _look_once(clock, writer)
        except Exception:
            log.exception("the clock could not look")
        await asyncio.sleep(MINUTE.total_seconds())


async def _look_once(clock: Clock, writer: AbstractAsyncContextManager[object]) -> None:
    async with writer:
        is_even = await aside(clock.look)
    for one, since in await aside(partial(clock.due, is_even=is_even)):
        try:
            async with writer if one.alone else nullcontext():
                await aside(partial(clock.turn, one, since))
        except Exception:
            log.exception("an act of the clock failed: %s", one.name)


async def aside(work: Callable[[], Done]) -> Done:
    """What `work` returns or raises, from a thread of its own that the end of the process does not wait for."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Done] = loop.create_future()

    def told(result: Done | None, wrong: Exception | None) -> None:
        if not answer.done():
            answer.set_exception(wrong) if wrong else answer.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, wrong = None, None
        try:
            result = work()
        except Exception as raised:
            wrong = raised
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(told, result, wrong)

    threading.Thread(target=run, daemon=True).start()
    return await answer
