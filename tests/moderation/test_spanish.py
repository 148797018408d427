"""The Spanish pack: the judge understands danger, contact data and sourcing in a second language by files alone."""

import json
import unicodedata
from pathlib import Path

import pytest

from app.moderation.evaluating import LEVELS
from app.moderation.guidelines import STARTER_ITEMS, Guidelines
from app.moderation.judge import judge, judge_line
from app.moderation.packing import FEWEST_EXAMPLES, BrokenRuleError, pack, read_pack
from app.moderation.rule import Rule
from app.moderation.rulebook import reads, rulebook
from app.moderation.verdict import SUPPORT, Kind, Outcome
from tests.moderation.test_disguises import DISGUISES, KEY_LETTERS, LEET, words

SPANISH = Guidelines(language="es")
ENGLISH = Guidelines()
BOOK = pack("es")
assert BOOK is not None
OWN = BOOK.rules
PAIRS = [
    json.loads(line) for line in (Path(__file__).parent / "spanish" / "pairs.jsonl").read_text("utf-8").splitlines()
]
FEWEST_PAIRS = 30
ENGLISH_WORDS = {"the", "your", "this", "looks", "with", "somebody", "people"}


def rules_of(text: str, asked: Guidelines = SPANISH) -> set[str]:
    return {finding.rule for finding in judge(asked, text).findings}


def level(text: str) -> str:
    verdict = judge(SPANISH, text)
    danger = {f.rule for f in verdict.findings if f.kind is Kind.CRISIS}
    if verdict.outcome is Outcome.URGENT:
        return "urgent"
    return "none" if not danger else "support" if danger == {SUPPORT} else "concern"


def bare(text: str) -> str:
    """As typed in haste: without accents and opening marks."""
    spread = unicodedata.normalize("NFD", text)
    return "".join(c for c in spread if not unicodedata.combining(c) and c not in "¿¡")


def test_spanish_has_rules_of_its_own_and_all_that_need_no_language() -> None:
    assert reads("es")
    own = {rule.id for rule in OWN}
    needed = {rule.id for rule in rulebook() if rule.any_language}
    assert {rule.id for rule in rulebook("es")} == own | needed
    assert {"crisis.intent", "crisis.means", "crisis.overdose", "crisis.other-person", "crisis.support"} <= own
    assert {"guideline.sourcing", "confidentiality.phone"} <= own


def test_a_rule_means_the_same_in_both_languages() -> None:
    english = {rule.id: rule for rule in rulebook()}
    for rule in OWN:
        other = english[rule.id]
        assert (rule.severity, rule.kind, rule.guideline, rule.groups, rule.locked) == (
            other.severity, other.kind, other.guideline, other.groups, other.locked,
        )  # fmt: skip


OWN_RULES = pytest.mark.parametrize("rule", OWN, ids=lambda rule: str(rule.id))


@OWN_RULES
def test_examples_are_found(rule: Rule) -> None:
    for typed in (form for text in rule.examples_hit for form in (text, bare(text), text.upper())):
        assert rule.id in rules_of(typed), typed
        assert rule.id in {f.rule for f in judge_line(SPANISH, typed).findings}, typed
        assert rule.id in {f.rule for f in judge(SPANISH, "", title=typed).findings}, typed


@OWN_RULES
def test_examples_pass(rule: Rule) -> None:
    for typed in (form for text in rule.examples_pass for form in (text, bare(text))):
        assert rule.id not in rules_of(typed), typed


@OWN_RULES
def test_examples_are_lowered(rule: Rule) -> None:
    for typed in (form for text in rule.examples_lowered for form in (text, bare(text))):
        assert rule.id not in rules_of(typed), typed
        assert not rule.lowered_to or rule.lowered_to in rules_of(typed), typed


@pytest.mark.parametrize("rule", rulebook("es"), ids=lambda rule: str(rule.id))
def test_rule_speaks_spanish_plainly(rule: Rule) -> None:
    assert rule.guideline in STARTER_ITEMS
    assert 20 < len(rule.message) <= 160
    assert "!" not in rule.message
    assert not ENGLISH_WORDS & set(f"{rule.message} {rule.public_name} {rule.why} {rule.suggestion}".lower().split())
    assert not any(word in rule.message.lower() for word in ("usuario", "contenido", "inválid", "vulner"))


