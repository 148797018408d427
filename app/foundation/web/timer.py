"""One deadline at a time, in the event loop."""

import asyncio
from collections.abc import Callable


class Timer:
    """Does something once, unless it is set anew or stopped before."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._handle: asyncio.TimerHandle | None = None

    def set(self, seconds: float, then: Callable[[], object]) -> None:
        self.stop()
        self._handle = self._loop.call_later(seconds, self._ring, then)

    def stop(self) -> None:
        if self._handle:
            self._handle.cancel()
        self._handle = None

    @property
    def is_set(self) -> bool:
        return self._handle is not None

    def _ring(self, then: Callable[[], object]) -> None:
        self._handle = None
        then()
