"""What is said about a group's rules, in the reader's words."""

from typing import NamedTuple

from app.foundation.language import gettext as _
from app.groups.record import CLEARLY
from app.groups.rule_forms import OptionShown, RuleShown
from app.moderation.guidelines import Guidelines
from app.moderation.own_rules import Failure, Part
from app.moderation.rule import Rule
from app.moderation.rulebook import rules_for
from app.moderation.verdict import Kind, Severity


class Names:
    """What the rules of some guidelines are called."""

    def __init__(self, asked: Guidelines) -> None:
        self._names = {rule.id: rule.public_name for rule in rules_for(asked)}

    def of(self, rule_id: str) -> str:
        return self._names.get(rule_id, rule_id)


def failure_in_words(failure: Failure, names: Names) -> str:
    """Which sentence it is, and what happened to it."""
    told = {"sentence": failure.sentence, "found": failure.found, "rule": names.of(failure.by)}
    match failure.part:
        case Part.HELD:
            return _("Nothing was found in “%(sentence)s”, though it should be held.") % told
        case Part.LET_OUT if failure.by == failure.rule:
            return _("This rule holds “%(sentence)s”, because of “%(found)s”. It should go out.") % told
        case Part.LET_OUT:
            return _("The rule “%(rule)s” holds “%(sentence)s”, because of “%(found)s”. It should go out.") % told
        case Part.FAIR:
            return (
                _(
                    "The rule “%(rule)s” would hold “%(sentence)s”, because of “%(found)s”. This goes out in every group."
                )
                % told
            )


def option(rule: Rule) -> OptionShown:
    """A rule that could be chosen."""
    return OptionShown(id=rule.id, public_name=rule.public_name, why=rule.why, severity=rule.severity.value)


def what_happens(rule: Rule) -> str:
    """What becomes of words in which a rule finds something."""
    if rule.kind is Kind.CRISIS:
        return {
            Severity.URGENT: _("Help is shown at once, and a person reads the words before anybody else."),
            Severity.HOLD: _("Help is shown, and a person reads the words first."),
        }.get(rule.severity, _("The words go out, and help is shown beside them. A person may look soon."))
    return {
        Severity.NOTE: _("The words go out."),
        Severity.REVISE: _("The author sees the place and why, and can change it or send it to a person as it is."),
        Severity.HOLD: _("A person reads the words before they go out."),
        Severity.URGENT: _("A person reads the words before anybody else."),
    }[rule.severity]


class Family(NamedTuple):
    """Rules under their heading. What the group chose itself is shown whole."""

    heading: str
    rules: list[RuleShown]
    is_chosen: bool


def families(rules: list[RuleShown]) -> list[Family]:
    """All rules in order; a heading without rules is left out."""
    chosen = [rule for rule in rules if rule.own or rule.stricter_here]
    others = [rule for rule in rules if rule not in chosen]
    found = [
        Family(_("What this group added"), chosen, True),
        Family(_("How we speak with each other"), _of(others, Kind.GUIDELINE), False),
        Family(_("So that nobody is found"), _of(others, Kind.CONFIDENTIALITY, Kind.MARKUP), False),
        Family(_("When somebody may be in danger"), _of(others, Kind.CRISIS), False),
    ]
    return [family for family in found if family.rules]


def _of(rules: list[RuleShown], *kinds: Kind) -> list[RuleShown]:
    return [rule for rule in rules if rule.kind in kinds]


def how_often(rule: RuleShown) -> str:
    """How often a rule held something, in a sentence that points at nobody; empty for one that holds nothing."""
    if rule.severity == Severity.NOTE:
        return ""
    if rule.held_90_days < CLEARLY:
        return _("In the last three months it held something fewer than five times.")
    told = _(
        "It held something %(lately)s in the last month, and %(long)s in the last three. "
        "A person let out %(out)s of these as they were."
    )
    return told % {
        "lately": _times(rule.held_30_days),
        "long": _times(rule.held_90_days),
        "out": _some(rule.let_out_90_days),
    }


def _times(number: int) -> str:
    return _("%(num)s times or more") % {"num": number} if number else _("fewer than five times")


def _some(number: int) -> str:
    return _("%(num)s or more") % {"num": number} if number else _("fewer than five")