@OWN_RULES
def test_rule_has_examples_of_its_own(rule: Rule) -> None:
    assert min(len(set(rule.examples_hit)), len(set(rule.examples_pass))) >= FEWEST_EXAMPLES


def test_there_are_enough_pairs() -> None:
    assert len(PAIRS) >= FEWEST_PAIRS
    for pair in PAIRS:
        assert LEVELS.index(pair["safe_level"]) < LEVELS.index(pair["danger_level"])


@pytest.mark.parametrize("side", ["danger", "safe"])
def test_danger_and_calm_are_told_apart(side: str) -> None:
    for pair in PAIRS:
        assert level(pair[side]) == pair[f"{side}_level"], pair[side]
        assert level(bare(pair[side])) == pair[f"{side}_level"], pair[side]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no quiero matarme", "support"),
        ("no quiero matarme nunca", "support"),
        ("no quiero hacer nada ni matarme", "concern"),
        ("nunca jamás he querido matarme", "support"),
        ("no hay nada que no me dé ganas de matarme", "urgent"),
        ("no quiero más que matarme", "urgent"),
        ("no quiero otra cosa que morir", "urgent"),
        ("no es que no quiera matarme", "urgent"),
        ("no aguanto más y quiero matarme", "urgent"),
        ("no sé si quiero matarme o dormir", "urgent"),
        ("hace años que quiero matarme", "urgent"),
        ("desde hace dos años quiero matarme", "urgent"),
    ],
)
def test_how_spanish_denies(text: str, expected: str) -> None:
    """Two words of denial may be one ("no … nunca"), one may be none ("no … más que"), and "hace años que" is now."""
    assert level(text) == expected


def leet(word: str) -> str:
    """A word of which no letter would be left is a number to everybody (esta, 3574), so nobody hides it so."""
    hidden = word.lower().translate(LEET)
    return word if hidden.isdigit() else hidden


MASKS = DISGUISES | {"leet": (words(leet, KEY_LETTERS), 0.95)}


@pytest.mark.parametrize("disguise", MASKS)
def test_danger_is_seen_under_a_disguise(disguise: str) -> None:
    change, share = MASKS[disguise]
    plain = sorted(
        {bare(text) for rule in OWN if rule.kind is Kind.CRISIS and rule.id != SUPPORT for text in rule.examples_hit}
    )
    lost = [changed for text in plain if level(changed := change(text)) == "none"]
    assert len(plain) >= 100
    assert len(lost) <= (1 - share) * len(plain), lost


def test_a_cry_in_english_is_heard_in_a_spanish_group() -> None:
    found = judge(SPANISH, "I want to kill myself tonight").findings
    assert "crisis.intent" in {f.rule for f in found}
    intent = next(rule for rule in OWN if rule.id == "crisis.intent")
    assert {f.message for f in found if f.rule == "crisis.intent"} == {intent.message}


def test_an_english_no_lowers_nothing_in_spanish_words() -> None:
    assert level("I never lie, no es que no quiera matarme") == "urgent"


def test_spanish_in_an_english_group_is_read_by_english_rules_and_those_that_need_no_language() -> None:
    text = "quiero pillar coca en Madrid, escríbeme a ana@example.org o al +34 612 345 678"
    assert rules_of(text, ENGLISH) == {"confidentiality.email", "confidentiality.phone"}
    assert rules_of(text) == {"confidentiality.email", "confidentiality.phone", "guideline.sourcing"}


def test_a_place_is_told_once_though_two_languages_look() -> None:
    assert len(judge(SPANISH, "mi número es +34 612 345 678").findings) == 1


def test_phrases_of_another_language_are_for_rules_that_are_there() -> None:
    said = {"message": "m", "suggestion": "", "public_name": "n", "why": "w"}
    assert read_pack({"phrases.toml": {"confidentiality.card": said}}).said_of == {"confidentiality.card": said}
    with pytest.raises(BrokenRuleError, match=r"guideline\.nowhere"):
        read_pack({"phrases.toml": {"guideline.nowhere": {"message": "m", "suggestion": ""}}})
