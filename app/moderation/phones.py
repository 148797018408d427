"""Telephone numbers, however they are written."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import phonenumbers

from app.moderation.guidelines import Guidelines
from app.moderation.help_directory import known_numbers
from app.moderation.places import clause
from app.moderation.reading import View

FEWEST_DIGITS: Final = 7
MOST_DIGITS: Final = 15
"""As many digits as a telephone number can have (ITU-T E.164)."""
REGIONS: Final = ("US", "GB")
"""Countries whose local numbers are known everywhere, besides the group's own."""

_RUN: Final = re.compile(r"(?<![\w.,$£€#])\+?\(?[0-9oOlI](?:[ ./()\-]{0,3}[0-9oOlI]){6,19}(?![\w%])(?![.,/][0-9])")
_DATES: Final = re.compile(
    r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}"
    r"|\d{1,2} \d{1,2} (?:19|20)\d\d|(?:19|20)\d\d ?- ?(?:19|20)\d\d)(?!\d)",
)
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}(?: 000){1,4}")
_NORTH_AMERICAN: Final = re.compile(r"(?:\+?1[ .-]{0,2})?\(?[2-9]\d\d\)?[ .-]{0,3}[2-9]\d\d[ .-]{0,3}\d{4}")
_CUE: Final = re.compile(
    r"\b(?:call|ring|phone|text|txt|mobile|cell|number|num|tel|telephone|whats ?app|reach|dial|landline|sms|fax|digits)\b",
)
_WORD: Final = r"(?:zero|nought|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|treble|[0-9]{1,4}|o)"
_SPELLED: Final = re.compile(rf"\b{_WORD}(?:[ ,.\-]{{1,3}}{_WORD}){{5,19}}\b")
_VALUES: Final = {
    word: str(value)
    for value, words in enumerate(
        ("zero nought oh o", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
    for word in words.split()
}
_LETTERS_AS_DIGITS: Final = str.maketrans("oOlI", "0011")
_COUNTING: Final = ("0123456789", "9876543210")


def phones(view: View, guidelines: Guidelines) -> Iterator[tuple[int, int]]:
    """Places of telephone numbers that are nobody's helpline: digits in any grouping, or digits as words."""
    yield from _spelled(view.lower)
    if sum(map(view.text.count, "0123456789")) < FEWEST_DIGITS - 1:
        return
    dates = [match.span() for match in _DATES.finditer(view.text)]
    for start, end in _candidates(view.text, guidelines):
        if not _touches(dates, start, end) and not _is_helpline(view.text[start:end]):
            yield start, end


def _touches(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(a < end and start < b for a, b in spans)


def _candidates(text: str, guidelines: Guidelines) -> Iterator[tuple[int, int]]:
    regions = tuple(dict.fromkeys((guidelines.country.upper() or None, *REGIONS)))
    for match in _RUN.finditer(text):
        if _has_shape(match[0]) or _has_cue(text, match) or _is_valid(match[0], regions):
            yield match.span()


def _is_valid(run: str, regions: tuple[str | None, ...]) -> bool:
    """Whether a country gives out such numbers. Loose figures in a row (30 60 90) are none."""
    if _THOUSANDS.fullmatch(run) or re.search(r"[oOlI]", run) or len(re.findall("[0-9]+", run)) > 5:
        return False
    return any(_is_valid_in(run, region) for region in regions)


@lru_cache(maxsize=512)
def _is_valid_in(run: str, region: str | None) -> bool:
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(run, region)))
    except phonenumbers.NumberParseException:
        return False


def _has_shape(run: str) -> bool:
    """Shapes that are hardly ever anything but a telephone number."""
    digits = _digits(run)
    typed = sum(c.isdigit() for c in run)
    if typed < FEWEST_DIGITS - 1 or not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS or _THOUSANDS.fullmatch(run):
        return False
    if run.startswith("+"):
        return True
    if digits.startswith("00"):
        return len(digits) >= 10
    if digits.startswith("0"):
        return 9 <= len(digits) <= 12
    return _NORTH_AMERICAN.fullmatch(run.translate(_LETTERS_AS_DIGITS)) is not None or _one_by_one(run)


def _one_by_one(run: str) -> bool:
    """Digits set apart one by one, as nobody writes a count or a date."""
    groups = re.findall(r"[0-9]+", run)
    return len(groups) >= FEWEST_DIGITS and max(map(len, groups)) == 1 and not _counts("".join(groups))


def _has_cue(text: str, match: re.Match[str]) -> bool:
    typed = sum(c.isdigit() for c in match[0])
    if _THOUSANDS.fullmatch(match[0]) or typed < FEWEST_DIGITS or len(_digits(match[0])) > MOST_DIGITS:
        return False
    a, b = clause(text, *match.span())
    near = text[max(a, match.start() - 60) : min(b, match.end() + 40)].lower()
    return _CUE.search(near) is not None


def _digits(run: str) -> str:
    return "".join(c for c in run.translate(_LETTERS_AS_DIGITS) if c.isdigit())


def _is_helpline(number: str) -> bool:
    digits = _digits(number)
    return any(digits == known or _same_line(digits, known) for known in known_numbers())


def _same_line(digits: str, known: str) -> bool:
    """The same number with or without a country's prefix; short numbers must be equal."""
    longer, shorter = sorted((digits, known.lstrip("0")), key=len, reverse=True)
    return len(shorter) >= 9 and len(longer) - len(shorter) <= 3 and longer.endswith(shorter)


def _spelled(text: str) -> Iterator[tuple[int, int]]:
    for match in _SPELLED.finditer(text):
        words = re.findall(r"[a-z]+|[0-9]+", match[0])
        digits = _read_aloud(words)
        spoken = sum(word in _VALUES for word in words)
        if spoken >= 3 and FEWEST_DIGITS <= len(digits) <= MOST_DIGITS and not _counts(digits):
            yield match.span()


def _read_aloud(words: list[str]) -> str:
    digits, times = "", 1
    for word in words:
        if word in {"double", "triple", "treble"}:
            times = 2 if word == "double" else 3
            continue
        digits += _VALUES.get(word, word) * times
        times = 1
    return digits


def _counts(digits: str) -> bool:
    """Counting up or down, as in breathing exercises and steps."""
    return any(digits in row for row in _COUNTING)
