"""Telephone numbers, however they are written."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

from app.moderation.guidelines import Guidelines
from app.moderation.help_directory import known_numbers
from app.moderation.places import clause
from app.moderation.reading import View
from app.moderation.wordlists import wordlist

FEWEST_DIGITS: Final = 7
FEWEST_TYPED: Final = 5
"""Of a number of ten digits and more so many are digits; o and l may stand for the rest."""
FEWEST_SAID: Final = 3
WHOLE: Final = 10
"""Of a number that is said aloud so many parts are words; of a whole one, with its area, one is enough."""
MOST_DIGITS: Final = 15
"""As many digits as a telephone number can have (ITU-T E.164)."""
REGIONS: Final = ("US", "GB")
"""Countries whose local numbers are known everywhere, besides the group's own."""
CUE_BEFORE: Final = 60
CUE_AFTER: Final = 40
"""Code points of its clause in which a word may stand that says a number is a telephone's."""

LONGEST_DATE: Final = 10

_RUN: Final = re.compile(
    r"[+(0-9oOlI](?<![\w$£€#/][+(0-9oOlI])(?<!\d[.,][0-9])(?:(?<=\+)\(?[0-9oOlI]|(?<=\()[0-9oOlI]|)"
    r"(?:[ ./()\-]{0,3}[0-9oOlI]){6,19}(?:(?![\w%])(?![.,/:][0-9])|(?= ?(?:x|ext\.?) ?\d{1,5}\b))",
)
_NEAR: Final = re.compile(r"\d" + r"[ ./()\-oOlI]{0,5}\d" * 3)
"""Four figures near each other, as every number of seven has them, however many are written as letters."""
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_DATES: Final = re.compile(
    rf"(?<![\d./-])(?:{_DAY}([./-]){_DAY}\1(?:\d{{4}}|\d{{2}})(?!\1\d)|(?:19|20)\d\d([./-])\d{{1,2}}\2\d{{1,2}}"
    rf"|{_DAY} {_DAY} (?:19|20)\d\d|(?:19|20)\d\d ?- ?(?:19|20)\d\d)(?!\d)"
    rf"|(?<=-){_DAY}([./]){_DAY}\3(?:\d{{4}}|\d{{2}})(?![\d./])",
)
_EXTENSION: Final = re.compile(r" ?(?:x|ext\.?) ?\d{1,5}\b")
_LINKED: Final = re.compile(r"(?:://|www\.)\S*$")
_LONGEST_LINK: Final = 200
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}(?:[ .]000){1,4}")
_NORTH_AMERICAN: Final = re.compile(r"(?:\+?1[ ./-]{0,2})?\(?[2-9]\d\d\)?[ ./-]{0,3}[2-9]\d\d[ ./-]{0,3}\d{4}")
_OTHER_IDS: Final = re.compile(r"\d{3}-\d{2}-\d{4}|\d{4}(?:[ -]\d{4}){2,3}|\d{4}[ -]\d{6}[ -]\d{5}")
"""Written as social security numbers and cards are; they have rules of their own."""
_SET_APART: Final = re.compile(
    r"\d{3}-\d{4}|\d{2}([.-])\d{2}(?:\1\d{2}){2,3}|\d{3}([.-])\d{3}\2\d{3,4}|\(\d{2,4}\) ?\d{3}[ -]?\d{3,4}|\d{4}-\d{3}-\d{3}",
)
"""Groups with points, dashes or brackets between them: a shape of many countries, and of nothing else of this length."""
_SPACED_OUT: Final = re.compile(
    r"\d{3} \d{3} \d{3,4}|\d{4} \d{3} \d{3}|\d{2} \d{3} \d{3,4}|[2-9]\d{2} \d{4}|\d{4} \d{4}|\d{2}(?: \d{2}){3,4}"
)
"""Groups with gaps, as counts and lists have them too."""
_ALONE: Final = re.compile(r" ?(?:$|[\n.;!?)])")
_ROUND: Final = re.compile(r"\d*[05]|(?:19|20)\d\d")
_LETTERS_AS_DIGITS: Final = str.maketrans("oOlI", "0011")
_COUNTING: Final = ("0123456789", "9876543210")


def phones(view: View, guidelines: Guidelines) -> Iterator[tuple[int, int]]:
    """Places of telephone numbers that are nobody's helpline: digits in any grouping."""
    if sum(map(view.text.count, "0123456789")) < FEWEST_TYPED or not _NEAR.search(view.text):
        return
    for start, end in _candidates(view.text, guidelines):
        if not (_is_dated(view.text, start, end) or _is_helpline(view.text[start:end]) or _in_a_link(view.text, start)):
            yield start, end


def _is_dated(text: str, start: int, end: int) -> bool:
    """Whether a day or a span of years touches it."""
    around = _DATES.finditer(text, max(0, start - LONGEST_DATE), end + LONGEST_DATE)
    return any(match.start() < end and start < match.end() for match in around)


def _in_a_link(text: str, start: int) -> bool:
    return _LINKED.search(text, max(0, start - _LONGEST_LINK), start) is not None


