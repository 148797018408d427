"""Pages that need no thread: what they ask of SQLite was asked a moment ago, so no disk is waited for, and nobody else is being
served who would have to wait for them (docs/decisions/0014-the-fast-lane.md)."""

from time import monotonic

LATELY_SECONDS = 300
"""How long what was read counts as being at hand. Then a thread reads it once more."""
SLOW_SECONDS = 0.05
"""A look that took longer waited for something: all is left to threads until it was seen anew."""
MOST_REMEMBERED = 10_000


class AtOnce:
    """Whose pages, and which, this process showed lately: as numbers that mean nothing to anybody else."""

    def __init__(self, *, is_on: bool) -> None:
        """Without SQLite, or a memory for what was drawn, no page is ever at hand."""
        self._is_on = is_on
        self._seen: dict[int, float] = {}

    def may(self, token: str, address: str) -> bool:
        since = monotonic() - LATELY_SECONDS
        return self._is_on and self._seen.get(hash(token), 0.0) > since and self._seen.get(hash(address), 0.0) > since

    def took(self, seconds: float) -> None:
        """So long a look took that needed no thread."""
        if seconds > SLOW_SECONDS:
            self._seen.clear()

    def note(self, token: str, address: str) -> None:
        """A thread showed this address to whoever has this token."""
        if len(self._seen) >= MOST_REMEMBERED:
            self._seen.clear()
        self._seen[hash(token)] = self._seen[hash(address)] = monotonic()
