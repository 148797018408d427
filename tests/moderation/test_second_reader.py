"""The second reader asks for a look, and does nothing else."""

from dataclasses import replace
from importlib.resources import files
from time import process_time

import pytest

from app.moderation import judge as judging
from app.moderation import rulebook as rulebooks
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.rule import State
from app.moderation.rulebook import rulebook
from app.moderation.second_reader import model
from app.moderation.verdict import SECOND_LOOK, Outcome, Severity

RULES = [rule for rule in rulebook() if rule.id in SECOND_LOOK]
MOST_BYTES = 200_000
MOST_SECONDS = 0.0003
SLOWEST = 5


def rules_of(text: str) -> set[str]:
    return {finding.rule for finding in judge(Guidelines(), text).findings}


HEAVY = next(text for text in RULES[0].examples_hit if rules_of(text) == {"crisis.second-look"})


def test_it_only_asks_for_a_look() -> None:
    assert {rule.id for rule in RULES} == SECOND_LOOK
    assert {rule.severity for rule in RULES} == {Severity.NOTE}
    for rule in RULES:
        for text in rule.examples_hit:
            assert judge(Guidelines(), text).outcome is Outcome.PUBLISH or not rules_of(text) <= SECOND_LOOK


def test_it_is_silent_where_a_rule_speaks() -> None:
    assert rules_of(HEAVY) == {"crisis.second-look"}
    with_a_rule = rules_of(f"{HEAVY}\n\nI want to kill myself tonight")
    assert with_a_rule
    assert "crisis.second-look" not in with_a_rule


def test_a_note_of_another_sort_does_not_silence_it() -> None:
    attack = next(text for text in RULES[1].examples_hit if rules_of(text) == {"guideline.second-look"})
    assert {"guideline.second-look", "guideline.elsewhere.offer"} <= rules_of(f"{attack}\n\nyou can dm me any time")


def test_a_rule_on_trial_adds_no_note(monkeypatch: pytest.MonkeyPatch) -> None:
    live = next(rule for rule in rulebook() if rule.adds_note)
    (note,) = judge(Guidelines(), live.examples_hit[0]).content_notes
    asked = rulebooks.ready(Guidelines())
    trial = tuple(replace(rule, state=State.SHADOW) if rule.adds_note == note else rule for rule in asked.rules)
    monkeypatch.setattr(judging, "ready", lambda _: replace(asked, rules=trial))
    assert judge(Guidelines(), live.examples_hit[0]).content_notes == ()


def test_a_number_elsewhere_does_not_silence_it() -> None:
    assert {"crisis.second-look", "confidentiality.phone"} <= rules_of(f"{HEAVY}\n\nmy number is 07700 900123")


@pytest.mark.parametrize("text", ["", "\n", "I hate my life", "die " * 30, "?!" * 500])
def test_of_few_words_it_says_nothing(text: str) -> None:
    asked = model("en", "crisis")
    assert asked
    assert not asked.sees(text.lower()) or len(text.split()) >= asked.fewest_words


def test_its_place_is_a_sentence() -> None:
    (found,) = judge(Guidelines(), HEAVY).findings
    assert 0 <= found.start < found.end <= len(HEAVY)
    assert found.end - found.start < len(HEAVY)


def test_another_language_has_none() -> None:
    assert model("de", "crisis") is None
    assert model("..", "crisis") is None


def test_it_is_small_and_quick() -> None:
    assert files("app.moderation").joinpath("packs", "en", "second_reader.json").read_bytes().__len__() <= MOST_BYTES
    for name in ("crisis", "attack"):
        asked = model("en", name)
        assert asked
        text = (HEAVY.lower() + " ") * 10
        asked.sees(text)
        started = process_time()
        for _ in range(20):
            asked.sees(text[:4000])
        assert (process_time() - started) / 20 < MOST_SECONDS * SLOWEST