def _candidates(text: str, guidelines: Guidelines) -> Iterator[tuple[int, int]]:
    regions = tuple(dict.fromkeys((guidelines.country.upper() or None, *REGIONS)))
    for match in _RUN.finditer(text):
        number = match[0]
        if _OTHER_IDS.fullmatch(number) or _is_counted(number):
            continue
        if _has_shape(number) or _has_cue(text, match) or _is_written_so(text, match) or _is_valid(number, regions):
            extension = _EXTENSION.match(text, match.end())
            yield match.start(), extension.end() if extension else match.end()


def _is_counted(number: str) -> bool:
    return _THOUSANDS.fullmatch(number) is not None


def _is_valid(run: str, regions: tuple[str | None, ...]) -> bool:
    """Whether a country gives out such numbers. Loose figures in a row (30 60 90) are none."""
    if re.search(r"[oOlI]", run) or len(re.findall("[0-9]+", run)) > 5 or _in_a_row(run):
        return False
    return any(_is_valid_in(run, region) for region in regions)


@lru_cache(maxsize=512)
def _is_valid_in(run: str, region: str | None) -> bool:
    import phonenumbers  # noqa: PLC0415  (1 MiB, for words with figures in them)

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(run, region)))
    except phonenumbers.NumberParseException:
        return False


def _has_shape(run: str) -> bool:
    """Shapes that are hardly ever anything but a telephone number."""
    digits = _digits(run)
    typed = sum(c.isdigit() for c in run)
    if (
        typed < (FEWEST_TYPED if len(digits) >= 10 else FEWEST_DIGITS - 1)
        or not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS
    ):
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
    return len(groups) >= FEWEST_DIGITS and max(map(len, groups)) == 1 and not counts("".join(groups))


def _is_written_so(text: str, match: re.Match[str]) -> bool:
    """Groups as telephone numbers have them; those with gaps only where nothing follows that could be counted."""
    number = match[0]
    if all(_ROUND.fullmatch(group) for group in re.findall(r"\d+", number)):
        return False
    return _SET_APART.fullmatch(number) is not None or (
        _SPACED_OUT.fullmatch(number) is not None
        and _ALONE.match(text, match.end()) is not None
        and not _in_a_row(number)
    )


def _in_a_row(number: str) -> bool:
    """Small figures that grow or shrink, as days and weights do."""
    groups = [int(group) for group in re.findall(r"\d+", number)]
    return len(groups) > 3 and (groups == sorted(groups) or groups == sorted(groups, reverse=True))


def _has_cue(text: str, match: re.Match[str]) -> bool:
    typed = sum(c.isdigit() for c in match[0])
    if typed < FEWEST_DIGITS or len(_digits(match[0])) > MOST_DIGITS:
        return False
    a, b = clause(text, *match.span())
    near = text[max(a, match.start() - CUE_BEFORE) : min(b, match.end() + CUE_AFTER)].lower()
    return _cues().search(near) is not None and _others().search(near) is None


@cache
def _cues() -> re.Pattern[str]:
    """Words that say that a number is a telephone's."""
    return _any_of("phone_cues")


@cache
def _others() -> re.Pattern[str]:
    """Words that say that a number is a card's, a parcel's, a passport's."""
    return _any_of("other_numbers")


def _any_of(name: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, wordlist(name)), key=len, reverse=True)) + r")\b")


def _digits(run: str) -> str:
    return "".join(c for c in run.translate(_LETTERS_AS_DIGITS) if c.isdigit())


def _is_helpline(number: str) -> bool:
    digits = _digits(number)
    return any(digits == known or _same_line(digits, known) for known in known_numbers() | wordlist("helpline_numbers"))


def _same_line(digits: str, known: str) -> bool:
    """The same number with or without a country's prefix; short numbers must be equal."""
    longer, shorter = sorted((digits, known.lstrip("0")), key=len, reverse=True)
    return len(shorter) >= 9 and len(longer) - len(shorter) <= 3 and longer.endswith(shorter)


def said_aloud(text: str, start: int, end: int) -> str | None:
    """Refuse digits in words that are too few or too many for a telephone, or count up or down, as breathing does."""
    words = re.findall(r"[^\W\d_]+|[0-9]+", text[start:end])
    digits = _read_aloud(words)
    spoken = sum(not word.isdigit() for word in words)
    is_said = spoken >= FEWEST_SAID or (spoken and len(digits) >= WHOLE)
    return "" if is_said and FEWEST_DIGITS <= len(digits) <= MOST_DIGITS and not counts(digits) else None


def _read_aloud(words: list[str]) -> str:
    digits, times = "", 1
    for word in words:
        value = _values().get(word, word)
        if value.startswith("x"):  # "double": the next one counts so many times
            times = int(value[1:])
            continue
        digits += value * times
        times = 1
    return digits


@cache
def _values() -> dict[str, str]:
    """Words for digits, and what each stands for."""
    pairs = (line.split() for line in wordlist("spoken_digits"))
    return {word: value for value, *words in pairs for word in words}


def counts(digits: str) -> bool:
    """Counting up or down, as in breathing exercises and steps."""
    return any(digits in row for row in _COUNTING)
