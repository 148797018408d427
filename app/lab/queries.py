"""Words a rule is tried on, what was said of its hits, what people decided after it, and how far it came."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from app.foundation.times import today
from app.lab.models import Mark, RuleEvent, Said, Step
from app.lab.rules import Figures
from app.members.member import DESK, Member
from app.moderation.models import Action, Case, CaseStatus, Decision, Fate, Finding, Subject
from app.moderation.own_rules import is_own
from app.moderation.rule import State
from app.moderation.verdict import Severity
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion

MOST_TEXTS = 200
"""The newest stories and replies that a rule is tried on, half of them each: some 0.2 s of the judge."""
DECISIONS_LOOKED_AT = 20_000
DECISION_DAYS = 365


class Text(NamedTuple):
    """Words as they were typed, and where they stand."""

    kind: Subject
    id: str
    number: int
    title: str
    body: str
    is_held: bool


def texts(db: Session, member: Member, group_id: str, *, with_held: bool) -> list[Text]:
    """The newest words that are out in a group, and those that wait there for a person, if one may read them."""
    kinds: list[tuple[Subject, Any, Any, Any]] = [
        (Subject.STORY, Story, StoryVersion, StoryVersion.story_id),
        (Subject.REPLY, Reply, ReplyVersion, ReplyVersion.reply_id),
    ]
    found = list[Text]()
    for kind, telling, version, of in kinds:
        out = select(version).join(telling, telling.id == of).join(Decision, Decision.id == version.decision_id)
        out = out.where(telling.group_id == group_id, version.is_shown, Decision.fate == Fate.PUBLISHED)
        shown = db.scalars(out.order_by(telling.created_hour.desc(), telling.id).limit(MOST_TEXTS // 2))
        found += [_text(kind, one, is_held=False) for one in shown.unique()]
        if with_held:
            own = [m.id for m in member.memberships]
            is_its = and_(Case.subject_id == of, Case.number == version.number, Case.status == CaseStatus.OPEN)
            held = select(version).join(Case, is_its).join(Decision, Decision.id == version.decision_id)
            held = held.where(Case.group_id == group_id, Case.membership_id.not_in(own), Decision.fate == Fate.HELD)
            waiting = db.scalars(held.order_by(Case.opened_at.desc(), Case.id).limit(MOST_TEXTS // 2))
            found += [_text(kind, one, is_held=True) for one in waiting.unique()]
    return found


def _text(kind: Subject, version: StoryVersion | ReplyVersion, *, is_held: bool) -> Text:
    found_id = version.story_id if isinstance(version, StoryVersion) else version.reply_id
    return Text(kind, found_id, version.number, getattr(version, "title", ""), version.body, is_held)


def figures(db: Session, made: Sequence[str]) -> dict[str, Figures]:
    """What people said of the hits of these rules."""
    rows = db.execute(
        select(Mark.made, Mark.said, func.count()).where(Mark.made.in_(made)).group_by(Mark.made, Mark.said)
    )
    counted: dict[str, dict[Said, int]] = {}
    for rule, said, number in rows:
        counted.setdefault(rule, {})[said] = number
    none = dict.fromkeys(Said, 0)
    return {
        rule: Figures(**{said.value: number for said, number in {**none, **counted.get(rule, {})}.items()})
        for rule in made
    }


def history(db: Session, group_id: str, rule: str) -> list[RuleEvent]:
    """What happened to a rule, the newest first."""
    wanted = select(RuleEvent).where(RuleEvent.group_id == group_id, RuleEvent.rule == rule)
    return list(db.scalars(wanted.order_by(RuleEvent.number.desc())))


def newest_events(db: Session, group_id: str | None) -> list[RuleEvent]:
    """The newest line of each rule that has a history, in one place or (None) everywhere."""
    other = aliased(RuleEvent)
    newer = and_(other.group_id == RuleEvent.group_id, other.rule == RuleEvent.rule, other.number > RuleEvent.number)
    wanted = select(RuleEvent).where(~select(other.rule).where(newer).exists()).order_by(RuleEvent.rule)
    return list(db.scalars(wanted if group_id is None else wanted.where(RuleEvent.group_id == group_id)))


def questions(db: Session) -> list[RuleEvent]:
    """Rules of the site that somebody should look at: they fell back by themselves, or would have if they could."""
    return [one for one in newest_events(db, DESK) if one.step in (Step.FELL_BACK, Step.ASKED)]


def on_trial_since(events: Sequence[RuleEvent], version: int) -> date | None:
    """The day since which this version is on trial without a break, as its history says; `events` with the newest first."""
    since = None
    for event in events:
        if event.state is not State.SHADOW or event.version != version:
            break
        since = event.day
    return since


class Overturned(NamedTuple):
    """What people decided about words that a rule held, the newest first."""

    rule: str
    version: int
    group_id: str
    actions: list[tuple[date, Action]]


def decided_after(db: Session) -> list[Overturned]:
    """For each rule and version that held words of late: what people then decided. For the packs' rules over all groups,
    under the desk; for a group's own under that group."""
    by_person = aliased(Decision)
    wanted = (
        select(Finding.rule, Finding.version, by_person.group_id, by_person.day, by_person.action)
        .join(Decision, Decision.id == Finding.decision_id)
        .join(by_person, by_person.previous_id == Decision.id)
        .where(Decision.fate == Fate.HELD, Decision.outcome.is_not(None), Finding.severity != Severity.NOTE)
        .where(by_person.action.is_not(None), by_person.day >= today() - timedelta(days=DECISION_DAYS))
        .group_by(Finding.rule, Finding.version, by_person.id, by_person.group_id, by_person.day, by_person.action)
        .order_by(by_person.day.desc(), by_person.id)
        .limit(DECISIONS_LOOKED_AT)
    )
    found: dict[tuple[str, int, str], list[tuple[date, Action]]] = {}
    for rule, version, group_id, day, action in db.execute(wanted):
        if day and action:
            found.setdefault((rule, version, group_id if is_own(rule) else DESK), []).append((day, action))
    return [Overturned(*key, actions) for key, actions in sorted(found.items())]
