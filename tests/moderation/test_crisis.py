"""Danger in our own sentences, by the level it asks for; and what nothing around it may lower."""

import tomllib
from pathlib import Path

import pytest

from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.verdict import SUPPORT, Kind, Outcome

GUIDELINES = Guidelines()
SENTENCES = tomllib.loads(Path(__file__).with_name("crisis_sentences.toml").read_text("utf-8"))
PRESENT = [
    "I want to kill myself",
    "I'm going to end my life tonight",
    "gonna kill myself",
    "I have the gun in my hand",
    "I just took all of my sleeping pills",
    "he is not breathing and his lips are blue",
    "I can't promise I won't kill myself",
]
AROUND = [
    "Last year I was fine. {}.",
    "ten years ago my father left, and now I am alone. {}",
    "{}. I used to laugh about it",
    "I am not joking. {}",
    "not sure anybody reads this, {}",
    "I never said it before. {}.",
    "my sponsor says to be honest, so: {}",
    "they showed us a film in rehab. {}",
    "{}. if someone sees this, please answer",
    "I am grateful for you all. {}",
    "no more lies, {}",
    "I watch the same show every night. {}",
    "there is nothing in this book for me and {}",
    "my sister just said, {}",
]


def danger(text: str) -> set[str]:
    return {f.rule for f in judge(GUIDELINES, text).findings if f.kind is Kind.CRISIS and f.rule != SUPPORT}


@pytest.mark.parametrize("text", SENTENCES["urgent"])
def test_a_person_must_read_it_now(text: str) -> None:
    assert judge(GUIDELINES, text).outcome is Outcome.URGENT


@pytest.mark.parametrize("text", SENTENCES["concern"])
def test_somebody_looks_in_soon(text: str) -> None:
    assert danger(text)


@pytest.mark.parametrize("text", SENTENCES["calm"])
def test_recovery_talk_and_idioms_bring_nobody(text: str) -> None:
    assert danger(text) == set()


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("text", PRESENT)
def test_nothing_that_stands_beside_it_lowers_what_is_said_of_now(text: str, around: str) -> None:
    assert judge(GUIDELINES, around.format(text)).outcome is Outcome.URGENT


def test_another_person_s_words_are_no_quotation() -> None:
    assert danger('my daughter texted me "I want to kill myself" and I am at work')
    assert danger("my brother wrote: I'm going to end my life tonight")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("I don't want to kill myself", "it's not that I don't want to kill myself"),
        ("I promise I won't do it", "I can't promise I won't do it"),
        ("I'm not going to kill myself", "I'm not not going to kill myself"),
        ("I never said I want to kill myself", "I never said I didn't want to kill myself"),
        ("she said she won't kill herself", "she won't say she won't kill herself"),
        ("there is no reason to kill myself", "there is no reason not to kill myself"),
    ],
)
def test_two_negations_are_danger(one: str, two: str) -> None:
    assert judge(GUIDELINES, one).outcome is not Outcome.URGENT
    assert judge(GUIDELINES, two).outcome is Outcome.URGENT
