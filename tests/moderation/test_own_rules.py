"""Rules a group writes for itself: what its words find, and on which sentences they are tried (L11)."""

from dataclasses import replace

import pytest

from app.moderation.guidelines import STARTER_ITEMS, Guidelines
from app.moderation.judge import judge
from app.moderation.own_rules import (
    Failure,
    OwnRule,
    Part,
    contradictions,
    fair_sentences,
    is_word,
    made,
    same,
    to_switch_on,
    to_tighten,
    tried,
)
from app.moderation.rule import Groups
from app.moderation.rulebook import rulebook
from app.moderation.verdict import Kind, Outcome, Severity

RULE = OwnRule(
    "group.no-diets", 3, Severity.HOLD, "kindness", "No diets", "Numbers on a scale hurt some of us.",
    "You could say how the day was instead.", ("diet*", "calorie count"),
    ("I am on a diet again", "My calorie count is under a thousand"), ("I ate lunch today", "The audience was kind"),
)  # fmt: skip


def with_rules(*own: OwnRule) -> Guidelines:
    return Guidelines(own=tuple(made(one) for one in own))


def found(text: str, rule: OwnRule = RULE) -> list[str]:
    return [text[f.start : f.end] for f in judge(with_rules(rule), text).findings if f.rule == rule.id]


def test_words_are_found_whole_and_a_star_stands_for_what_follows() -> None:
    assert found("No diet today.") == ["diet"]
    assert found("All these DIETS and dieting.") == ["DIETS", "dieting"]
    assert found("My calorie  count is low") == ["calorie  count"]
    assert found("my calorie counter, and the audience, and a candied fruit") == []
    assert found("a *calorie* count") == ["calorie* count"]


def test_words_are_read_as_an_eye_reads_them() -> None:
    for text in ("my dіet", "my d1et", "my **di**et", "my ｄｉｅｔ"):
        assert found(text), text
    cafe = replace(RULE, words=("Café-crème",))
    assert found("one cafe-creme please", cafe) == ["cafe-creme"]
    assert found("one Café-Crème please", cafe) == ["Café-Crème"]


def test_what_it_finds_says_the_groups_own_words() -> None:
    (finding,) = judge(with_rules(RULE), "Another diet.").findings
    assert (finding.rule, finding.version, finding.kind, finding.severity) == (
        RULE.id,
        3,
        Kind.GUIDELINE,
        Severity.HOLD,
    )
    assert (finding.message, finding.guideline, finding.suggestion) == (RULE.message, "kindness", "")
    assert judge(with_rules(replace(RULE, severity=Severity.REVISE)), "Another diet.").outcome is Outcome.REVISE
    assert judge(Guidelines(), "Another diet.").outcome is Outcome.PUBLISH


def test_danger_is_still_told_first() -> None:
    said = judge(with_rules(RULE), "I am going to kill myself tonight, forget the diet.")
    assert said.outcome is Outcome.URGENT
    assert said.help


@pytest.mark.parametrize("word", ["diet", "diet*", "calorie count", "don't", "café", "12 step", "x2", "a b c d e f"])
def test_a_plain_word_can_be_looked_for(word: str) -> None:
    assert is_word(word)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "*",
        "a",
        "di*",
        "*diet",
        "di*et",
        "(a|b)+",
        "a.*b",
        "diet**",
        "a b c d e f g",
        "½",
        "diet\nplan",
        " diet",
        "x\\w",
    ],
)
def test_what_is_no_plain_word_is_not(word: str) -> None:
    assert not is_word(word)
    with pytest.raises(ValueError, match="no rule in these words"):
        made(replace(RULE, words=("diet", word)))


def test_a_rule_that_does_what_its_sentences_say_fails_nowhere() -> None:
    assert list(tried(with_rules(RULE))) == []


