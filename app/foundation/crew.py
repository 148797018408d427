"""A few threads of our own, for what is asked most: a turn costs 30 microseconds, where anyio's takes 80 and the standard
library's executor 50 (docs/decisions/0014-the-fast-lane.md)."""

import asyncio
from collections import deque
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
    """At most so many threads. What waits for them stands in a line in the loop, and the loop hands out the next: a thread
    that took it by itself would hardly let the loop have its turns, which help and refusals wait for (O-6)."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._there = self._waiting = self._busy = 0
        """Threads, how many of them have nothing to do, and tasks that were handed out and are not told yet."""
        self._lock = Lock()
        self._line = deque[_Task]()
        self._tasks = SimpleQueue[_Task]()

    @property
    def in_line(self) -> int:
        """Tasks that nobody has in hand yet."""
        return len(self._line)

    async def do(self, act: Callable[[], Result]) -> Result:
        """What `act` returns, or raises. Once begun it is done to its end, even if nobody waits for it any more."""
        task = _Task(act, copy_context(), asyncio.get_running_loop().create_future())
        self._hand_out(task)
        result: Result
        result, wrong = await task.done
        if wrong is None:
            return result
        try:
            raise wrong
        finally:
            del wrong, task  # or an error keeps all that it was raised over

    def _hand_out(self, task: _Task) -> None:
        with self._lock:
            if self._busy >= self._most:
                self._line.append(task)
                return
            self._give(task)
            self._busy += 1

    def _tell(self, done: asyncio.Future[_Outcome], outcome: _Outcome) -> None:
        if not done.done():
            done.set_result(outcome)
        self._go_on()

    def _go_on(self) -> None:
        """One was done: the next in line has its turn."""
        with self._lock:
            while self._line:
                task = self._line.popleft()
                if task.done.cancelled():
                    continue
                try:
                    self._give(task)
                except RuntimeError:
                    task.done.cancel()
                    continue
                return
            self._busy -= 1

    def _give(self, task: _Task) -> None:
        """To a thread. Raises RuntimeError if there is none, and no room for one. The lock is held."""
        try:
            self._grow(coming=1)
        except RuntimeError:
            if not self._there:
                raise
        self._tasks.put(task)

    def _grow(self, coming: int = 0) -> None:
        """One thread more if there are more tasks than threads that wait for one. The lock is held."""
        is_needed = self._tasks.qsize() + coming > self._waiting
        if is_needed and self._there < self._most:
            Thread(target=self._work, name="crew", daemon=True).start()
            self._there += 1

    def _work(self) -> None:
        try:
            while task := self._next():
                self._do(task)
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

    def _do(self, task: _Task) -> None:
        outcome: _Outcome = None, None
        if not task.done.cancelled():
            try:
                outcome = task.context.run(task.act), None
            except BaseException as wrong:
                outcome = None, wrong
        try:
            task.done.get_loop().call_soon_threadsafe(self._tell, task.done, outcome)
        except RuntimeError:  # the loop is closed: nobody waits
            self._go_on()
        del outcome
