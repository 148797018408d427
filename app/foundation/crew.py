"""A few threads of our own, for what is asked most: a turn costs 30 microseconds, where anyio's takes 80 and the standard
library's executor 50 (docs/decisions/0014-the-fast-lane.md)."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

Result = TypeVar("Result")
IDLE_SECONDS = 10
"""A thread that had nothing to do for so long goes; another comes when there is."""


_Outcome = tuple[Any, BaseException | None]
"""What was returned, or what was raised."""
_Task = tuple[Callable[[], Any], Context, "asyncio.Future[_Outcome]"]


class Crew:
    """At most so many threads. What waits for them stands in a line in the loop, and the loop hands out the next: a thread
    that took it by itself would hardly let the loop have its turns, which help and refusals wait for (O-6)."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._there = self._busy = 0
        """Threads, and tasks that were handed out and are not told yet."""
        self._lock = Lock()
        self._line = deque[_Task]()
        self._tasks = SimpleQueue[_Task]()

    @property
    def in_line(self) -> int:
        """Tasks that nobody has in hand yet."""
        return len(self._line)

    async def do(self, act: Callable[[], Result]) -> Result:
        """What `act` returns, or raises. Once begun it is done to its end, even if nobody waits for it any more. Raises
        RuntimeError if there is no room for a first thread."""
        done: asyncio.Future[_Outcome] = asyncio.get_running_loop().create_future()
        with self._lock:
            if self._busy < self._most:
                self._give((act, copy_context(), done))
            else:
                self._line.append((act, copy_context(), done))
        result: Result
        result, wrong = await done
        if wrong is None:
            return result
        try:
            raise wrong
        finally:
            del wrong, done  # or an error keeps all that it was raised over

    def _give(self, task: _Task) -> None:
        """To a thread, a new one if all have something to do. Raises RuntimeError if there is none. The lock is held."""
        if self._busy >= self._there:
            try:
                Thread(target=self._work, name="crew", daemon=True).start()
                self._there += 1
            except RuntimeError:  # no room for another
                if not self._there:
                    raise
        self._tasks.put(task)
        self._busy += 1

    def _tell(self, done: "asyncio.Future[_Outcome]", outcome: _Outcome) -> None:
        if not done.done():
            done.set_result(outcome)
        self._go_on()

    def _go_on(self) -> None:
        """One was done: the next in line has its turn."""
        with self._lock:
            self._busy -= 1
            while self._line and self._busy < self._most:
                task = self._line.popleft()
                if task[2].cancelled():
                    continue
                try:
                    self._give(task)
                except RuntimeError:  # no thread, and no room for one: whoever asked is told, if their loop is there
                    with suppress(RuntimeError):
                        task[2].get_loop().call_soon_threadsafe(task[2].cancel)

    def _work(self) -> None:
        while True:
            try:
                act, context, done = self._tasks.get(timeout=IDLE_SECONDS)
            except Empty:
                with self._lock:
                    if self._tasks.empty():
                        self._there -= 1
                        return
                continue
            outcome: _Outcome = None, None
            if not done.cancelled():
                try:
                    outcome = context.run(act), None
                except BaseException as wrong:
                    outcome = None, wrong
            try:
                done.get_loop().call_soon_threadsafe(self._tell, done, outcome)
            except RuntimeError:  # the loop is closed: nobody waits
                self._go_on()
            del act, context, done, outcome  # or an answer stays until the next
