"""What is still to happen, in the order of time."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count

from app.foundation import times

Act = Callable[[], None]
LATEST = timedelta(minutes=5)
"""Before now: everything in the demo lies in the past."""


class Agenda:
    """Acts by their moment. An act may put others behind itself; nothing ever happens before what led to it."""

    def __init__(self, begins: datetime, now: datetime) -> None:
        self.now = begins
        """The moment of the act that is going on."""
        self.ends = now - LATEST
        """Nothing happens later."""
        self._numbers = count()
        self._waiting: list[tuple[datetime, int, Act]] = []

    def at(self, moment: datetime, act: Act) -> None:
        """Let something happen at that moment, or as near to it as can be."""
        heapq.heappush(self._waiting, (min(max(moment, self.now), self.ends), next(self._numbers), act))

    def after(self, wait: timedelta, act: Act) -> None:
        self.at(self.now + wait, act)

    def later(self, wait: timedelta, act: Act) -> None:
        """Like `after`, for what may not happen yet. Not at all, if now comes first."""
        if self.now + wait < self.ends:
            self.after(wait, act)

    def run(self) -> Iterator[None]:
        """Do what waits, each act at its own moment."""
        while self._waiting:
            self.now, _number, act = heapq.heappop(self._waiting)
            with times.as_of(self.now):
                act()
            yield