def test_a_sentence_that_is_not_held_or_not_let_out_is_named() -> None:
    loose = replace(RULE, examples_hit=("I skipped supper", *RULE.examples_hit))
    assert list(tried(with_rules(loose))) == [Failure(Part.HELD, RULE.id, "I skipped supper")]
    strict = replace(RULE, examples_pass=("My dietician is kind", "Ring me on 07700 900123"))
    assert list(tried(with_rules(strict))) == [
        Failure(Part.LET_OUT, RULE.id, "My dietician is kind", RULE.id, "dietician"),
        Failure(Part.LET_OUT, RULE.id, "Ring me on 07700 900123", "confidentiality.phone", "07700 900123"),
    ]


def test_one_rule_can_fail_the_sentences_of_another() -> None:
    lunch = replace(
        RULE, id="group.no-meals", words=("lunch",), examples_hit=("Lunch was long", "lunch"), examples_pass=()
    )
    assert list(tried(with_rules(RULE, lunch))) == [
        Failure(Part.LET_OUT, RULE.id, "I ate lunch today", "group.no-meals", "lunch")
    ]


def test_what_goes_out_in_every_group_is_tried_too() -> None:
    methadone = replace(
        RULE, words=("methadone",), examples_hit=("Methadone is no good", "methadone"), examples_pass=()
    )
    failed = list(tried(with_rules(methadone)))
    assert {f.part for f in failed} == {Part.FAIR}
    assert "I'm on methadone and four months in." in {f.sentence for f in failed}
    assert {(f.rule, f.by, f.found) for f in failed} == {(RULE.id, RULE.id, "methadone")}


def test_a_rule_made_heavier_is_tried_on_them_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.moderation.own_rules.fair_sentences", lambda _language: ("I wrote to a@b.example.",))
    tightened = Guidelines(tightened=(("confidentiality.email", Severity.HOLD),))
    assert list(tried(tightened)) == []  # it never went out, so nothing was made worse
    monkeypatch.setattr("app.moderation.own_rules.fair_sentences", lambda _language: ("I ate lunch today",))
    lunch = replace(RULE, words=("lunch",), examples_hit=("lunch", "Lunch"), examples_pass=())
    assert [f.part for f in tried(with_rules(lunch))] == [Part.FAIR]


@pytest.mark.parametrize("sentence", [*fair_sentences("en")])
def test_what_goes_out_in_every_group_goes_out(sentence: str) -> None:
    assert judge(Guidelines(), sentence).outcome is Outcome.PUBLISH


@pytest.mark.parametrize("sentence", [*fair_sentences("es")])
def test_it_does_so_in_the_second_language(sentence: str) -> None:
    assert judge(Guidelines(language="es"), sentence).outcome is Outcome.PUBLISH


def test_there_are_such_sentences() -> None:
    assert {"I'm on methadone and four months in.", "I wanted to die last year and I don't now."} <= {
        *fair_sentences("en")
    }
    assert min(len(fair_sentences("en")), 2 * len(fair_sentences("es"))) > 40
    assert fair_sentences("fr") == fair_sentences("en") == fair_sentences("../en")


def test_the_same_sentence_in_both_lists_is_a_contradiction() -> None:
    torn = replace(RULE, examples_pass=("I AM on a  diet, again!", "I ate lunch today"))
    assert contradictions(torn) == ["I AM on a  diet, again!"]
    assert contradictions(RULE) == []
    assert same("Über uns.") == same("uber  UNS")


def test_only_what_a_group_may_choose_is_offered() -> None:
    assert {rule.groups for rule in to_switch_on("en")} <= {Groups.SWITCHED_ON}
    offered = to_tighten((*rulebook(), made(RULE)))
    assert "confidentiality.phone" in {rule.id for rule in offered}
    assert not any(rule.kind is Kind.CRISIS or rule.locked or rule.id == RULE.id for rule in offered)
    assert {rule.severity for rule in offered} <= {Severity.NOTE, Severity.REVISE}


def test_the_starter_items_are_what_an_own_rule_may_rest_on() -> None:
    assert RULE.guideline in STARTER_ITEMS
