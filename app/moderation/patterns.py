"""How a rule finds its words: expressions, whole words, words near each other, numbers with a checksum. Run only near triggers."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import ahocorasick

REACH: Final = 140
"""Code points on either side of a trigger that a pattern looks at: more is no phrase."""
MOST_BETWEEN: Final = 30
"""Words that may lie between two words that are to be near each other."""

Present = dict[str, list[int]]
"""Which triggers stand in a text, and where each of them ends."""
Check = Callable[[str], bool]
"""Whether what was found is what it looks like, by its own figures."""


class Triggers:
    """All words that wake a rule, looked for in one pass (Aho and Corasick 1975)."""

    def __init__(self, words: Iterable[str]) -> None:
        self._automaton = ahocorasick.Automaton()
        for word in words:
            self._automaton.add_word(word, word)
        self._automaton.make_automaton()

    def present(self, text: str) -> Present:
        found: Present = {}
        if not len(self._automaton):
            return found
        for end, word in self._automaton.iter(text):
            found.setdefault(word, []).append(end)
        return found


def luhn(text: str) -> bool:
    """The check figure of card numbers (ISO/IEC 7812-1)."""
    figures = [int(c) for c in text if c.isdigit()]
    doubled = (sum(divmod(2 * n, 10)) if at % 2 else n for at, n in enumerate(reversed(figures)))
    return len(figures) > 1 and sum(doubled) % 10 == 0


CHECKS: Final[dict[str, Check]] = {"luhn": luhn}


@dataclass(frozen=True)
class Pattern:
    """One way to find a rule's words, tried only where one of its `triggers` stands; everywhere if it has none.

    It is made ready when it is first asked: all of them take most of a second, and a rule that nobody wakes needs none.
    """

    written: str
    triggers: tuple[str, ...] = ()
    near: "tuple[Pattern, ...]" = ()
    within: int = 0
    breaks: int = 0
    check: Check | None = None

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Raises ValueError or re.error for one that cannot be used."""
        made = re.compile(self.written)
        if made.match(""):
            raise ValueError("a pattern of it is found in no words at all.")
        return made

    @cached_property
    def _group(self) -> int | str:
        return "at" if "at" in self.regex.groupindex else 0

    def find(self, text: str, present: Present, triggers: tuple[str, ...]) -> Iterator[tuple[int, int]]:
        """Where it stands in `text`. `triggers` are the rule's, for a pattern without its own."""
        for first, last in _windows(text, present, self.triggers or triggers):
            for match in self.regex.finditer(text, first, last):
                place = _trimmed(text, *match.span(self._group))
                if self.check is None or self.check(text[slice(*place)]):
                    yield from self._with_near(text, place) if self.near else (place,)

    def _with_near(self, text: str, place: tuple[int, int]) -> Iterator[tuple[int, int]]:
        first, last = place
        for other in self.near:
            found = self._nearest(text, place, other.regex)
            if found is None:
                return
            first, last = min(first, found[0]), max(last, found[1])
        yield first, last

    def _nearest(self, text: str, place: tuple[int, int], other: re.Pattern[str]) -> tuple[int, int] | None:
        a, b = max(0, place[0] - REACH), min(len(text), place[1] + REACH)
        spans = (m.span() for m in other.finditer(text, a, b))
        return next((span for span in spans if self._is_near(text, place, span)), None)

    def _is_near(self, text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
        between = text[min(one[1], other[1]) : max(one[0], other[0])]
        if "\n" in between or len(_ENDS.findall(between)) > self.breaks:
            return False
        return len(between.split()) <= self.within


_ENDS: Final = re.compile(r"[.!?]+")


def _windows(text: str, present: Present, triggers: tuple[str, ...]) -> Sequence[tuple[int, int]]:
    """The parts of a text that lie near a trigger, each once, cut between words."""
    if not triggers:
        return ((0, len(text)),)
    ends = sorted(end for word in triggers if word in present for end in present[word])
    if not ends or len(text) <= 2 * REACH:
        return ((0, len(text)),) if ends else ()
    windows = [(ends[0], ends[0])]
    for end in ends[1:]:
        if end - windows[-1][1] <= 2 * REACH:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((end, end))
    return [(_gap_before(text, a - REACH), _gap_after(text, b + REACH)) for a, b in windows]


def _gap_before(text: str, at: int) -> int:
    return 0 if at <= 0 else max(text.rfind(" ", 0, at), text.rfind("\n", 0, at), 0)


def _gap_after(text: str, at: int) -> int:
    gap = text.find(" ", at) if at < len(text) else -1
    return len(text) if gap < 0 else gap


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A place without the gap or the end of a sentence its pattern began or ended with."""
    words = text[start:end].rstrip(" \n")
    return end - len(text[start:end].lstrip(" \n.,;:!?(")), start + len(words)


def read_pattern(raw: str | dict[str, Any], words: dict[str, str]) -> Pattern:
    """A pattern as a pack writes it: an expression, or a table with one of `is`, `words` and `near`.

    Raises ValueError or KeyError for one that cannot be used; whether the expression can be is known when it is made ready.
    """
    table: dict[str, Any] = {"is": raw} if isinstance(raw, str) else raw
    unknown = table.keys() - {"is", "words", "near", "within", "breaks", "triggers", "checksum"}
    if unknown or len(table.keys() & {"is", "words", "near"}) != 1:
        raise ValueError(f"a pattern is one of is, words and near, and knows no {', '.join(unknown) or 'other'}.")
    check = CHECKS[table["checksum"]] if "checksum" in table else None
    triggers = _triggers(table)
    if "near" in table:
        return _near(table, triggers, words)
    return Pattern(_written(table["words"] if "words" in table else table["is"], words), triggers, check=check)


def _triggers(table: dict[str, Any]) -> tuple[str, ...]:
    first = table["near"][0] if table.get("near") else ()
    said = table.get("triggers") or table.get("words") or (() if isinstance(first, str) else first)
    return tuple(word.rstrip("*") for word in said)


def _near(table: dict[str, Any], triggers: tuple[str, ...], words: dict[str, str]) -> Pattern:
    first, *others = (_written(one, words) for one in table["near"])
    within, breaks = int(table.get("within", 4)), int(table.get("breaks", 0))
    if not others or not 0 <= within <= MOST_BETWEEN:
        raise ValueError(f"near needs two lists of words or more, within 0 to {MOST_BETWEEN} words.")
    return Pattern(first, triggers, tuple(map(Pattern, others)), within, breaks)


def _written(one: str | Sequence[str], words: dict[str, str]) -> str:
    """An expression, or any of these words, whole."""
    return spelled_out(one, words) if isinstance(one, str) else any_of(one)


def any_of(words: Sequence[str]) -> str:
    """Any of these words or phrases, whole, longest first. One that ends in `*` stands for all that begin so."""
    if not words or not all(word.strip("* ") for word in words):
        raise ValueError("a list of words is empty, or a word of it is.")
    longest = sorted(words, key=len, reverse=True)
    return r"(?<!\w)(?:" + "|".join(_whole(word) for word in longest) + ")"


def _whole(word: str) -> str:
    return re.escape(word[:-1]) + r"\w{0,20}" if word.endswith("*") else re.escape(word) + r"(?!\w)"


def spelled_out(pattern: str, words: dict[str, str]) -> str:
    """A pattern with its `{word}` places filled in from the pack's word lists, which may use each other."""
    for _ in range(4):
        pattern = re.sub(r"\{([a-z_]+)\}", lambda m: f"(?:{words[m[1]]})", pattern)
    return pattern
