"""What people ask, offer and say to each other, in words of our own, written before the patterns: what is found, what passes.

`guideline/*.jsonl` holds a file for each rule: lines that the rule should find, and lines near them that no rule of the
guidelines should hold back. The figures are those to reach (MODERATION.md, "Figures to reach"); where others hate or
harass, the set is a floor, as no list of words sees everything.
"""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge_line
from app.moderation.rulebook import rulebook
from app.moderation.verdict import Kind, Severity, Verdict

WORDS = Path(__file__).parent / "guideline"
GUIDELINES = Guidelines()
FEWEST = 10
FEWEST_RULES = 15
NEIGHBOURS = {
    "guideline.sourcing": ("guideline.sourcing", "guideline.selling"),
    "guideline.selling": ("guideline.sourcing", "guideline.selling"),
    "guideline.elsewhere": ("guideline.elsewhere", "guideline.elsewhere.offer"),
}
"""Rules that may speak for each other: an ask and an offer of the same thing."""


class Line(NamedTuple):
    """A text, and whether the rule whose file it stands in should find it."""

    found: bool
    text: str


def lines(name: str) -> list[Line]:
    told = [json.loads(line) for line in (WORDS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [Line(one["found"], one["text"]) for one in told]


def rules_of(text: str) -> set[str]:
    return {finding.rule for finding in judge_line(GUIDELINES, text).findings}


def holds_back(verdict: Verdict) -> bool:
    return any(f.kind is Kind.GUIDELINE and f.severity is not Severity.NOTE for f in verdict.findings)


@pytest.mark.parametrize("rule", sorted(file.stem for file in WORDS.glob("*.jsonl")))
def test_the_rule_finds_what_it_is_for(rule: str) -> None:
    meant = [line.text for line in lines(rule) if line.found]
    speak = set(NEIGHBOURS.get(rule, (rule,)))
    missed = [text for text in meant if not speak & rules_of(text)]
    assert len(meant) >= FEWEST
    assert len(missed) <= 0.03 * len(meant) + 1, missed


@pytest.mark.parametrize("rule", sorted(file.stem for file in WORDS.glob("*.jsonl")))
def test_what_is_near_it_passes(rule: str) -> None:
    near = [line.text for line in lines(rule) if not line.found]
    held = [text for text in near if holds_back(judge_line(GUIDELINES, text))]
    assert len(near) >= FEWEST
    assert len(held) <= 0.02 * len(near), held


def test_sourcing_is_found_and_rightly() -> None:
    both = [line for name in ("guideline.sourcing", "guideline.selling") for line in lines(name)]
    asks = [line for line in both if line.found]
    said = [line for line in both if rules_of(line.text) & set(NEIGHBOURS["guideline.sourcing"])]
    right = [line for line in said if line.found]
    assert len(asks) >= 150
    assert len(right) / len(asks) >= 0.97
    assert len(right) / len(said) >= 0.97


def test_the_words_belong_to_rules() -> None:
    files = {file.stem for file in WORDS.glob("*.jsonl")}
    assert len(files) >= FEWEST_RULES
    assert files <= {rule.id for rule in rulebook() if rule.kind is Kind.GUIDELINE}


def test_no_text_stands_there_twice() -> None:
    texts = [line.text.lower() for file in WORDS.glob("*.jsonl") for line in lines(file.stem)]
    assert sorted(texts) == sorted(set(texts))
