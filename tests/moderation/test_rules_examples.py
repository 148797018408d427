"""Every rule's examples are its tests."""

import pytest

from app.moderation.guidelines import STARTER_ITEMS, Guidelines
from app.moderation.judge import help_with, judge, judge_line
from app.moderation.packing import FEWEST_EXAMPLES, BrokenRuleError, digest, known, languages, read_pack, read_rule
from app.moderation.rule import Rule
from app.moderation.rulebook import reads, rulebook, rules_for
from app.moderation.verdict import SECOND_LOOK, Kind, Severity, Verdict

GUIDELINES = Guidelines()
LISTENING = Guidelines(listening=True)
RULES = pytest.mark.parametrize("rule", rulebook(), ids=lambda rule: str(rule.id))
EXPECTED = {
    "confidentiality.email": Severity.REVISE,
    "confidentiality.handle": Severity.REVISE,
    "confidentiality.link": Severity.REVISE,
    "confidentiality.name": Severity.REVISE,
    "confidentiality.phone": Severity.REVISE,
    "confidentiality.place": Severity.REVISE,
    "crisis.abuse": Severity.NOTE,
    "crisis.abuse-now": Severity.URGENT,
    "crisis.attempt": Severity.URGENT,
    "crisis.double-negation": Severity.URGENT,
    "crisis.eating": Severity.NOTE,
    "crisis.eating-now": Severity.URGENT,
    "crisis.farewell": Severity.URGENT,
    "crisis.intent": Severity.URGENT,
    "crisis.means": Severity.URGENT,
    "crisis.method": Severity.URGENT,
    "crisis.minor": Severity.NOTE,
    "crisis.minor-now": Severity.URGENT,
    "crisis.other-person": Severity.URGENT,
    "crisis.overdose": Severity.URGENT,
    "crisis.plan": Severity.URGENT,
    "crisis.regret": Severity.NOTE,
    "crisis.self-injury": Severity.NOTE,
    "crisis.self-injury-now": Severity.URGENT,
    "crisis.slowly": Severity.NOTE,
    "crisis.support": Severity.NOTE,
    "crisis.thoughts": Severity.NOTE,
    "crisis.time-set": Severity.URGENT,
    "crisis.weary": Severity.NOTE,
    "crisis.withdrawal": Severity.URGENT,
    "crisis.worry": Severity.NOTE,
    "guideline.attack": Severity.HOLD,
    "guideline.medicine": Severity.REVISE,
    "guideline.sourcing": Severity.HOLD,
}
RAW = {
    "id": "guideline.trial",
    "version": 1,
    "severity": "hold",
    "kind": "guideline",
    "guideline": "quiet-please",
    "public_name": "Trial",
    "why": "To be tried.",
    "patterns": [r"\bshout\w*"],
    "examples_hit": ["shout"] * FEWEST_EXAMPLES,
    "examples_pass": ["whisper"] * FEWEST_EXAMPLES,
}
PHRASES = {"guideline.trial": {"message": "Quiet, please.", "suggestion": ""}}


NOTED = {rule.adds_note: rule.id for rule in rulebook() if rule.adds_note}


def rules_of(text: str) -> set[str]:
    return said(judge(LISTENING, text))


def said(verdict: Verdict) -> set[str]:
    """The rules that found something, and those that added a note."""
    return {finding.rule for finding in verdict.findings} | {NOTED[note] for note in verdict.content_notes}


def test_the_rules_are_there() -> None:
    found = {rule.id: rule.severity for rule in rulebook()}
    assert EXPECTED.items() <= found.items()


@RULES
def test_examples_are_found(rule: Rule) -> None:
    kind = rule.kind.value if rule.id in SECOND_LOOK else rule.id  # it is silent where another rule speaks
    for text in rule.examples_hit:
        for verdict in (judge(LISTENING, text), judge_line(LISTENING, text), judge(LISTENING, "", title=text)):
            assert any(name.startswith(kind) for name in said(verdict)), text


@RULES
def test_examples_pass(rule: Rule) -> None:
    for text in rule.examples_pass:
        assert rule.id not in rules_of(text), text
        assert help_with(GUIDELINES, text) == judge_line(GUIDELINES, text).help, text


@RULES
def test_examples_are_lowered(rule: Rule) -> None:
    for text in rule.examples_lowered:
        assert rule.id not in rules_of(text), text
        assert not rule.lowered_to or rule.lowered_to in rules_of(text), text


@RULES
def test_rule_speaks_plainly(rule: Rule) -> None:
    assert rule.guideline in STARTER_ITEMS
    assert rule.id.split(".")[0] == rule.kind.value
    assert len(set(rule.examples_hit)) >= FEWEST_EXAMPLES
    assert len(set(rule.examples_pass)) >= FEWEST_EXAMPLES
    assert 20 < len(rule.message) <= 160
    assert not any(word in rule.message.lower() for word in ("user", "content", "invalid", "please note", "!"))


