"""Lists of words and names as data: what all languages share lies in lists/, what one knows in its pack."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

_COMMENT: Final = "#"


@cache
def wordlist(name: str) -> frozenset[str]:
    """The lines of this list in `lists` and in every pack, small letters; a line that begins with # is for whoever keeps it.

    All packs' words together, as names and brands of one language stand in texts of any other.
    """
    room = files("app.moderation")
    folders = (room / "lists", *(room / "packs").iterdir())
    return frozenset().union(*(_lines(folder / f"{name}.txt") for folder in folders))


def _lines(file: Traversable) -> list[str]:
    lines = file.read_text("utf-8").split("\n") if file.is_file() else []
    return [line for line in lines if line and not line.startswith(_COMMENT)]
