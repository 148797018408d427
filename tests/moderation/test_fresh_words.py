"""Words that somebody wrote who had seen no rule: what is found of them, and how much of what is near them is held back.

`fresh/*.jsonl` holds a file for each kind: lines that a rule of it should find (label 1), and lines made of the same words that
none should (label 0). Rules were mended by the odd lines alone; the figures are those of the even lines, which nobody read
(how many were found of them was looked at on the way).
They are no aim: much of what is said sideways is not found (docs/decisions/0019). A test fails where one falls below its interval.
"""

import json
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from app.moderation.figures import wilson
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.verdict import SECOND_LOOK, Outcome

WORDS = Path(__file__).parent / "fresh"


class Measured(NamedTuple):
    """Which rules may speak, and of the even lines how many were found and how many were held back in vain."""

    rules: tuple[str, ...]
    asked: Guidelines
    found: int
    of: int
    in_vain: int


FIGURES: Final = {
    "advice": Measured(("guideline.advice",), Guidelines(listening=True), 29, 40, 0),
    "attack": Measured(("guideline.attack", "guideline.threat", "guideline.contempt"), Guidelines(), 10, 60, 1),
    "contact": Measured(("confidentiality.", "guideline.elsewhere"), Guidelines(), 22, 40, 0),
    "medicine": Measured(("guideline.medicine", "guideline.dosing", "guideline.stigma"), Guidelines(), 16, 30, 1),
    "sourcing": Measured(
        ("guideline.sourcing", "guideline.selling", "guideline.testing"), Guidelines(), 18, 60, 3
    ),
    "spanish": Measured(("crisis.", "guideline.", "confidentiality."), Guidelines(language="es"), 6, 30, 0),
}  # fmt: skip


def lines(name: str, label: int) -> list[str]:
    """The even lines of a file with this label."""
    told = [json.loads(line) for line in (WORDS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [line["text"] for line in told[1::2] if line["label"] == label]


@pytest.mark.parametrize("name", FIGURES)
def test_no_fewer_are_found_than_were(name: str) -> None:
    was = FIGURES[name]
    meant = lines(name, 1)
    found = [text for text in meant if _speaks(text, was)]
    assert len(meant) == was.of
    assert len(found) / len(meant) >= _interval(was.found, was.of)[0]


@pytest.mark.parametrize("name", FIGURES)
def test_no_more_are_held_back_in_vain_than_were(name: str) -> None:
    was = FIGURES[name]
    near = lines(name, 0)
    held = [text for text in near if judge(was.asked, text).outcome is not Outcome.PUBLISH]
    assert len(held) / len(near) <= _interval(was.in_vain, len(near))[1]


def _interval(part: int, whole: int) -> tuple[float, float]:
    return wilson(part, whole) or (0.0, 1.0)


def _speaks(text: str, was: Measured) -> bool:
    rules = {finding.rule for finding in judge(was.asked, text).findings} - SECOND_LOOK
    return any(rule.startswith(was.rules) for rule in rules)
