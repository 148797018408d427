"""Changing a group's rules: nothing is saved while a sentence does not do what it should (L11)."""

import re
from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.foundation.db import hold
from app.foundation.errors import Conflict, Unfit
from app.foundation.language import gettext as _
from app.groups import rule_queries
from app.groups.models import Group, RuleChoice
from app.groups.models import OwnRule as Row
from app.groups.rule_checks import must_hold, offered
from app.groups.rule_forms import LONGEST_RULE_ID, OwnRuleForm, RulesForm
from app.log import actions as log
from app.members.models import Membership
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.own_rules import PREFIX, OwnRule
from app.moderation.verdict import Severity


def current(db: Session, group: Group) -> RulesForm:
    """What a group chose, in the form in which it is changed. A choice that means nothing any more is left out: Hearth's
    own rules may have gone, or become as strict."""
    choices = rule_queries.choices_of(db, group.id)
    to_switch_on, light = offered(group)
    return RulesForm.model_validate(
        {
            "version": group.rules_version,
            "switched_on": [one.rule for one in choices if one.is_on and one.rule in to_switch_on],
            "tightened": {
                one.rule: one.severity.value
                for one in choices
                if one.severity and one.rule in light and one.severity.weight > light[one.rule].weight
            },
            "own": [as_form(row).model_dump() for row in rule_queries.own_of(db, group.id)],
        }
    )


def as_form(row: Row) -> OwnRuleForm:
    return OwnRuleForm.model_validate({name: getattr(row, name) for name in OwnRuleForm.model_fields})


def change(db: Session, staff: Membership | None, group: Group, wanted: RulesForm) -> None:
    """What a group chooses from now on, as a whole. It holds for the next words that are sent there.

    Raises Conflict if it was changed meanwhile, and Unfit with the sentences that do not do what they should: examples
    of the group's rules, and what goes out in every group. Fields are those of the form (`own.0.words`).
    """
    hold(db, f"rules {group.id}")
    db.refresh(group)
    if wanted.version != group.rules_version:
        raise Conflict(_("Somebody else changed these rules meanwhile. Look at them as they are now."))
    before = rule_queries.newest(db, group.id)
    own = _written(wanted.own, before)
    if not _only_takes_away(wanted, current(db, group)):
        must_hold(db, group, wanted, own, before)
    changed = _write_own(db, group, own, before)
    _write_choices(db, group, wanted)
    group.rules_version += 1
    log.write(db, "group.rules", group_id=group.id, by=staff.id if staff else None, subject=f"group:{group.id}",
              reason=changed[0] if len(changed) == 1 else "")  # fmt: skip


def _only_takes_away(wanted: RulesForm, now: RulesForm) -> bool:
    """Less is held than now: nothing can fail that did not fail before, and what fails can be taken away."""
    is_laxer = wanted.tightened.items() <= now.tightened.items() and set(wanted.switched_on) <= set(now.switched_on)
    return is_laxer and all(form in now.own for form in wanted.own)


def must_stand_on(db: Session, group: Group, items: set[str]) -> None:
    """Raises Unfit if one of the group's own rules rests on a guideline that is not among these."""
    for row in rule_queries.own_of(db, group.id):
        if row.guideline not in items:
            sentence = _("The rule “%(rule)s” rests on a guideline that would be gone. Change that rule first.")
            raise Unfit(_("Something needs another look."), {"items": sentence % {"rule": row.public_name}})


def _written(forms: Iterable[OwnRuleForm], before: dict[str, Row]) -> list[OwnRule]:
    """The rules as typed, each with its id and its version."""
    taken, own = {*before, *(form.id for form in forms)}, list[OwnRule]()
    for form in forms:
        rule_id = form.id or _new_id(form.public_name, taken)
        taken.add(rule_id)
        typed = OwnRule(
            rule_id, 1, Severity(form.severity), form.guideline, _line(form.public_name), _line(form.why),
            _line(form.message), _lines(form.words), _lines(form.examples_hit), _lines(form.examples_pass),
        )  # fmt: skip
        own.append(_versioned(typed, before.get(rule_id)))
    return own


def _versioned(typed: OwnRule, row: Row | None) -> OwnRule:
    if row is None:
        return typed
    known = rule_queries.as_written(row)
    as_it_was = OwnRule(typed.id, known.version, *(getattr(typed, name) for name in OwnRule.__slots__[2:]))
    if row.is_in_force and as_it_was == known:
        return known
    return OwnRule(typed.id, known.version + 1, *(getattr(typed, name) for name in OwnRule.__slots__[2:]))


def _line(text: str) -> str:
    return " ".join(text.split())


def _lines(typed: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for raw in typed if (line := _line(raw))))


def _new_id(name: str, taken: set[str]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")[: LONGEST_RULE_ID - 10].rstrip("-")
    base = PREFIX + (plain or "rule")
    return next(i for n in range(1, len(taken) + 2) if (i := base if n == 1 else f"{base}-{n}") not in taken)


def _write_own(db: Session, group: Group, own: list[OwnRule], before: dict[str, Row]) -> list[str]:
    """New versions of what was changed; the ids of all that is not as it was."""
    kept = {rule.id: rule.version for rule in own}
    gone = [row for row in before.values() if row.is_in_force and kept.get(row.id) != row.version]
    for row in gone:
        row.is_in_force = False
    new = [rule for rule in own if rule.id not in before or before[rule.id].version != rule.version]
    for rule in new:
        row = Row(group_id=group.id, **{name: getattr(rule, name) for name in OwnRule.__slots__})
        row.words, row.examples_hit, row.examples_pass = (
            list(rule.words),
            list(rule.examples_hit),
            list(rule.examples_pass),
        )
        told = f"{rule.why}\n\n{rule.message}"
        row.words_judged(judge(Guidelines(language=group.language), told, rule.public_name), group.id)
        db.add(row)
    db.flush()
    return sorted({row.id for row in gone} | {rule.id for rule in new})


def _write_choices(db: Session, group: Group, wanted: RulesForm) -> None:
    own = [form.id for form in wanted.own if form.id]
    past = RuleChoice.state.is_(None) | RuleChoice.rule.not_in(own)  # how far a rule has come is for the lab to say
    db.execute(delete(RuleChoice).where(RuleChoice.group_id == group.id, past))
    for rule_id in sorted({*wanted.switched_on, *wanted.tightened}):
        severity = wanted.tightened.get(rule_id)
        db.add(RuleChoice(group_id=group.id, rule=rule_id, is_on=rule_id in wanted.switched_on,
                          severity=Severity(severity) if severity else None))  # fmt: skip
    db.flush()
