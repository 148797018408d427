"""The rules as a group's words are read by them: its language's, as strict as it made them, with its own."""

from collections.abc import Set
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import Final

from app.moderation.guidelines import Guidelines
from app.moderation.packing import Book, BrokenRuleError, pack, woken_by
from app.moderation.patterns import Present, Triggers
from app.moderation.rule import Rule, State
from app.moderation.spelling import Spelling
from app.moderation.verdict import Kind, Severity

DEFAULT_LANGUAGE: Final = "en"
MOST_READY: Final = 512
"""Sets of guidelines whose rules are kept ready."""
RUNS: Final = frozenset({State.LIVE, State.SHADOW})


@dataclass(frozen=True)
class Ready:
    """The rules a group's words are read by, in the order of their ids, and what wakes them."""

    rules: tuple[Rule, ...]
    triggers: tuple[Triggers, ...]
    spelling: Spelling

    def present(self, text: str) -> Present:
        """Which triggers stand in a lower-case text, and where each ends."""
        found: Present = {}
        for triggers in self.triggers:
            found |= triggers.present(text)
        return found

    def awake(self, present: Present) -> set[str]:
        """The rules that have something to look for where these triggers stand, by id."""
        return self._always.union(*(self._by_waker[word] for word in present.keys() & self._by_waker.keys()))

    @cached_property
    def _always(self) -> set[str]:
        return {rule.id for rule in self.rules if rule.wakers is None}

    @cached_property
    def _by_waker(self) -> dict[str, set[str]]:
        by_waker: dict[str, set[str]] = {}
        for rule in self.rules:
            for word in rule.wakers or ():
                by_waker.setdefault(word, set()).add(rule.id)
        return by_waker

    def named(self, rule_id: str) -> Rule:
        return next(known for known in self.rules if known.id == rule_id)


@lru_cache(maxsize=MOST_READY)
def ready(asked: Guidelines) -> Ready:
    """The rules for these guidelines, with the group's own and as strict as it made them."""
    book = _book(asked.language)
    stricter, states = dict(asked.tightened), dict(asked.states)
    every = (_stated(rule, states) for rule in (*book.rules, *asked.own))
    rules = [_tightened(rule, stricter) for rule in every if rule.state in RUNS and rule.applies_to(asked)]
    own = (Triggers(woken_by(asked.own)),) if asked.own else ()
    return Ready(tuple(sorted(rules, key=lambda rule: rule.id)), (book.triggers, *own), book.spelling)


def _stated(rule: Rule, states: dict[str, State]) -> Rule:
    """A rule as far as this site let it come."""
    state = states.get(rule.id, rule.state)
    return rule if state is rule.state or not may_become(rule, state) else replace(rule, state=state)


def may_become(rule: Rule, state: State) -> bool:
    """Whether a rule may be put into another state at all: what looks for danger is never taken out of force."""
    if state is State.DRAFT:
        return False
    is_danger = rule.locked or rule.kind is Kind.CRISIS
    return state is State.LIVE or not (is_danger and rule.state is State.LIVE)


def _tightened(rule: Rule, stricter: dict[str, Severity]) -> Rule:
    wished = stricter.get(rule.id, rule.severity)
    if rule.locked or wished.weight <= rule.severity.weight or wished is Severity.URGENT:
        return rule
    return replace(rule, severity=wished)


def rules_for(asked: Guidelines) -> tuple[Rule, ...]:
    """The rules a group's words are read by, in the order of their ids."""
    return ready(asked).rules


@cache
def all_ready(asked: Guidelines) -> None:
    """Read and make ready now what these guidelines ask for, so that no text waits for it."""
    for rule in rules_for(asked):
        rule.make_ready()


def rulebook(language: str = DEFAULT_LANGUAGE) -> tuple[Rule, ...]:
    """All rules of a language, with those of the default language that need none."""
    return _book(language).rules


@cache
def _book(language: str) -> Book:
    book = pack(language)
    if language == DEFAULT_LANGUAGE:
        if book is None:
            raise BrokenRuleError(f"There are no rules for {language}.")
        _check_said(book, set())
        return book
    return _with_what_needs_no_language(book)


def _with_what_needs_no_language(book: Book | None) -> Book:
    """A number leads to a person in every language, and a cry for help may come in another one than the group's."""
    default = _book(DEFAULT_LANGUAGE)
    if book is None:
        alone = tuple(rule for rule in default.rules if rule.any_language)
        return Book(alone, Triggers(woken_by(alone)), default.spelling)
    others = {rule.id: rule for rule in default.rules if rule.any_language}
    own = [_beside(rule, others.pop(rule.id, None)) for rule in book.rules]
    _check_said(book, others.keys())
    rest = (_said_in(book.said_of, rule) for rule in others.values())
    rules = tuple(sorted((*own, *rest), key=lambda rule: rule.id))
    return Book(rules, Triggers(woken_by(rules)), book.spelling)


def _check_said(book: Book, others: Set[str]) -> None:
    for unknown in book.said_of.keys() - others:
        raise BrokenRuleError(f"{unknown}: it has phrases, but no rule.")


def _said_in(phrases: dict[str, dict[str, str]], rule: Rule) -> Rule:
    """A rule of the default language, said in another one as far as that has words for it."""
    said = phrases.get(rule.id)
    if said is None:
        return rule
    message, suggestion = said["message"], said["suggestion"]
    return replace(rule, message=message, suggestion=suggestion, public_name=said["public_name"], why=said["why"])


def _beside(rule: Rule, default: Rule | None) -> Rule:
    """A rule of a language that looks with the default language's eyes too, and says what it finds in its own."""
    if default is None:
        return rule
    return replace(rule, also=(replace(default, message=rule.message, suggestion=rule.suggestion),))


def reads(language: str) -> bool:
    """Whether there are rules for this language, and not only those that need none."""
    return any(not rule.any_language for rule in rulebook(language))


def rule(rule_id: str, language: str = DEFAULT_LANGUAGE) -> Rule | None:
    """A rule by its id, to say again what it found; None for one that is not there any more."""
    return next((known for known in rulebook(language) if known.id == rule_id), None)
