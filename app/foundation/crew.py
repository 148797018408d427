"""A few threads of our own, for what is asked most: a turn costs 30 microseconds, where anyio's takes 80 and the standard
library's executor 50 (docs/decisions/0014-the-fast-lane.md)."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, NamedTuple, TypeVar

Result = TypeVar("Result")
IDLE_SECONDS = 10
"""A thread that had nothing to do for so long goes; another comes when there is."""


_Outcome = tuple[Any, BaseException | None]
"""What was returned, or what was raised."""


class _Task(NamedTuple):
    act: Callable[[], Any]
    context: Context
    done: asyncio.Future[_Outcome]


class Crew:
    """At most so many threads. What waits for them is bounded by whoever asks: the gate lets in so many requests."""

    def __init__(self, most: int) -> None:
        self._most, self._there = most, 0
        self._lock = Lock()
        self._tasks = SimpleQueue[_Task]()

    async def do(self, act: Callable[[], Result]) -> Result:
        """What `act` returns, or raises. It is done to its end even if nobody waits for it any more."""
        task = _Task(act, copy_context(), asyncio.get_running_loop().create_future())
        with self._lock:
            self._tasks.put(task)
            if self._there < self._most:
                self._there += 1
                Thread(target=self._work, name="crew", daemon=True).start()
        result: Result
        result, wrong = await task.done
        if wrong:
            raise wrong
        return result

    def _work(self) -> None:
        while True:
            try:
                task = self._tasks.get(timeout=IDLE_SECONDS)
            except Empty:
                with self._lock:
                    if not self._tasks.empty():
                        continue
                    self._there -= 1
                    return
            _do(task)
            del task  # or its answer stays until the next


def _do(task: _Task) -> None:
    try:
        outcome: _Outcome = task.context.run(task.act), None
    except BaseException as wrong:
        outcome = None, wrong
    with suppress(RuntimeError):  # the loop is closed: nobody waits
        task.done.get_loop().call_soon_threadsafe(_tell, task.done, outcome)


def _tell(done: asyncio.Future[_Outcome], outcome: _Outcome) -> None:
    if not done.done():
        done.set_result(outcome)
