"""The lists that names in a group are made of and measured by, read once."""

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

_FOLDER: Final = files("app.groups") / "words"
_UNSPLIT: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "Ø": "O", "Ł": "L", "Đ": "D", "Æ": "AE", "Œ": "OE"}
)


@dataclass(frozen=True)
class Words:
    """`adjectives` and `nouns` as they are shown; all other lists are `bare` and in lower case.

    `names` is given and family names together; `own` is our adjectives and nouns, which are in neither.
    """

    adjectives: tuple[str, ...]
    nouns: tuple[str, ...]
    own: frozenset[str]
    given_names: frozenset[str]
    family_names: frozenset[str]
    names: frozenset[str]
    ordinary: frozenset[str]
    titles: frozenset[str]
    nicknames: frozenset[str]
    official: frozenset[str]
    triggering: frozenset[str]
    contact: frozenset[str]
    harmless: frozenset[str]


def bare(text: str) -> str:
    """Letters without accents, case kept: names are often typed without them."""
    spread = unicodedata.normalize("NFKD", text).translate(_UNSPLIT)
    return "".join(c for c in spread if unicodedata.category(c) != "Mn")


@cache
def words() -> Words:
    """The English lists. Another language is another file of the same shape beside them."""
    table = tomllib.loads((_FOLDER / "en.toml").read_text("utf-8"))
    adjectives, nouns = tuple(table["adjectives"]), tuple(table["nouns"])
    given, family, real = _lines("given_names.txt"), _lines("family_names.txt"), table["real_names"]
    return Words(
        adjectives=adjectives,
        nouns=nouns,
        own=_folded([*adjectives, *nouns]),
        given_names=given,
        family_names=family,
        names=given | family,
        ordinary=_folded(real["ordinary"]),
        titles=_folded(real["titles"]),
        nicknames=_folded(real["nicknames"]),
        official=_folded(table["official"]["words"]),
        triggering=_folded(table["triggering"]["words"]),
        contact=_folded(table["contact"]["words"]),
        harmless=_folded(table["harmless"]["words"]),
    )


def _lines(name: str) -> frozenset[str]:
    lines = (_FOLDER / name).read_text("utf-8").splitlines()
    return _folded([line for line in lines if line and not line.startswith("#")])


def _folded(listed: list[Any]) -> frozenset[str]:
    return frozenset(bare(word).casefold() for word in listed)
