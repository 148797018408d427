"""Words of danger are never sent back and never lost among other findings, whatever a group's rules are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.moderation.guidelines import STARTER_ITEMS, Guidelines
from app.moderation.judge import judge
from app.moderation.rulebook import rulebook
from app.moderation.verdict import MILD, Kind, Outcome, Severity

RULES = [rule for rule in rulebook() if not rule.adds_note]
OTHERS = sorted({text for rule in RULES for text in (*rule.examples_hit, *rule.examples_pass) if "\n" not in text})
EVERY_ID = tuple(rule.id for rule in RULES)


def examples(severity: Severity) -> list[str]:
    told = {text for rule in RULES if rule.severity is severity and is_danger(rule.id) for text in rule.examples_hit}
    return sorted(told)


def is_danger(rule_id: str) -> bool:
    return rule_id.startswith("crisis.") and rule_id not in MILD


@st.composite
def any_guidelines(draw: st.DrawFn) -> Guidelines:
    severities = st.sampled_from(list(Severity))
    tightened = draw(st.dictionaries(st.sampled_from(EVERY_ID), severities, max_size=8))
    switched_on = draw(st.sets(st.sampled_from(EVERY_ID), max_size=8))
    items = draw(st.sets(st.sampled_from(STARTER_ITEMS)))
    return Guidelines(
        items=tuple(sorted(items)),
        switched_on=tuple(sorted(switched_on)),
        tightened=tuple(sorted(tightened.items())),
        listening=draw(st.booleans()),
    )


AROUND = st.lists(st.sampled_from(OTHERS), max_size=3)


@settings(max_examples=200, deadline=None)
@given(any_guidelines(), st.sampled_from(examples(Severity.URGENT)), AROUND, AROUND)
def test_urgent_stays_urgent(guidelines: Guidelines, text: str, before: list[str], after: list[str]) -> None:
    verdict = judge(guidelines, "\n\n".join((*before, text, *after)))
    assert verdict.outcome is Outcome.URGENT
    assert verdict.help


@settings(max_examples=200, deadline=None)
@given(any_guidelines(), st.sampled_from(examples(Severity.NOTE)), AROUND, AROUND)
def test_danger_is_never_sent_back(guidelines: Guidelines, text: str, before: list[str], after: list[str]) -> None:
    verdict = judge(guidelines, "\n\n".join((*before, text, *after)))
    assert verdict.outcome is not Outcome.REVISE
    assert verdict.help
    assert any(f.kind is Kind.CRISIS for f in verdict.findings)
