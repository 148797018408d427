"""What may lower a finding: words near it that say it is past, denied, quoted or another's. Their want lowers nothing."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from app.moderation.patterns import spelled_out

WIDEST: Final = {"clause": 120, "sentence": 160, "paragraph": 240}
"""Code points looked at on either side of a match, by scope."""


class Where(StrEnum):
    """On which side of a match evidence counts."""

    BEFORE = "before"
    AFTER = "after"
    AROUND = "around"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sort of words that lower what stands near them, as a pack names it.

    `counted` evidence is there when an odd number of its words stand near: two negations say the thing again.
    """

    name: str
    bounds: re.Pattern[str]
    widest: int
    where: Where
    counted: bool
    patterns: tuple[re.Pattern[str], ...]

    def holds(self, text: str, start: int, end: int) -> bool:
        """Whether it stands near `[start, end)`, on its side and within its scope.

        A pattern sees that part of the text alone: \\A and \\Z are the scope's ends, or where the match begins or ends.
        """
        first, last = self._around(text, start, end)
        first = end if self.where is Where.AFTER else first
        last = start if self.where is Where.BEFORE else last
        near = text[first:last]
        if self.counted:
            return sum(1 for p in self.patterns for _ in p.finditer(near)) % 2 == 1
        return any(p.search(near) for p in self.patterns)

    def _around(self, text: str, start: int, end: int) -> tuple[int, int]:
        first, last = max(0, start - self.widest), min(len(text), end + self.widest)
        before = [m.end() for m in self.bounds.finditer(text, first, start)]
        after = self.bounds.search(text, end, last)
        return (before[-1] if before else first), (after.start() if after else last)


def read_evidence(table: dict[str, Any]) -> dict[str, Evidence]:
    """The evidence a pack's file brings: `[[evidence]]` tables, cut by its `[bounds]`.

    Raises ValueError, KeyError or re.error with the evidence's name for one that cannot be used.
    """
    words = table.get("words", {})
    return {raw["name"]: _made(raw, table["bounds"], words) for raw in table.get("evidence", ())}


def _made(raw: dict[str, Any], bounds: dict[str, str], words: dict[str, str]) -> Evidence:
    try:
        scope = raw["scope"]
        patterns = tuple(re.compile(spelled_out(written, words)) for written in raw["is"])
        if not patterns or any(p.match("") for p in patterns):
            raise ValueError("it is found in no words at all.")
        where = Where(raw.get("where", "around"))
        bound = re.compile(bounds[scope])
        return Evidence(raw["name"], bound, WIDEST[scope], where, bool(raw.get("counted", False)), patterns)
    except (KeyError, ValueError, TypeError, re.error) as wrong:
        raise ValueError(f"evidence {raw.get('name')}: {wrong}") from wrong
