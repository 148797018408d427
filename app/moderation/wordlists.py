"""Lists of words and names as data: what all languages share lies in lists/, what one knows in its pack."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

_COMMENT: Final = "#"
_FEW_LETTERS: Final = 2_000
"""So many are searched at once, faster than they are halved any further."""


@cache
def wordlist(name: str) -> frozenset[str]:
    """The lines of this list in `lists` and in every pack, small letters; a line that begins with # is for whoever keeps it.

    All packs' words together, as names and brands of one language stand in texts of any other.
    """
    room = files("app.moderation")
    folders = (room / "lists", *(room / "packs").iterdir())
    return frozenset().union(*(_lines(folder / f"{name}.txt") for folder in folders))


class LongList:
    """A sorted list of words in one string, asked by halving: as a set, the hundred thousand names take eleven megabytes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __contains__(self, word: str) -> bool:
        text, low, high = self._text, 0, len(self._text) - 1
        while high - low > _FEW_LETTERS:
            at = text.rfind("\n", low, (low + high) // 2)
            if text[at + 1 : text.find("\n", at + 1)] > word:
                high = at
            else:
                low = at
        return f"\n{word}\n" in text[low : high + 1]


@cache
def long_list(name: str) -> LongList:
    """A list of `lists` whose lines are sorted, below one line that begins with #."""
    text = files("app.moderation").joinpath("lists", f"{name}.txt").read_text("utf-8")
    return LongList(text[text.index("\n") :])


def _lines(file: Traversable) -> list[str]:
    lines = file.read_text("utf-8").split("\n") if file.is_file() else []
    return [line for line in lines if line and not line.startswith(_COMMENT)]
