"""Full names: a given name that is known, beside a surname that is one by list or by shape."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from app.moderation.guidelines import Guidelines
from app.moderation.reading import View
from app.moderation.wordlists import long_list, wordlist

MOST_BETWEEN: Final = 3
"""Initials, second given names and particles that may stand between the first and the last part of a name."""

MOST_NAMES: Final = 200
"""Names told of one text; nobody has read more before the first are gone."""

_FIRST: Final = "[A-ZÆØÐÞŁĐŒ]"
_LETTER: Final = "[A-Za-z\u00c0-\u024f]"
_CAP: Final = _FIRST + rf"(?:{_LETTER}{{1,24}}(?:['-]{_LETTER}{{1,24}}){{0,2}}|(?:'{_LETTER}{{1,24}}){{1,2}})"
_PARTICLE: Final = r"(?:van|von|de|der|den|del|della|di|da|dos|das|du|la|le|ten|ter|zu|zum|zur|bin|ibn|el|al|af|av)"
_RUN: Final = re.compile(
    rf"{_FIRST}(?<![\w'@/#.-]{_FIRST}){_CAP[len(_FIRST) :]}(?: (?:{_PARTICLE}|[A-Z]\.?|{_CAP})){{0,5}} (?:[ae]l-)?{_CAP}(?![\w@/])"
)
_PART: Final = re.compile(r"[^\W\d_](?:[\w'-]*\w)?\.?")
_STROKES: Final = str.maketrans(
    {"æ": "ae", "ø": "o", "ß": "ss", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "œ": "oe", "ı": "i"}
)
"""Letters that are no plain one with an accent; the lists have them as English writes them."""
_WORDS_OF_ONE_LETTER: Final = frozenset({"I", "A", "U", "R", "O", "Y"})
"""A letter without a point may be a word, and then it is no initial."""
_NEXT: Final = re.compile(r" ([A-Z][a-z]+)")
_POSSESSIVE: Final = re.compile(r"'[sS]$")
_SURNAME_SHAPE: Final = re.compile(
    r"[a-z]{3,}(?:ovic|evic|ovich|evich|enko|ovski|evski|owski|ewski|iewicz|owicz|yev|ayev|anov|inov|onov|ukov|enkov"
    r"|[aeiknrtz]ov|[aeiknrtz]ev|[knrtz]ova|[knrtz]eva|ovna|sson|sdottir|dottir|gaard|strom|qvist|kvist|lund|berg"
    r"|inen|onen|anen|ainen|oinen|ikov|ishvili|adze|idze|oglu|escu|eanu|yan|opoulos|idis|akis|ellis|elli|etti|ucci"
    r"|acci|otti|hoff|mann|meier|meyer|bauer|stein|feld|huber|aeck|veld|[dklnp]stra|sma|inga|mans|sen|skaya|sky|cka|ska|vich)",
)
"""How families are called where no list has all names (Slavic, Nordic, Finnish, Turkish, Greek, Italian, Dutch, …)."""


class Part(NamedTuple):
    """A word of a run of words with capitals, as typed and as the lists have it."""

    word: str
    key: str
    start: int
    end: int

    @property
    def is_initial(self) -> bool:
        return len(self.key) == 1

    @property
    def is_surely_initial(self) -> bool:
        """Without a point some letters are words."""
        return self.is_initial and self.word not in _WORDS_OF_ONE_LETTER


def full_names(view: View, _: Guidelines) -> Iterator[tuple[int, int, str]]:
    """Places of full names, at most MOST_NAMES; the given name alone may stand there instead."""
    return islice((found for run in _RUN.finditer(view.text) for found in _in_run(view.text, _parts(run))), MOST_NAMES)


def _parts(run: re.Match[str]) -> list[Part]:
    first = run.start()
    return [Part(m[0], key(m[0]), first + m.start(), first + m.end()) for m in _PART.finditer(run[0])]


def _in_run(text: str, parts: list[Part]) -> Iterator[tuple[int, int, str]]:
    at = 0
    while at < len(parts) - 1:
        last = _last_of_name(parts, at)
        if last is None or _belongs_to_more(text, parts[last].end):
            at += 1
            continue
        possessive = 2 if _POSSESSIVE.search(parts[last].word) else 0
        yield parts[at].start, parts[last].end - possessive, parts[at].word
        at = last + 1


def _last_of_name(parts: list[Part], first: int) -> int | None:
    """Where the name that begins at `first` ends; None if none begins there."""
    given, second = parts[first], parts[first + 1]
    begins = is_given(given.key) or (second.is_surely_initial and not _is_word(given.key) and len(given.key) > 1)
    if not begins or given.key in wordlist("not_names"):
        return None
    found, has_initial = None, False
    for at in range(first + 1, min(len(parts), first + MOST_BETWEEN + 2)):
        part = parts[at]
        if part.is_initial:
            has_initial = part.is_surely_initial
        elif part.word[0].isupper() or "-" in part.word:
            if _are_one(given, part, has_initial=has_initial):
                found = at
            if not is_given(part.key):
                break
    return found


def _are_one(given: Part, family: Part, *, has_initial: bool) -> bool:
    """Whether these make a person's name. A word in capitals beside a name is shouted."""
    if given.word.isupper() != family.word.isupper() and _is_word(family.key):
        return False
    return _is_surname_of(given.key, family.key, known=has_initial and is_given(given.key))


