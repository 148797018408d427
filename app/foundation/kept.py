"""A bounded memory of what was drawn before: by bytes and by time, for one process, never written down."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from cachetools import TTLCache

Thing = TypeVar("Thing")
KEPT_SECONDS = 3600
"""Nothing is kept longer: deleted words leave memory too (SECURITY.md, D-2)."""


class Kept(Generic[Thing]):
    """Things by key. A key names all that the thing depends on, so that what is found is never old."""

    def __init__(self, most_bytes: int, size_of: Callable[[Thing], int]) -> None:
        self._things: TTLCache[Hashable, Thing] = TTLCache(most_bytes, KEPT_SECONDS, getsizeof=size_of)
        self._lock = Lock()

    def get(self, key: Hashable) -> Thing | None:
        with self._lock:
            try:
                found: Thing = self._things[key]
            except KeyError:
                return None
            return found

    def keep(self, key: Hashable, thing: Thing) -> Thing:
        """Keep it if there is room for it at all."""
        with self._lock:
            if self._things.getsizeof(thing) <= self._things.maxsize:
                self._things[key] = thing
        return thing
