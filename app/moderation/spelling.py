"""Words that are often hidden or mistyped, and what an eye reads in their place: starred, leet, one letter off, run together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, Final

SHORTEST: Final = 4
"""Letters a word must have for a slip in it to be read over."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_LEET: Final = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "$": "s", "!": "i", "@": "a", "|": "li",
    "+": "t", "(": "c", "€": "e", "£": "l",
}  # fmt: skip
_MOST_FIGURES: Final = 8
_MOST_DOUBTFUL: Final = 3
"""Figures in one word that are tried as letters, and how many of them may stand for two."""
_UNKNOWN: Final = 10
"""What a letter of no known word costs, counted in words, when a run of letters is parted."""


@dataclass(frozen=True)
class Spelling:
    """The words of a language that are looked for under a disguise.

    In a `key` word any one letter may be wrong, in a `common` one letters may be lost, doubled or swapped. `small` words only
    help to part what was run together; `real` ones look like a mistyped word and are none.
    """

    key: tuple[str, ...]
    common: tuple[str, ...]
    small: frozenset[str]
    real: frozenset[str]

    @cached_property
    def mistyped(self) -> dict[str, str]:
        """Every way to mistype a word by one letter, with the word."""
        slips = {typed: word for word in reversed(self.common) for typed in one_slip(word)}
        slips |= {typed: word for word in reversed(self.key) for typed in (*one_wrong(word), *one_slip(word))}
        return {typed: word for typed, word in slips.items() if typed not in self._known and typed not in self.real}

    @cached_property
    def _known(self) -> frozenset[str]:
        return self.small.union(self.key, self.common)

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._known), default=0)

    @cached_property
    def _by_start(self) -> dict[tuple[int, str], list[str]]:
        """By length and first letter; by "" whatever they begin with."""
        sorts: dict[tuple[int, str], list[str]] = {}
        for word in dict.fromkeys((*self.key, *self.common, *sorted(self.small))):
            for first in ("", word[0]):
                sorts.setdefault((len(word), first), []).append(word)
        return sorts

    def starred(self, typed: str) -> str | None:
        """The word of the same length that stands behind stars (`s*icide`, `k**l`)."""
        shape = re.compile("".join(c if c.isalpha() else "[a-z]" for c in typed.lower()))
        first = typed[0].lower() if typed[0].isalpha() else ""
        return next((word for word in self._by_start.get((len(typed), first), ()) if shape.fullmatch(word)), None)

    def leet(self, typed: str) -> str | None:
        """The word that figures and signs were put into (`5u1c1d3`)."""
        letters = [_LEET.get(c, c) for c in typed.lower()]
        if sum(c in _LEET for c in typed) > _MOST_FIGURES or sum(len(c) > 1 for c in letters) > _MOST_DOUBTFUL:
            return None
        words = map("".join, product(*letters))
        return next((word for word in words if word in self._known), None)

    def parted(self, run: str) -> str:
        """Letters that were run together, parted into known words as far as there are any."""
        ways: list[tuple[int, list[str]]] = [(0, [])]
        for end in range(1, len(run) + 1):
            cost, parts = ways[end - 1]
            letters = (
                [*parts[:-1], parts[-1] + run[end - 1]]
                if parts and parts[-1] not in self._known
                else [*parts, run[end - 1]]
            )
            best = (cost + _UNKNOWN, letters)
            for start in range(max(0, end - self._longest), end):
                if ways[start][0] + 1 < best[0] and run[start:end] in self._known:
                    best = (ways[start][0] + 1, [*ways[start][1], run[start:end]])
            ways.append(best)
        return " ".join(ways[-1][1])


def one_slip(word: str) -> Iterator[str]:
    """A word with one letter lost, doubled or swapped with the next; its first letter stays."""
    if len(word) < SHORTEST:
        return
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[: at + 1] + word[at:]
        yield word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]


def one_wrong(word: str) -> Iterator[str]:
    """A word with one letter that is another one, or one too many; its first letter stays."""
    if len(word) <= SHORTEST:
        return
    for at in range(1, len(word)):
        for letter in _LETTERS:
            yield word[:at] + letter + word[at + 1 :]
            yield word[:at] + letter + word[at:]


def read_spelling(table: dict[str, Any]) -> Spelling:
    """A pack's `spelling.toml`; without one nothing is looked for under a disguise. Earlier words are taken first."""
    key, common, small, real = (tuple(str(table.get(name, "")).split()) for name in ("key", "common", "small", "real"))
    return Spelling(key, common, frozenset(small), frozenset(real))
