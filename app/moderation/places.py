"""Small answers about where in a view something stands."""

import re
from typing import Final

_ENDS: Final = re.compile(r"[.!?\n;]")
WIDEST_CLAUSE: Final = 200
"""Code points looked at on either side of a match; a clause never reaches over a paragraph's end."""


def clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause around `[start, end)`: nothing outside of it may change what is thought of the match."""
    first = max(0, start - WIDEST_CLAUSE)
    before = [m.end() for m in _ENDS.finditer(text, first, start)]
    after = _ENDS.search(text, end, min(len(text), end + WIDEST_CLAUSE))
    return (before[-1] if before else first), (after.start() if after else min(len(text), end + WIDEST_CLAUSE))
