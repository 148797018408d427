"""What was found in plain words is found under a disguise (MODERATION.md, "Evasion"): shares of the rules' own examples."""

import random
import unicodedata
from collections.abc import Callable

import pytest

from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.rulebook import rulebook
from app.moderation.verdict import SECOND_LOOK, SUPPORT, Kind

GUIDELINES = Guidelines()
LOOK_ALIKE = str.maketrans("aceopxyi", "асеорхуі")
LEET = str.maketrans("aeiots", "43!075")
KEY_LETTERS = 4
"""A word with fewer letters is not worth hiding, and is left as it is by stars and slips."""


def letters(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "".join(change(c) if c.isascii() and c.isalpha() else c for c in text)


def bold(letter: str) -> str:
    return unicodedata.lookup(f"MATHEMATICAL BOLD {'SMALL' if letter.islower() else 'CAPITAL'} {letter.upper()}")


def words(change: Callable[[str], str], shortest: int = 1) -> Callable[[str], str]:
    return lambda text: " ".join(change(w) if w.isalpha() and len(w) >= shortest else w for w in text.split(" "))


def slip(word: str) -> str:
    """One letter lost, doubled or swapped with the next, inside of the word; the same one each time."""
    at = random.Random(word).randrange(1, len(word) - 1)
    lost, doubled = word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return random.Random(word + "!").choice((lost, doubled, swapped))


def slipped_once(text: str) -> str:
    """A slip in the longest word alone."""
    longest = max((w for w in text.split(" ") if w.isalpha()), key=len, default="")
    return " ".join(slip(w) if w == longest and len(w) >= KEY_LETTERS else w for w in text.split(" "))


def starred(word: str) -> str:
    at = next((n for n, c in enumerate(word) if n and c in "aeiou"), 1)
    return word[:at] + "*" + word[at + 1 :]


DISGUISES: dict[str, tuple[Callable[[str], str], float]] = {
    "zero width": ("\u200b".join, 0.97),
    "look-alikes": (lambda text: text.translate(LOOK_ALIKE), 0.97),
    "full width": (letters(lambda c: chr(ord(c) + 0xFEE0)), 0.97),
    "bold": (letters(bold), 0.97),
    "accents": (letters(lambda c: c + "\u0301"), 0.97),
    "capitals": (str.upper, 0.97),
    "leet": (words(lambda w: w.lower().translate(LEET), KEY_LETTERS), 0.95),
    "spaced": (words(" ".join, KEY_LETTERS), 0.95),
    "spaced wide": (lambda text: "  ".join(" ".join(w) if w.isalpha() else w for w in text.split(" ")), 0.95),
    "dotted": (words(".".join, KEY_LETTERS), 0.95),
    "drawn out": (words(lambda w: w[:-1] + w[-1] * 4, KEY_LETTERS), 0.95),
    "slips": (slipped_once, 0.85),
    "stars": (words(starred, KEY_LETTERS), 0.80),
}
DANGER = sorted(
    {
        text
        for rule in rulebook()
        if rule.kind is Kind.CRISIS and rule.id not in {SUPPORT, *SECOND_LOOK}
        for text in rule.examples_hit
    }
)


def is_seen(text: str) -> bool:
    return any(f.kind is Kind.CRISIS for f in judge(GUIDELINES, text).findings)


@pytest.mark.parametrize("disguise", DISGUISES)
def test_danger_is_seen_under_a_disguise(disguise: str) -> None:
    change, share = DISGUISES[disguise]
    plain = [text for text in DANGER if is_seen(text)]
    lost = [changed for text in plain if not is_seen(changed := change(text))]
    assert len(plain) >= 25
    assert len(lost) <= (1 - share) * len(plain), lost
