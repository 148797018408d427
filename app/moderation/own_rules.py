"""Rules that a group writes for itself: plain words made into a rule, and tried on the sentences that say what is fair (L11)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from app.moderation import letters
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.patterns import Pattern, any_of
from app.moderation.rule import Groups, Rule, State
from app.moderation.rulebook import DEFAULT_LANGUAGE, rulebook
from app.moderation.verdict import Finding, Kind, Outcome, Severity

PREFIX: Final = "group."
FEWEST_OWN_EXAMPLES: Final = 2
SHORTEST_WORD: Final = 2
SHORTEST_STEM: Final = 3
"""Letters before a `*`: fewer would be found in half of all words."""
WORD: Final = re.compile(r"[^\W_]+(?:[ '’-][^\W_]+){0,5}\*?")
"""What may stand in a list of words: up to six words of letters and digits, the last perhaps with a `*` behind it."""
_GAPS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule as a group wrote it. `id` begins with `group.`; `words` may end in `*`: and whatever begins so."""

    id: str
    version: int
    severity: Severity
    guideline: str
    public_name: str
    why: str
    message: str
    words: tuple[str, ...]
    examples_hit: tuple[str, ...]
    examples_pass: tuple[str, ...]


class Part(StrEnum):
    """Where a sentence that failed comes from."""

    HELD = "examples_hit"
    LET_OUT = "examples_pass"
    FAIR = "fair"
    """One of those that go out in every group."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A sentence that did not do what it should.

    `rule`: whose example it is; for one that goes out in every group, the rule that holds it. `by` is the rule that
    holds it and `found` the words it found; both are empty where nothing was found that should have been.
    """

    part: Part
    rule: str
    sentence: str
    by: str = ""
    found: str = ""


def is_word(typed: str) -> bool:
    """Whether this can stand in a rule's list of words, as it is typed and as it is read."""
    fewest = SHORTEST_STEM if typed.endswith("*") else SHORTEST_WORD
    return all(WORD.fullmatch(word) and sum(map(str.isalnum, word)) >= fewest for word in (typed, _as_read(typed)))


def made(own: OwnRule) -> Rule:
    """The rule that the judge runs. Raises ValueError for words that no rule can be made of."""
    words = sorted({_as_read(word) for word in own.words})
    if not words or not all(map(is_word, words)):
        raise ValueError(f"{own.id}: there is no rule in these words.")
    return Rule(
        id=own.id, version=own.version, state=State.LIVE, groups=Groups.ALL, only_when_listening=False, locked=False,
        severity=own.severity, kind=Kind.GUIDELINE, guideline=own.guideline, public_name=own.public_name, why=own.why,
        owner="group", reviewed=None, message=own.message, suggestion="", examples_hit=own.examples_hit,
        examples_pass=own.examples_pass, examples_lowered=(), triggers=tuple(word.removesuffix("*") for word in words),
        keeps_case=False, patterns=(Pattern(any_of(words)),), finder=None, accept=None, lowered_if=(), lowered_to="",
        adds_note="", any_language=True,
    )  # fmt: skip


def _as_read(word: str) -> str:
    """A word as it stands in what the judge reads: accents and look-alikes folded, small letters."""
    return "".join(c if c.isascii() else letters.fold(c) for c in word).lower()


def same(sentence: str) -> str:
    """By which two examples are known to be one and the same: case, gaps and signs make no other sentence of it."""
    return _GAPS.sub(" ", _as_read(sentence)).strip()


def contradictions(own: OwnRule) -> list[str]:
    """Sentences that should both be held and be let through, as they stand among those that should pass."""
    hit = {same(sentence) for sentence in own.examples_hit}
    return [sentence for sentence in own.examples_pass if same(sentence) in hit]


def tried(asked: Guidelines) -> Iterator[Failure]:
    """Every sentence that does not do what it should under these guidelines: the examples of the group's own rules, and
    those sentences that go out in every group. All of it is Hearth's own judge; nothing is remembered."""
    for rule in asked.own:
        for sentence in rule.examples_hit:
            if all(found.rule != rule.id for found in judge(asked, sentence).findings):
                yield Failure(Part.HELD, rule.id, sentence)
        for sentence in rule.examples_pass:
            holds = _held(asked, sentence)
            if holds:
                yield Failure(Part.LET_OUT, rule.id, sentence, holds.rule, _found(holds, sentence))
    yield from _unfair(asked)


def _unfair(asked: Guidelines) -> Iterator[Failure]:
    """Read as answers to somebody who asked to be listened to: then all rules speak."""
    asked = replace(asked, listening=True)
    bare = replace(asked, switched_on=(), tightened=(), own=())
    if bare == asked:
        return
    for sentence in fair_sentences(asked.language):
        holds = _held(asked, sentence)
        if holds and not _held(bare, sentence):
            yield Failure(Part.FAIR, holds.rule, sentence, holds.rule, _found(holds, sentence))


def _held(asked: Guidelines, sentence: str) -> Finding | None:
    """What keeps this sentence from going out, the heaviest first."""
    verdict = judge(asked, sentence)
    if verdict.outcome is Outcome.PUBLISH:
        return None
    return max(verdict.findings, key=lambda f: f.severity.weight)


def _found(finding: Finding, sentence: str) -> str:
    return sentence[finding.start : finding.end]


@cache
def fair_sentences(language: str) -> tuple[str, ...]:
    """Sentences that go out in every group of this language, whatever rules it makes for itself."""
    folder = files("app.moderation") / "fairness"
    file = folder / f"{language}.txt"
    if not (language.isalpha() and file.is_file()):
        return fair_sentences(DEFAULT_LANGUAGE)
    lines = file.read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def to_switch_on(language: str) -> tuple[Rule, ...]:
    """The rules of a language that a group has only if it chose them."""
    return tuple(rule for rule in _in_force(rulebook(language)) if rule.groups is Groups.SWITCHED_ON)


def to_tighten(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Those of these rules that a group may make heavier: not those about danger, nor others that are locked."""
    light = (Severity.NOTE, Severity.REVISE)
    return tuple(
        rule
        for rule in _in_force(rules)
        if not rule.locked and rule.kind is not Kind.CRISIS and rule.severity in light and not is_own(rule.id)
    )


def _in_force(rules: Iterable[Rule]) -> Iterator[Rule]:
    return (rule for rule in rules if rule.state is State.LIVE and not rule.adds_note)


def is_own(rule_id: str) -> bool:
    """Whether a finding's rule is one that a group wrote for itself."""
    return rule_id.startswith(PREFIX)
