"""Trying passphrases: the first few tries at a name are as quick as any, then one every forty seconds, whoever tries and
from wherever (I-12). Nobody is ever locked out, and a name that nobody has is treated as one that somebody has (I-5)."""

import asyncio
import itertools
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import anyio
from anyio.to_thread import run_sync
from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.db import hold
from app.foundation.errors import TooMany
from app.foundation.language import gettext as _
from app.foundation.sealing import mac, new_key
from app.foundation.times import now
from app.foundation.web.buckets import DAY_SECONDS, prefixes
from app.foundation.web.transaction import House
from app.members.models import Guess

FREE_TRIES = 10
APART_SECONDS = 40
"""With the free ones at most a hundred tries an hour, in all processes together; SECURITY.md allows 42 seconds."""
MOST_IN_LINE = 8
"""So many wait for one name."""
MOST_IN_LINES = 500
"""So many wait for all names together, each with a connection; beyond, the longest line gets shorter."""
MOST_LINES = 5_000
"""Lines that are remembered, with how often each place stood in them."""
_FREE = timedelta(seconds=(FREE_TRIES - 1) * APART_SECONDS)
_APART = timedelta(seconds=APART_SECONDS)


@dataclass(slots=True, eq=False)
class _Try:
    place: str
    number: int
    turn: "asyncio.Future[bool]"


@dataclass(slots=True)
class _Line:
    """Those who wait for one name, and how often each place had its turn. Who tried less comes first: whoever guesses
    on and on from one place is always behind the person whose name it is."""

    waiting: list[_Try] = field(default_factory=list)
    had: Counter[str] = field(default_factory=Counter)
    is_served: bool = False

    def first(self) -> _Try:
        return min(self.waiting, key=self._rank)

    def send_one_away(self) -> None:
        """Whoever has gone already, or else who tried most and came last."""
        one = max(self.waiting, key=lambda one: (one.turn.done(), *self._rank(one)))
        self.waiting.remove(one)
        if not one.turn.done():
            one.turn.set_result(False)

    def _rank(self, one: _Try) -> tuple[int, int]:
        return self.had[one.place], one.number


class Guesses:
    """The lines before sign-in names. Waiting holds no thread, no transaction and no place among requests in work."""

    def __init__(
        self,
        home: House,
        clock: Callable[[], datetime] = now,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._home = home
        self._clock = clock
        self._sleep = sleep
        self._lines: dict[str, _Line] = {}
        self._begin()
        self._numbers = itertools.count()
        self._servers: set[asyncio.Task[None]] = set()

    def _begin(self) -> None:
        """Places are known under a key of this process and this day; lines with nobody in them are forgotten."""
        self._key = new_key()
        self._began = time.monotonic()
        self._lines = {name: line for name, line in self._lines.items() if line.waiting}

    async def turn(self, request: Request, name_mac: str) -> None:
        """Come back when this try at a name may be made. Raises TooMany when too many wait for the same name."""
        if not self._home.settings.rate_limits:
            return
        where = prefixes(request.client.host)[0] if request.client and self._home.limits.knows_addresses else ""
        name = mac(self._home.keys.pepper, "guess", name_mac)
        one = self._stand_in(name, mac(self._key, where))
        async with self._home.limits.aside(request):
            if not await one.turn:
                raise _too_many()

    def _stand_in(self, name: str, place: str) -> _Try:
        if len(self._lines) >= MOST_LINES or time.monotonic() - self._began > DAY_SECONDS:
            self._begin()
        line = self._lines.setdefault(name, _Line())
        one = _Try(place, next(self._numbers), asyncio.get_running_loop().create_future())
        line.waiting.append(one)
        if len(line.waiting) > MOST_IN_LINE:
            line.send_one_away()
        elif sum(len(each.waiting) for each in self._lines.values()) > MOST_IN_LINES:
            max(self._lines.values(), key=lambda each: len(each.waiting)).send_one_away()
        if not line.is_served:
            line.is_served = True
            serving = asyncio.create_task(self._serve(name, line))
            self._servers.add(serving)
            serving.add_done_callback(self._servers.discard)
        return one

    async def _serve(self, name: str, line: _Line) -> None:
        """Let one after the other try. Who has gone meanwhile is passed over."""
        try:
            while line.waiting:
                wait = await self._claim(name)
                line.waiting = [one for one in line.waiting if not one.turn.done()]
                if wait:
                    await self._sleep(wait)
                elif line.waiting:
                    one = line.first()
                    line.waiting.remove(one)
                    line.had[one.place] += 1
                    one.turn.set_result(True)
        except (SQLAlchemyError, TimeoutError) as wrong:
            for one in line.waiting:
                if not one.turn.done():
                    one.turn.set_exception(wrong)
            line.waiting = []
        finally:
            line.is_served = False

    async def _claim(self, name: str) -> float:
        """Take the next try at this name, for all processes; else the seconds until there is one."""
        if self._home.database.is_sqlite:
            async with self._home.one_writer:
                return await run_sync(self._claimed, name)
        return await run_sync(self._claimed, name)

    def _claimed(self, name: str) -> float:
        with self._home.database.writing() as db:
            hold(db, f"guess {name}")
            at = self._clock()
            row = db.get(Guess, name) or Guess(name_mac=name, expires_at=at)
            # Later than the rule can make it: the clock was set back, and nobody waits for where it was.
            empty_at = max(row.expires_at, at) if row.expires_at <= at + _FREE + _APART else at + _FREE
            wait = (empty_at - at - _FREE).total_seconds()
            if wait <= 0:
                row.expires_at = empty_at + _APART
                db.add(row)
                db.commit()
            return max(0.0, wait)


def _too_many() -> TooMany:
    return TooMany(
        _(
            "Somebody tries to come in under this name very often just now. The place is safe. "
            "Try again in a minute, or come in with a recovery code: that works at once."
        ),
        math.ceil(APART_SECONDS),
    )
