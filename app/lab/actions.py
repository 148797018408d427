"""Putting a rule into another state, with its figures in its history and a line in the log; and stepping in by itself."""

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.foundation.db import hold
from app.foundation.errors import Conflict, Unfit
from app.foundation.language import gettext as _
from app.foundation.times import today
from app.groups import rule_queries, trials
from app.groups.models import Group, RuleChoice
from app.lab import queries
from app.lab.models import RuleEvent, Step
from app.lab.rules import DAYS_TO_GO_LIVE, JUDGED_TO_GO_LIVE, is_ripe, made_of, next_states, oversteps
from app.log import actions as log
from app.members.member import DESK
from app.members.models import Membership
from app.moderation.own_rules import is_own
from app.moderation.rule import Rule, State
from app.moderation.rulebook import DEFAULT_LANGUAGE, rulebook
from app.moderation.verdict import Kind

LOG_ACTS = {State.LIVE: "rule.live", State.SHADOW: "rule.shadow", State.RETIRED: "rule.retired"}


def site_rules(db: Session, language: str = DEFAULT_LANGUAGE) -> dict[str, Rule]:
    """Hearth's rules as far as this site let them come, those that were taken away too."""
    states = dict(rule_states(db, DESK))
    return {rule.id: _stated(rule, states) for rule in rulebook(language) if not rule.adds_note}


def own_rules_of(db: Session, group: Group) -> dict[str, Rule]:
    """A group's own rules, in force or on trial."""
    db.flush()
    return {rule.id: rule for rule in rule_queries.chosen_now(db, group.id).own}


def put_new_on_trial(db: Session, staff: Membership | None, group: Group, known: set[str]) -> None:
    """Put the group's own rules that were not `known` before on trial, from their first moment."""
    for rule in own_rules_of(db, group).values():
        if rule.id not in known:
            put(db, staff, group, rule, State.SHADOW, group.rules_version)


def rule_states(db: Session, group_id: str) -> list[tuple[str, State]]:
    rows = db.execute(
        select(RuleChoice.rule, RuleChoice.state).where(RuleChoice.group_id == group_id, RuleChoice.state.is_not(None))
    )
    return [(rule, state) for rule, state in rows if state]


def _stated(rule: Rule, states: dict[str, State]) -> Rule:
    return replace(rule, state=states[rule.id]) if rule.id in states else rule


def put(db: Session, staff: Membership | None, group: Group, rule: Rule, state: State, version: int) -> None:
    """Put a rule into another state from the next words on; `group` is the desk for a rule of the site.

    Raises Conflict if the rules were changed meanwhile, Unfit if this rule cannot become that, or not yet.
    """
    hold(db, f"rules {group.id}")
    db.refresh(group)
    if version != group.rules_version:
        raise Conflict(_("Somebody else changed these rules meanwhile. Look at them as they are now."))
    if state not in next_states(rule):
        raise _unfit(_("This rule cannot become that. Rules about danger stay in force."))
    if state is State.LIVE and not _is_ripe(db, group.id, rule):
        told = _("Not yet: it needs %(judged)s judged hits, or %(days)s days on trial.")
        raise _unfit(told % {"judged": JUDGED_TO_GO_LIVE, "days": DAYS_TO_GO_LIVE})
    _put(db, staff, group, rule, state, Step.CHANGED)


def _is_ripe(db: Session, group_id: str, rule: Rule) -> bool:
    if rule.state is State.RETIRED:
        return False
    made = made_of(rule)
    events = queries.history(db, group_id, rule.id)
    since = queries.on_trial_since(events, rule.version) or trials.first_day(db, rule.id, rule.version)
    return is_ripe(queries.figures(db, [made])[made], since, today())


def _put(db: Session, staff: Membership | None, group: Group, rule: Rule, state: State, step: Step) -> None:
    choice = db.get(RuleChoice, (group.id, rule.id)) or RuleChoice(group_id=group.id, rule=rule.id, is_on=False)
    choice.state = state
    db.add(choice)
    group.rules_version += 1
    note(db, staff, group.id, rule, state, step)
    # What concerns the whole site stands in its own chain; the desk is a group like others.
    log.write(db, LOG_ACTS[state], group_id=None if group.id == DESK else group.id, by=staff.id if staff else None,
              subject=f"group:{group.id}", reason=rule.id)  # fmt: skip


def note(db: Session, staff: Membership | None, group_id: str, rule: Rule, state: State, step: Step) -> None:
    """A line in a rule's history, with its figures."""
    made = made_of(rule)
    figures = queries.figures(db, [made])[made]
    last = db.scalar(
        select(func.max(RuleEvent.number)).where(RuleEvent.group_id == group_id, RuleEvent.rule == rule.id)
    )
    db.add(RuleEvent(group_id=group_id, rule=rule.id, number=(last or 0) + 1, version=rule.version, step=step, state=state,
                     by_membership_id=staff.id if staff else None, good=figures.good, judged=figures.judged))  # fmt: skip
    db.flush()


def seen(db: Session, staff: Membership, rule: Rule) -> None:
    """Somebody looked at a rule that asks for a look, and leaves it as it is."""
    note(db, staff, DESK, rule, rule.state, Step.SEEN)
    log.write(db, "rule.seen", group_id=None, by=staff.id, subject=f"group:{DESK}", reason=rule.id)


def step_in(db: Session) -> int:
    """Put rules on trial whose last decisions were overturned too often; for one about danger, ask somebody to look. How
    many that were. What was decided before a rule last came into force, or was looked at, does not count again."""
    count = 0
    for found in queries.decided_after(db):
        group = db.get_one(Group, found.group_id)
        rules = own_rules_of(db, group) if is_own(found.rule) else site_rules(db)
        rule = rules.get(found.rule)
        if rule is None or rule.version != found.version or rule.state is not State.LIVE:
            continue
        events = queries.history(db, group.id, rule.id)
        since = events[0].day if events else None
        if oversteps([action for day, action in found.actions if since is None or day > since]):
            _step_in(db, group, rule)
            count += 1
    return count


def _step_in(db: Session, group: Group, rule: Rule) -> None:
    if rule.kind is Kind.CRISIS or State.SHADOW not in next_states(rule):
        note(db, None, group.id, rule, rule.state, Step.ASKED)
    else:
        _put(db, None, group, rule, State.SHADOW, Step.FELL_BACK)


def _unfit(sentence: str) -> Unfit:
    return Unfit(_("Something needs another look."), {"state": sentence})
