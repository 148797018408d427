"""Words in quotation marks are shown, not said."""

import re
from typing import Final

FEWEST_AROUND: Final = 3
"""A quotation stands in words of the writer's own: with fewer than so many around it, the marks are only dress."""

REACH: Final = 600
"""Code points looked at on either side: a quotation is no longer."""

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_OPENING: Final = re.compile(r"(?<![^\s(:,])'(?=\w)")
_CLOSING: Final = re.compile(r"(?<=[\w.!?,])'(?!\w)")


def not_quoted(text: str, start: int, end: int) -> str | None:
    """Refuse what stands in double or single quotation marks, in a paragraph that has words of its own outside of them."""
    first = max(text.rfind("\n", 0, start) + 1, start - REACH)
    last = text.find("\n", end, end + REACH)
    last = min(len(text), end + REACH) if last < 0 else last
    opens, closes = _marks(text, first, start, end, last)
    if opens < 0 or closes < 0:
        return ""
    around = text[first:opens] + " " + text[closes + 1 : last]
    return None if len(_WORD.findall(around)) >= FEWEST_AROUND else ""


def _marks(text: str, first: int, start: int, end: int, last: int) -> tuple[int, int]:
    """Where the quotation around the match opens and closes; -1 where it does not."""
    if text.count('"', first, start) % 2:
        return text.rfind('"', first, start), text.find('"', end, last)
    opening = [m.start() for m in _OPENING.finditer(text, first, start + 1)]
    if not opening or _CLOSING.search(text, opening[-1], start):
        return -1, -1
    closing = _CLOSING.search(text, end, last)
    return opening[-1], closing.start() if closing else -1
