"""Words as they are looked for: cut and folded once, by us, so that both databases find the same. Knows no database."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

LONGEST_ASKED: Final = 200
"""Code points of what may be typed to be looked for."""
MOST_WORDS: Final = 12
"""Words that are looked for at once, those of quotations counted each; what is typed beyond them is left out."""
LONGEST_WORD: Final = 40
"""Code points of a folded word that count. A longer one is known by its beginning."""
SHORTEST_BEGINNING: Final = 4
"""Code points from which on a word also finds longer ones that begin like it: meeting finds meetings."""

MOST_KNOWN: Final = 20_000
"""Characters whose folded form is kept in memory: more than all letters in use in a community."""

_QUOTES: Final = dict.fromkeys(map(ord, "“”„‟«»＂"), '"')
_TYPED: Final = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
_POINTS: Final = range(10, 36)
_ACCENTS: Final = range(200, 241)
"""Unicode's combining classes: vowel points of Hebrew and Arabic, and accents above and below. Marks that make another
letter of a letter (voicing in Japanese, nukta and virama in India) have other classes, and stay."""
_BARE: Final = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t", "ŋ": "n",
}  # fmt: skip
_WITHOUT_GAPS: Final = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3040, 0x30FF),
    (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFF),
)  # fmt: skip
"""Scripts of Thailand, Laos, Myanmar, Cambodia, China and Japan, which set no gaps between words: each of their letters
is a word here, and what is typed together is looked for together."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or several that stand together. `is_exact`: as it is, and not as the beginning of a longer word."""

    words: tuple[str, ...]
    is_exact: bool

    @property
    def sought(self) -> str:
        """It stands in folded words if this is a part of them: words as `cut` gave them, with single spaces, and with one
        more before and after."""
        return self._with(" ")

    def count_in(self, spread: str) -> int:
        """How often it stands in words that were spread out with `spread_out`."""
        return spread.count(self._with("  "))

    def _with(self, gap: str) -> str:
        return f" {gap.join(self.words)}{' ' if self.is_exact else ''}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: everything in `wanted`, and nothing in `unwanted`."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]
    is_cut: bool
    """Whether more was typed than can be looked for at once."""


def asked(typed: str) -> Asked:
    """Whatever was typed, as terms: any text has a meaning, and none is an error.

    Every word must be there; words in quotes stand together, and so do parts that were typed together (twelve-step);
    a minus before a word or quotation says that it must not be there. Case and accents do not count.
    """
    terms, left, is_cut = (list[Term](), list[Term]()), MOST_WORDS, False
    for minus, quoted, bare in _TYPED.findall(typed.translate(_QUOTES)):
        words = cut(quoted or bare)
        kept = words[:left]
        left -= len(kept)
        is_cut = is_cut or len(words) > len(kept)
        term = Term(tuple(kept), bool(quoted) or len(kept) > 1 or len("".join(kept)) < SHORTEST_BEGINNING)
        if kept and term not in terms[bool(minus)]:
            terms[bool(minus)].append(term)
    return Asked(tuple(terms[0]), tuple(terms[1]), is_cut)


def cut(text: str) -> list[str]:
    """The words of a text, folded, in their order."""
    return [word[:LONGEST_WORD] for word in unicodedata.normalize("NFC", text).translate(_FOLD).split()]


def spread_out(words: str) -> str:
    """Folded words with room around each, to count terms in: `words` is what `cut` gave, with single spaces."""
    return f" {words.replace(' ', '  ')} "


def placed(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where terms stand in a text in normal form C: code points, `end` past the last, in order, none overlapping."""
    if not terms:
        return []
    # Each word with the gap before it: an expression that begins as it is typed is searched for quickest.
    folded = f" {text.translate(_FOLD)}"
    typed_at = range(len(folded)) if text.isascii() else _typed_at(text)
    found = (match.span() for match in re.finditer("|".join(map(_pattern, terms)), folded))
    return [(typed_at[start], typed_at[end - 2] + 1) for start, end in found]


def _typed_at(text: str) -> list[int]:
    """For each code point of the folded text, which one of the text it comes from."""
    return [at for at, char in enumerate(text) for _one in _FOLD[ord(char)]]


def _pattern(term: Term) -> str:
    words = [f"{word}[^ ]*" if len(word) == LONGEST_WORD else word for word in term.words]
    return f" {' +'.join(words)}{'(?![^ ])' if term.is_exact else '[^ ]*'}"


class _Fold(dict[int, str]):
    """What each character is folded to: letters, nothing, or a gap between words."""

    def __missing__(self, code: int) -> str:
        folded = "".join(f" {c} " if _stands_alone(c) else c for c in _folded(chr(code)))
        if len(self) < MOST_KNOWN:
            self[code] = folded
        return folded


def _folded(char: str) -> str:
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    bare = "".join(_BARE.get(c, c) for c in spread if not _is_accent(c))
    return "".join(c if _is_of_words(c) else " " for c in unicodedata.normalize("NFC", bare))


def _stands_alone(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _WITHOUT_GAPS)


def _is_accent(char: str) -> bool:
    return unicodedata.combining(char) in chain(_POINTS, _ACCENTS) or unicodedata.category(char) == "Cf"


def _is_of_words(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNM"


_FOLD: Final = _Fold()
