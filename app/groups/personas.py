"""Names people have in a group: fresh ones to offer, and what a typed one must not give away."""

import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from app.groups.persona_words import bare, words
from app.moderation.letters import mixed_scripts, skeleton

FEWEST_LETTERS: Final = 3
MOST_CHARACTERS: Final = 40
DIGITS_OF_A_CONTACT: Final = 5
LONG_WORD: Final = 7
"""A listed word this long is also found inside another word; shorter ones stand in harmless words too."""
MOST_MARKS: Final = 4
"""Accents and vowel signs one letter may carry: more is a pile, not writing."""
TRIES: Final = 60
"""Draws for each name asked for before a third word is added: enough while one pair in ten is free."""

_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
_ADDRESS: Final = re.compile(
    r"@|//|[\w-]\.(?:[a-z]{2}|com|org|net|info|biz|app|dev|link|chat|site|online|shop|club|live|xyz)\b"
    r"|\bdot ?(?:com|org|net)\b",
    re.IGNORECASE,
)
_NUMBERS: Final = frozenset(
    ["zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "double", "triple"]
)
_CHUNKS: Final = re.compile(r"[\s\-_.,;:/&+()]+")
_HUMPS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LOOKS: Final = (str.maketrans("013457@$", "oieastas"), str.maketrans("013457@$", "oleastas"))


def suggestions(count: int, taken: Callable[[str], bool], rng: random.Random) -> list[str]:
    """Fresh names such as "Quiet Heron", all different, none of them taken in the group.

    `taken` is asked with a name's skeleton. Where pairs have become rare a name has three words.
    Give a `random.SystemRandom`, so that nobody can tell which names were drawn together.
    Raises LookupError if hardly any name is left.
    """
    fresh: dict[str, str] = {}
    for adjectives in (1, 2):
        for _ in range(TRIES * count):
            if len(fresh) == count:
                break
            name = " ".join([*rng.sample(words().adjectives, adjectives), rng.choice(words().nouns)])
            shape = skeleton(name)
            if shape not in fresh and not taken(shape):
                fresh[shape] = name
    if len(fresh) < count:
        raise LookupError("Hardly any name is left in this group.")
    return list(fresh.values())


def looks_wrong(name: str) -> str | None:
    """Why a typed name cannot stand in a group, as a key, or None if it can.

    "too-long", "scripts" (letters of several scripts, or characters nobody sees), "contact", "real-name",
    "official", "triggering", "too-short" or "shape", in this order: the first that holds is told.
    The name lists are in Latin letters; a name in another script is not compared with any.
    """
    if len(name) > MOST_CHARACTERS:
        return "too-long"
    if _is_unseen(name) or mixed_scripts(name):
        return "scripts"
    parts = list(_parts(name))
    close = {*parts, *_closer(name), *_spelled(parts)} - words().harmless
    if _is_contact(name, parts):
        return "contact"
    if _is_real_name(parts, close):
        return "real-name"
    if _holds(close, words().official, beside=words().names):
        return "official"
    if _holds(close, words().triggering):
        return "triggering"
    if sum(c.isalpha() for c in name) < FEWEST_LETTERS:
        return "too-short"
    return None if _is_well_shaped(name) else "shape"


def _is_unseen(name: str) -> bool:
    return bool(_UNSEEN.search(name)) or any(unicodedata.category(c) == "Cf" for c in name)


def _parts(name: str) -> Iterator[str]:
    """The words of a name: "JohnSmith84" and "john_smith" are john and smith, "Dave's" is dave."""
    for chunk in _chunks(name):
        for run in re.split(r"\d+", chunk):
            yield from (part.casefold() for part in _HUMPS.split(re.sub("'s?$", "", run)) if part)


def _chunks(name: str) -> list[str]:
    return [chunk for chunk in _CHUNKS.split(bare(name).replace("’", "'")) if chunk]


def _closer(name: str) -> Iterator[str]:
    """What an eye makes of each piece: in one word, without apostrophes, with digits read as letters."""
    for chunk in _chunks(name):
        piece = re.sub(r"^\d+|\d+$", "", chunk).replace("'", "").casefold()
        yield from {piece, *(piece.translate(looks) for looks in _LOOKS)}


def _spelled(parts: list[str]) -> Iterator[str]:
    """Letters that stand alone, read together: "d a v e"."""
    singles = "".join(part if len(part) == 1 else " " for part in parts)
    yield from (run for run in singles.split() if len(run) >= FEWEST_LETTERS)


def _is_contact(name: str, parts: list[str]) -> bool:
    digits = sum(unicodedata.category(c) == "Nd" for c in name) + sum(part in _NUMBERS for part in parts)
    seen = unicodedata.normalize("NFKC", name)
    return digits >= DIGITS_OF_A_CONTACT or bool(_ADDRESS.search(seen)) or not words().contact.isdisjoint(parts)


def _is_real_name(parts: list[str], close: Iterable[str]) -> bool:
    return any(_is_plainly_a_name(word) or _is_two_names(word) for word in close) or _is_everyday_name(parts)


def _is_plainly_a_name(word: str) -> bool:
    return len(word) > 2 and word in words().names and word not in words().ordinary


def _is_two_names(word: str) -> bool:
    """A first name and a surname in one word: "davecarter". Three letters, or -ing, end too many other words to be a surname."""
    return not (word in words().own or word.endswith("ing")) and any(
        first in words().given_names and last in words().family_names and not {first, last} & words().ordinary
        for first, last in _halves(word)
        if len(last) > FEWEST_LETTERS
    )


def _is_everyday_name(parts: list[str]) -> bool:
    """Names that are words first ("Rose", "Hill") are a person's name alone, doubled, or with what goes before names.

    Beside any other word they are words: "Rose Garden" may stand, "Rose", "Rose Hill", "Big Rose" and "Mr Hill" may not.
    """
    before = words().titles | words().nicknames
    named = [part for part in parts if len(part) > 1 and part not in before]
    if not named or not all(part in words().names for part in named):
        return False
    formal = any(len(part) == 1 or part in words().titles for part in parts)
    return formal or any(part in words().given_names for part in named)


def _holds(close: Iterable[str], listed: frozenset[str], beside: frozenset[str] = frozenset()) -> bool:
    """Whether a listed word stands in the name: whole, in the plural, glued to a neighbour, or long enough to be seen."""
    return any(
        word in listed
        or word.removesuffix("s") in listed
        or any(_are_glued(a, b, listed, beside) or _are_glued(b, a, listed, beside) for a, b in _halves(word))
        or any(long in word for long in listed if len(long) >= LONG_WORD)
        for word in close
    )


def _are_glued(one: str, other: str, listed: frozenset[str], beside: frozenset[str]) -> bool:
    return one in listed and any(other in known for known in (listed, words().own, beside))


def _halves(word: str) -> Iterator[tuple[str, str]]:
    return ((word[:at], word[at:]) for at in range(FEWEST_LETTERS, len(word) - FEWEST_LETTERS + 1))


def _is_well_shaped(name: str) -> bool:
    kinds = "".join("N" if (kind := unicodedata.category(c)) == "Nd" else kind[0].lower() for c in name)
    piled = "m" * (MOST_MARKS + 1)
    return piled not in kinds and all(kind in "lmN" or c in " -'’" for kind, c in zip(kinds, name, strict=True))
