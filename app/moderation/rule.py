"""The rule: one reason words may wait, with the examples that are its tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import count
from typing import Final

from app.moderation.evidence import Evidence
from app.moderation.guidelines import Guidelines
from app.moderation.patterns import Pattern, Present
from app.moderation.reading import View
from app.moderation.verdict import Kind, Severity

MOST_WEIGHED: Final = 100
"""Places of one rule in one view that evidence is looked for at; nobody needs more to say that it is past, so the rest stands."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule found something in a view, and a suggestion if it has a better one than its own.

    A `lowered` place is the other rule's to speak of (`Rule.lowered_to`).
    """

    start: int
    end: int
    suggestion: str
    lowered: bool = False


Finder = Callable[[View, Guidelines], Iterator[tuple[int, int] | tuple[int, int, str]]]
"""Finds a rule's places in a view by itself; the third is what may stand there, where it knows better than the rule."""
Accept = Callable[[str, int, int], str | None]
"""Looks again at a place: None refuses it, "" takes the rule's own suggestion, anything else is a better one."""


class State(StrEnum):
    """How far a rule has come: written, tried without effect, in force, kept for what it said once."""

    DRAFT = "draft"
    SHADOW = "shadow"
    LIVE = "live"
    RETIRED = "retired"


class Groups(StrEnum):
    """Whose words a rule is for."""

    ALL = "all"
    WITH_ITEM = "with_item"
    SWITCHED_ON = "switched_on"


@dataclass(frozen=True)
class Rule:
    """One reason words may wait.

    A `locked` rule cannot be changed by a group. `triggers` wake it; where `lowered_if` evidence stands near a place,
    `lowered_to` speaks in its stead, or nobody. A rule for `any_language` is asked of words in other languages too. One that
    `adds_note` finds nothing: it says what a story touches on. `also`: the same rule in another language, which looks with
    its own words and its own evidence, as a "no" of one language lowers nothing in another.
    """

    id: str
    version: int
    state: State
    groups: Groups
    only_when_listening: bool
    locked: bool
    severity: Severity
    kind: Kind
    guideline: str
    public_name: str
    why: str
    owner: str
    reviewed: date | None
    message: str
    suggestion: str
    examples_hit: tuple[str, ...]
    examples_pass: tuple[str, ...]
    examples_lowered: tuple[str, ...]
    triggers: tuple[str, ...]
    keeps_case: bool
    patterns: tuple[Pattern, ...]
    finder: Finder | None
    accept: Accept | None
    lowered_if: tuple[Evidence, ...]
    lowered_to: str
    adds_note: str
    any_language: bool
    also: "tuple[Rule, ...]" = ()

    def make_ready(self) -> None:
        """Make all its expressions ready at once. Raises ValueError or re.error for one that cannot be used."""
        for pattern in (*self.patterns, *(pattern for other in self.also for pattern in other.patterns)):
            _ = [one.regex for one in (pattern, *pattern.near)]

    def applies_to(self, asked: Guidelines) -> bool:
        """Whether words judged by these guidelines are read by this rule."""
        if self.only_when_listening and not asked.listening:
            return False
        match self.groups:
            case Groups.WITH_ITEM:
                return self.guideline in asked.items
            case Groups.SWITCHED_ON:
                return self.id in asked.switched_on
            case Groups.ALL:
                return True

    @cached_property
    def wakers(self) -> frozenset[str] | None:
        """The words without which it finds nothing; None for a rule that looks at every text."""
        of_all = [other.wakers for other in self.also]
        if self.triggers:
            of_all.append(frozenset(self.triggers))
        elif self.finder is not None or not all(pattern.triggers for pattern in self.patterns):
            return None
        else:
            of_all.append(frozenset(word for pattern in self.patterns for word in pattern.triggers))
        known = [words for words in of_all if words is not None]
        return frozenset().union(*known) if len(known) == len(of_all) else None

    def find(self, view: View, asked: Guidelines, present: Present) -> Iterator[Place]:
        """Every place in a view where this rule has something to say. `present`: the triggers that stand in it."""
        for other in self.also:
            yield from other.find(view, asked, present)
        if self.triggers and present.keys().isdisjoint(self.triggers):
            return
        text, nth = view.text if self.keeps_case else view.lower, count()
        if self.finder is not None:
            for start, end, *better in self.finder(view, asked):
                yield self._place(text, start, end, "".join(better), next(nth))
        for pattern in self._awake(present):
            for start, end in pattern.find(text, present, self.triggers):
                accepted = self.accept(text, start, end) if self.accept else ""
                if accepted is not None:
                    yield self._place(text, start, end, accepted, next(nth))

    def _awake(self, present: Present) -> list[Pattern]:
        """The patterns that are worth trying, in their order: most of them sleep, most of the time."""
        woken = set(self._patterns_of[""])
        for word in present.keys() & self._patterns_of.keys():
            woken.update(self._patterns_of[word])
        return [self.patterns[number] for number in sorted(woken)]

    @cached_property
    def _patterns_of(self) -> dict[str, list[int]]:
        """By trigger, the numbers of the patterns that it wakes; by "" of those that have no trigger of their own."""
        by_trigger: dict[str, list[int]] = {"": []}
        for number, pattern in enumerate(self.patterns):
            for word in pattern.triggers or ("",):
                by_trigger.setdefault(word, []).append(number)
        return by_trigger

    def _place(self, text: str, start: int, end: int, better: str, nth: int) -> Place:
        lowered = nth < MOST_WEIGHED and any(evidence.holds(text, start, end) for evidence in self.lowered_if)
        return Place(start, end, "" if lowered else better or self.suggestion, lowered)
