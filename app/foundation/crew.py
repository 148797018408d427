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
        self._most = most
        self._there = self._waiting = 0
        """Threads, and how many of them have nothing to do."""
        self._lock = Lock()
        self._tasks = SimpleQueue[_Task]()

    async def do(self, act: Callable[[], Result]) -> Result:
        """What `act` returns, or raises. Once begun it is done to its end, even if nobody waits for it any more."""
        task = _Task(act, copy_context(), asyncio.get_running_loop().create_future())
        with self._lock:
            self._tasks.put(task)
            try:
                self._grow()
            except RuntimeError:  # no room for another thread
                if not self._there:
                    task.done.cancel()
                    raise
        result: Result
        result, wrong = await task.done
        if wrong is None:
            return result
        try:
            raise wrong
        finally:
            del wrong, task  # or an error keeps all that it was raised over

    def _grow(self) -> None:
        """One thread more if there are more tasks than threads that wait for one. The lock is held."""
        is_needed = self._tasks.qsize() > self._waiting or not self._there
        if is_needed and self._there < self._most:
            Thread(target=self._work, name="crew", daemon=True).start()
            self._there += 1

    def _work(self) -> None:
        try:
            while task := self._next():
                _do(task)
                del task  # or its answer stays until the next
        except BaseException:
            with self._lock:
                self._there -= 1
            raise

    def _next(self) -> _Task | None:
        """What is to be done now; None once there was nothing for a while: then this thread does not count any more."""
        with self._lock:
            self._waiting += 1
        while True:
            try:
                task = self._tasks.get(timeout=IDLE_SECONDS)
            except Empty:
                task = None
            with self._lock:
                if task is None and not self._tasks.empty():
                    continue
                self._waiting -= 1
                if task is None:
                    self._there -= 1
                else:
                    with suppress(RuntimeError):  # no room for another thread: this one goes on
                        self._grow()
                return task


def _do(task: _Task) -> None:
    if task.done.cancelled():
        return
    try:
        outcome: _Outcome = task.context.run(task.act), None
    except BaseException as wrong:
        outcome = None, wrong
    with suppress(RuntimeError):  # the loop is closed: nobody waits
        task.done.get_loop().call_soon_threadsafe(_tell, task.done, outcome)
    del outcome


def _tell(done: asyncio.Future[_Outcome], outcome: _Outcome) -> None:
    if not done.done():
        done.set_result(outcome)