def _is_surname_of(given: str, family: str, *, known: bool) -> bool:
    """Whether these two make a person's name. `known`: an initial stands between them, as it does in nothing else."""
    if family in wordlist("not_names") or f"{given} {family}" in wordlist("public_names"):
        return False
    if _is_word(family) and (_is_word(given) or family in wordlist("places")):
        return False
    return known or is_surname(family)


def _is_word(name: str) -> bool:
    return name in wordlist("wordlike_names") or name in wordlist("places") or name in wordlist("not_places")


def _belongs_to_more(text: str, end: int) -> bool:
    """Whether the name is part of another: the clinic, street or prize called after somebody."""
    after = _NEXT.match(text, end)
    return after is not None and after[1].lower() in wordlist("called_after")


def called(text: str, start: int, end: int) -> str | None:
    """Refuse what is nobody's name, though words say that a name comes. The given name may stay, so it is the suggestion."""
    first, *rest = _PART.findall(text, start, end)
    title, words = key(first), [plain for word in rest if len(plain := key(word)) > 1]
    if title in wordlist("titles"):
        given, family = (words[0] if len(words) > 1 else ""), words[-1]
        return "" if _is_surname_of(given or title, family, known=_is_surely(is_given, given)) else None
    if not words:
        return "" if _is_surely(is_surname, title) and title not in wordlist("not_names") else None
    if title in wordlist("not_names") or words[-1] in wordlist("not_names"):
        return None
    if first.islower():
        return first if is_given(title) and is_surname(words[-1]) and not _is_word(words[-1]) else None
    if words[-1] in wordlist("called_after") or f"{title} {words[-1]}" in wordlist("public_names"):
        return None
    are_both = is_given(title) and is_surname(words[-1])
    return first if are_both or _is_surely(is_given, title) or _is_surely(is_surname, words[-1]) else None


def _is_surely(is_name: Callable[[str], bool], word: str) -> bool:
    return is_name(word) and not _is_word(word)


@lru_cache(maxsize=4096)
def key(word: str) -> str:
    """A part of a name as the lists have it: O'Brien's and Smith-Jones as brien and smith."""
    bare = spelled_plainly(_POSSESSIVE.sub("", word).rstrip("."))
    return (
        max(re.split("['-]", bare), key=len)
        if "'" in bare
        else bare.removeprefix("al-").removeprefix("el-").split("-")[0]
    )


def spelled_plainly(name: str) -> str:
    """A name as the lists have it: small letters without strokes; accents are gone from what the judge reads."""
    return name.lower().translate(_STROKES)


def is_given(name: str) -> bool:
    """Whether somebody may be called so; `name` in small plain letters."""
    return name in long_list("given_names")


def is_surname(name: str) -> bool:
    """Whether a family may be called so: by the lists, or by how it ends."""
    return name in long_list("surnames") or _SURNAME_SHAPE.fullmatch(name) is not None
