"""Letters by their looks: plain ones for the rules, skeletons for names that must not look alike."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import repeat
from typing import Final

ODD: Final = re.compile(r"[^\x20-\x7e\s]|[\x1c-\x1f]")
"""What is not a plain printable ASCII character or a gap."""

_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0")
_DIACRITICS: Final = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_ONE_WRITING: Final = frozenset({"HAN", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL"})
_LOOKS: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l"})


def _look_alikes() -> Iterator[tuple[str, str]]:
    """Every single character that looks like a plain one, with the plain one."""
    lines = files("app.moderation").joinpath("lists", "look_alikes.txt").read_text("utf-8").split("\n")
    for line in lines[1:]:
        plain, _tab, others = line.partition("\t")
        yield from zip(others, repeat(plain))


_ALIKE: Final = dict(reversed(list(_look_alikes())))
_NEAR: Final = {
    **dict(zip("\u043a\u043c\u0442\u0432\u043d\u0433\u043f\u03ba\u03c4", "kmtbhrnkt", strict=True)),
    **_ALIKE,
}
"""Small Cyrillic and Greek letters that Unicode does not list, but that are used in place of plain ones."""
_SINGLE_QUOTES: Final = dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u02b9\u2032\uff07", "'")
_DOUBLE_QUOTES: Final = dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"')
_DASHES: Final = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
_DRAWN: Final = _SINGLE_QUOTES | _DOUBLE_QUOTES | _DASHES
"""Quotation marks and dashes of all sorts, with the plain one."""


@lru_cache(maxsize=4096)
def fold(char: str) -> str:
    """The plain letters or digits an eye takes this character for; "" for what no eye sees."""
    if char in _DRAWN:
        return _DRAWN[char]
    if _is_unseen(char):
        return ""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    spread = unicodedata.normalize("NFKD", char)
    return "".join(_plain_letter(c, char) for c in spread if not _DIACRITICS.match(c))


def _is_unseen(char: str) -> bool:
    return char in _FILLERS or (unicodedata.category(char) in {"Cf", "Cc", "Mn", "Me"} and not char.isspace())


def _plain_letter(char: str, typed: str) -> str:
    plain = char if char.isascii() else _NEAR.get(char, "\ufffd" if "\ud800" <= char <= "\udfff" else char)
    # Unicode draws I, l and 1 (O and 0) as one shape; the case of what was typed tells which was meant.
    if typed.isupper():
        return {"l": "I", "1": "I", "0": "O"}.get(plain, plain.upper())
    return plain


def skeleton(name: str) -> str:
    """What a name looks like. Two names with equal skeletons cannot be told apart by eye (Unicode UTS 39).

    Case, accents, gaps, punctuation and unseen characters do not count; 0 and o, 1 and l and i,
    rn and m look alike, as does every character that Unicode lists beside an ASCII letter or digit.
    """
    composed = "".join(_ALIKE.get(c) or unicodedata.normalize("NFKD", c) for c in name)
    shapes = (_shape(c) for c in composed.casefold())
    return "".join(shapes).translate(_LOOKS).replace("rn", "m")


def _shape(char: str) -> str:
    shape = _ALIKE.get(char, char).casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", shape) if c == "|" or _stands_in_a_name(c))


def _stands_in_a_name(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNM" and not _DIACRITICS.match(char) and char not in _FILLERS


def mixed_scripts(name: str) -> bool:
    """Whether the letters of a name come from more than one script. The scripts of East Asia count as one."""
    scripts = {_script(c) for c in name if c.isalpha()} - {"COMMON", "INHERITED"}
    return len({"HAN" if script in _ONE_WRITING else script for script in scripts}) > 1


def _script(char: str) -> str:
    from confusable_homoglyphs import categories  # noqa: PLC0415  (two megabytes, for letters beyond plain ones)

    return str(categories.alias(char)).upper()
