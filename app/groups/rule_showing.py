"""A group's rules in plain words, for whoever may see its guidelines: what they are called, why, what happens, how often."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.groups import queries, record
from app.groups.models import Group
from app.groups.record import Record
from app.groups.rule_forms import RuleShown, RulesShown
from app.groups.rule_phrases import what_happens
from app.moderation.guidelines import Guidelines
from app.moderation.own_rules import fair_sentences, is_own
from app.moderation.rule import Groups, Rule, State
from app.moderation.rulebook import reads, rules_for
from app.moderation.verdict import Kind

ORDER = (Kind.GUIDELINE, Kind.CONFIDENTIALITY, Kind.MARKUP, Kind.CRISIS)


def rules_shown(db: Session, group: Group) -> RulesShown:
    """All rules in force in a group: what it chose itself first, then by what they are about."""
    asked = replace(queries.guidelines_of(db, group), listening=True)
    counted = record.record(db, group.id)
    rules = [rule for rule in rules_for(asked) if rule.state is State.LIVE and not rule.adds_note]
    rules.sort(key=lambda rule: (not _is_chosen(rule), ORDER.index(rule.kind), rule.public_name))
    return RulesShown(
        version=group.rules_version, until=record.until().isoformat(), reads_language=reads(group.language),
        goes_out_everywhere=list(fair_sentences(group.language)), items=[_shown(rule, asked, counted) for rule in rules],
    )  # fmt: skip


def _is_chosen(rule: Rule) -> bool:
    return is_own(rule.id) or rule.groups is Groups.SWITCHED_ON


def _shown(rule: Rule, asked: Guidelines, counted: Record) -> RuleShown:
    count = counted.of(rule.id)
    return RuleShown(
        id=rule.id, version=rule.version, public_name=rule.public_name, why=rule.why, what_happens=what_happens(rule),
        kind=rule.kind.value, severity=rule.severity.value, guideline=rule.guideline, own=_is_chosen(rule),
        stricter_here=rule.id in dict(asked.tightened), locked=rule.locked, held_30_days=count.lately,
        held_90_days=count.long, let_out_90_days=count.let_out,
        examples_pass=list(rule.examples_pass) if is_own(rule.id) else [],
    )  # fmt: skip
