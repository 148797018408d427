"""Short looks at the database for many who wait, several in one thread and one transaction (docs/decisions/0009).

The way into a thread and into a session costs as much as the look itself.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import Context, copy_context
from typing import Any, NamedTuple

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

MOST_TOGETHER = 32
"""Looks in one transaction: a few milliseconds on SQLite, and on PostgreSQL as long as a page."""

NO_ANSWER = (OperationalError, InterfaceError, PoolTimeout)
Look = Callable[[Session], Any]


class _Asked(NamedTuple):
    """A look that is waited for, in the context of whoever asked: their language, above all."""

    look: Look
    context: Context
    found: "asyncio.Future[Any]"


class Looks:
    """All looks of one process that are waited for. Used in the event loop alone."""

    def __init__(self, threads: int) -> None:
        self._threads = CapacityLimiter(threads)
        self._waiting: deque[_Asked] = deque()
        self._at_work = 0
        self._working = set[asyncio.Task[None]]()

    async def found(self, opened: Callable[[], Session], look: Look) -> Any:
        """What `look` finds, in a reading session from `opened` that others look by as well. Raises what it raises."""
        asked = _Asked(look, copy_context(), asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._at_work < self._threads.total_tokens and len(self._waiting) > self._at_work * MOST_TOGETHER:
            self._at_work += 1
            working = asyncio.create_task(self._work(opened))
            self._working.add(working)
            working.add_done_callback(self._working.discard)
        return await asked.found

    async def _work(self, opened: Callable[[], Session]) -> None:
        taken = list[_Asked]()
        try:
            while self._waiting:
                taken = [self._waiting.popleft() for _each in range(min(MOST_TOGETHER, len(self._waiting)))]
                answers = await run_sync(_looked, opened, taken, limiter=self._threads)
                for asked, answer in zip(taken, answers, strict=True):
                    answer.give(asked.found)
        finally:
            # At once after the last look at who waits: nobody may count on work that is over.
            self._at_work -= 1
            for asked in taken:
                asked.found.cancel()


class _Answer(NamedTuple):
    """What a look found, or what it raised."""

    found: Any
    fault: Exception | None

    def give(self, to: "asyncio.Future[Any]") -> None:
        """To whoever still waits."""
        if to.done():
            return
        if self.fault:
            to.set_exception(self.fault)
        else:
            to.set_result(self.found)


def _looked(opened: Callable[[], Session], asked: Sequence[_Asked]) -> list[_Answer]:
    answers = list[_Answer]()
    while len(answers) < len(asked):
        answers += _by_one_session(opened, asked[len(answers) :])
    return answers


def _by_one_session(opened: Callable[[], Session], asked: Sequence[_Asked]) -> list[_Answer]:
    """As far as all goes well: who comes after a fault looks by a session that knows nothing of it. A database that does not
    answer one answers nobody: the others are not kept waiting for it one after the other."""
    answers = list[_Answer]()
    try:
        with opened() as db:
            for one in asked:
                answers.append(_Answer(one.context.run(one.look, db), None))
    except NO_ANSWER as fault:
        answers += [_Answer(None, fault)] * (len(asked) - len(answers))
    except Exception as fault:
        if len(answers) < len(asked):
            answers.append(_Answer(None, fault))
    return answers
