"""Words that are often hidden or mistyped, and what an eye reads in their place: starred, leet, one letter off, run together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, Final

SHORTEST_MISTYPED: Final = 5
"""Letters a word must have for any one wrong letter in it to be read over; in a shorter one letters may only be
doubled, lost or swapped."""
SHORTEST: Final = 4
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_LEET: Final = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "$": "s", "!": "i", "@": "a", "|": "li",
    "+": "t", "(": "c", "€": "e", "£": "l",
}  # fmt: skip
_MOST_FIGURES: Final = 5
"""Figures in one word that are tried as letters: each may stand for two."""


@dataclass(frozen=True)
class Spelling:
    """The words of a language that are looked for under a disguise.

    `small` words only help to part what was run together; `real` ones look like a mistyped word and are none.
    """

    words: frozenset[str]
    small: frozenset[str]
    real: frozenset[str]

    @cached_property
    def mistyped(self) -> dict[str, str]:
        """Every way to mistype a word by one letter, with the word."""
        known = self.words | self.small | self.real
        return {typed: word for word in sorted(self.words) for typed in _one_off(word) if typed not in known}

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.words | self.small), default=0)

    def starred(self, typed: str) -> str | None:
        """The word that stands behind stars, if one and the same length fits (`s*icide`, `k**l`)."""
        shape = re.compile("".join(c if c.isalpha() else "[a-z]" for c in typed.lower()))
        return next((word for word in sorted(self.words) if shape.fullmatch(word)), None)

    def leet(self, typed: str) -> str | None:
        """The word that figures and signs were put into (`5u1c1d3`)."""
        figures = sum(1 for c in typed if not c.isalpha())
        if figures > _MOST_FIGURES:
            return None
        readings = product(*(_LEET.get(c, c) for c in typed.lower()))
        words = ("".join(letters) for letters in readings)
        return next((word for word in words if word in self.words or word in self.small), None)

    def parted(self, run: str) -> str | None:
        """Words that were run together, with gaps; None if the run is not made of known words alone."""
        ways: list[list[str] | None] = [[], *[None] * len(run)]
        for end in range(1, len(run) + 1):
            for start in range(max(0, end - self._longest), end):
                way, word = ways[start], run[start:end]
                if way is not None and (word in self.words or word in self.small):
                    shorter = ways[end]
                    ways[end] = [*way, word] if shorter is None or len(way) + 1 < len(shorter) else shorter
        found = ways[-1]
        return " ".join(found) if found else None


def _one_off(word: str) -> Iterator[str]:
    """The word with one letter lost, doubled or swapped with the next; in a longer one also wrong or too many."""
    if len(word) < SHORTEST:
        return
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at - 1] + word[at:]
        yield word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    if len(word) < SHORTEST_MISTYPED:
        return
    for at in range(1, len(word)):
        for letter in _LETTERS:
            yield word[:at] + letter + word[at + 1 :]
            yield word[:at] + letter + word[at:]


def read_spelling(table: dict[str, Any]) -> Spelling:
    """A pack's `spelling.toml`; without one nothing is looked for under a disguise."""
    return Spelling(*(frozenset(str(table.get(name, "")).split()) for name in ("words", "small", "real")))