@pytest.mark.parametrize(
    "rule", [rule for rule in rulebook() if rule.kind is Kind.CRISIS], ids=lambda rule: str(rule.id)
)
def test_crisis_is_never_bounced(rule: Rule) -> None:
    """A cry for help with a telephone number in it goes to a person, and help is shown."""
    for text in rule.examples_hit:
        verdict = judge(GUIDELINES, f"{text}\n\nmy number is 07700 900123")
        heaviest = max(f.severity.weight for f in verdict.findings if f.kind is Kind.CRISIS)
        assert verdict.help, text
        assert help_with(GUIDELINES, text) == judge_line(GUIDELINES, text).help == verdict.help, text
        assert heaviest < Severity.URGENT.weight or verdict.outcome.value == "urgent", text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"patterns": ["("]}, "unterminated"),
        ({"patterns": ["x*"]}, "no words at all"),
        ({"patterns": []}, "neither"),
        ({"examples_hit": ["shout"]}, "examples"),
        ({"examples_pass": []}, "examples"),
        ({"severity": "terrible"}, "terrible"),
        ({"kind": "mood"}, "mood"),
        ({"accept": "nobody_knows"}, "nobody_knows"),
        ({"finder": "nobody_knows"}, "nobody_knows"),
        ({"patterns": ["{missing}"]}, "missing"),
        ({"triggers": ["Shout"]}, "lower case"),
        ({"patterns": [{"is": "x", "triggers": ["X"]}]}, "lower case"),
        ({"needs": ["shout"]}, "nobody knows needs"),
        ({"state": "lively"}, "lively"),
        ({"groups": "ours"}, "ours"),
        ({"only_when": "sleeping"}, "sleeping"),
        ({"patterns": [{"words": []}]}, "empty"),
        ({"patterns": [{"words": ["shout"], "is": "shout"}]}, "one of"),
        ({"patterns": [{"near": [["shout"]]}]}, "two lists"),
        ({"patterns": [{"near": [["shout"], ["loud"]], "within": 99}]}, "within"),
        ({"patterns": [{"is": "x", "checksum": "nobody_knows"}]}, "nobody_knows"),
        ({"lowered_if": ["nobody_knows"]}, "nobody_knows"),
        ({"why": ""}, "reason"),
    ],
)
def test_broken_rule_is_named(change: dict[str, object], why: str) -> None:
    with pytest.raises(BrokenRuleError, match=f"guideline.trial.*{why}"):
        read_rule({**RAW, **change}, {}, PHRASES)


def test_rule_without_phrases_is_named() -> None:
    with pytest.raises(BrokenRuleError, match=r"guideline\.trial"):
        read_rule(RAW, {}, {})


def test_a_rule_may_be_for_some_groups_alone() -> None:
    with_item = read_rule({**RAW, "groups": "with_item"}, {}, PHRASES)
    assert not with_item.applies_to(GUIDELINES)
    assert with_item.applies_to(Guidelines(items=("quiet-please",)))
    switched_on = read_rule({**RAW, "groups": "switched_on"}, {}, PHRASES)
    assert not switched_on.applies_to(GUIDELINES)
    assert switched_on.applies_to(Guidelines(switched_on=("guideline.trial",)))
    listening = read_rule({**RAW, "only_when": "listening"}, {}, PHRASES)
    assert not listening.applies_to(GUIDELINES)
    assert listening.applies_to(Guidelines(listening=True))


def test_the_floor_cannot_be_taken_away() -> None:
    assert rules_for(Guidelines(items=())) == rules_for(GUIDELINES)


@pytest.mark.parametrize("language", ["xx", "..", "", "help/../en", "de"])
def test_unknown_language_has_the_rules_that_need_none(language: str) -> None:
    assert not reads(language)
    assert set(rulebook(language)) < set(rulebook())
    found = judge(Guidelines(language=language), "ruf an: 07700 900123, I want to kill myself, you junkie").findings
    assert {f.rule.split(".")[0] for f in found} == {"confidentiality", "crisis"}


def test_the_packs_are_known() -> None:
    """Every expression of them was tried (`make packs`), so that a start need not try them."""
    assert known() == {language: digest(language) for language in known()}
    assert set(known()) == languages()
    for language in known():
        for rule in rulebook(language):
            rule.make_ready()


def test_a_changed_pack_is_tried_whole() -> None:
    broken = {**RAW, "patterns": ["("]}
    assert read_pack({"a.toml": {"rule": [broken]}, "phrases.toml": PHRASES}, is_known=True).rules
    with pytest.raises(BrokenRuleError, match=r"guideline\.trial"):
        read_pack({"a.toml": {"rule": [broken]}, "phrases.toml": PHRASES})
