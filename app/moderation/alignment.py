"""Find where rendered words were typed."""

from typing import Final

REACH: Final = 3000
"""How far ahead of the last place a rendered piece is looked for, in code points (a link's address lies between)."""
PIECES: Final = (12, 6, 3, 1)
"""How long a piece must agree, longest first: a long one is seldom found at the wrong place."""
MOST_SEARCHES: Final = 4000
"""After so many jumps the rest stays unplaced; hostile markup shall not cost more."""


def align(seen: str, typed: str) -> list[int]:
    """For each code point of `seen`, the index in `typed` where it was typed, or -1.

    Places only grow: markup is skipped, nothing is read twice. A gap stands for any gap.
    """
    places: list[int] = []
    at = searches = 0
    while len(places) < len(seen):
        here = len(places)
        if at < len(typed) and _same(seen[here], typed[at]):
            places.append(at)
            at += 1
            continue
        found = -1 if searches > MOST_SEARCHES else _next(seen, here, typed, at)
        searches += 1
        places.append(found)
        at = found + 1 if found >= 0 else at
    return places


def _same(a: str, b: str) -> bool:
    return a == b or (a.isspace() and b.isspace())


def _next(seen: str, here: int, typed: str, at: int) -> int:
    if seen[here].isspace():
        return _gap(typed, at)
    for size in PIECES:
        piece = seen[here : here + size]
        found = typed.find(piece, at, at + REACH) if len(piece) == size else -1
        if found >= 0:
            return found
    return -1


def _gap(typed: str, at: int) -> int:
    """The end of a block may be typed as any gap near by; if there is none, it was not typed."""
    return next((i for i in range(at, min(len(typed), at + 80)) if typed[i].isspace()), -1)
