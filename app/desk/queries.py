"""What waits, what it is about, and what was said and decided about it. Each asks who looks."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, literal, select, true, union_all
from sqlalchemy.orm import Session, selectinload

from app.desk.rules import found_in, marks_of, moderated_groups, sees_every_group
from app.foundation.db import hold, hold_now
from app.foundation.times import now
from app.groups import queries as groups
from app.groups.models import Group
from app.log import anchors
from app.log import queries as log
from app.log.models import LogAnchor, LogEntry
from app.members import queries as members
from app.members.member import DESK, AnyReader, Member
from app.members.models import Role
from app.members.rules import can_administer, can_tend
from app.moderation.models import Case, Decision, Finding, Flag, Note, Subject
from app.stories import queries as stories
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion
from app.stories.talks import Handover

ANCHORS = 12


class Seen(NamedTuple):
    """A case with what the desk shows of it."""

    case: Case
    group: Group
    persona: str
    holder: str | None
    """The staff persona that has it in hand now."""
    findings: list[Finding]
    handover: Handover | None
    """The last word that somebody left with it."""
    handed_by: str


def case_for(db: Session, member: Member, case_id: str, *, to_change: bool = False, waits: bool = True) -> Case | None:
    """A case this member may look at. `to_change` keeps everybody else's hands off it until the transaction ends; who does
    not wait for others gets None where somebody else is at it."""
    wanted = cases_for(member).where(Case.id == case_id)
    if to_change:
        # In the order of everybody else who changes these words: first the words, then what is said about them.
        name = f"telling {db.scalar(select(Case.subject_id).where(Case.id == case_id))}"
        if not waits and not hold_now(db, name):
            return None
        hold(db, name)
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return db.scalars(wanted).first()


def cases_for(member: AnyReader) -> Select[Case]:
    """The one place that says which cases a member may look at: never those about their own words."""
    own = [m.id for m in member.memberships]
    return select(Case).where(_in_reach(member), Case.membership_id.not_in(own))


def _in_reach(member: AnyReader) -> ColumnElement[bool]:
    return true() if sees_every_group(member) else Case.group_id.in_(moderated_groups(member))


def seen(db: Session, cases: Sequence[Case]) -> list[Seen]:
    """Cases with what is shown of them. The number of look-ups is the same for one and for many."""
    at = now()
    holders = {c.id: c.holder(at) for c in cases}
    named = groups.named(db, list({c.group_id for c in cases}))
    left = handovers(db, [c.id for c in cases])
    staff = [*filter(None, holders.values()), *(word.by_membership_id for word in left.values())]
    names = members.personas(db, [*(c.membership_id for c in cases), *staff])
    found = _findings(db, [c.id for c in cases])
    return [
        Seen(
            c,
            named[c.group_id],
            names.get(c.membership_id, ""),
            names.get(holders[c.id] or ""),
            found.get(c.id, []),
            left.get(c.id),
            names.get(left[c.id].by_membership_id, "") if c.id in left else "",
        )
        for c in cases
    ]


def handovers(db: Session, case_ids: Sequence[str]) -> dict[str, Handover]:
    """The last word that was left with each of these cases."""
    rows = db.scalars(select(Handover).where(Handover.case_id.in_(case_ids)).order_by(Handover.number))
    return {row.case_id: row for row in rows}


def _findings(db: Session, case_ids: Sequence[str]) -> dict[str, list[Finding]]:
    """What the rules found in the versions that cases are about, by case."""
    of_story, of_reply = (
        select(Case.id, version.decision_id)
        .join(version, and_(of == Case.subject_id, version.number == Case.number))
        .where(Case.id.in_(case_ids))
        for version, of in ((StoryVersion, StoryVersion.story_id), (ReplyVersion, ReplyVersion.reply_id))
    )
    decided: dict[str, str] = {row[0]: row[1] for row in db.execute(union_all(of_story, of_reply))}
    told = histories(db, list(decided.values()))
    return {case_id: found_in(told[decision_id]) for case_id, decision_id in decided.items()}


def histories(db: Session, decision_ids: Sequence[str]) -> dict[str, list[Decision]]:
    """All that was decided about some words, newest first, by the id of the newest decision. One look-up for all."""
    first = select(Decision.id.label("newest"), Decision.id, Decision.previous_id, literal(0).label("back"))
    chain = first.where(Decision.id.in_(decision_ids)).cte("chain", recursive=True)
    before = select(chain.c.newest, Decision.id, Decision.previous_id, chain.c.back + 1)
    chain = chain.union_all(before.join(chain, Decision.id == chain.c.previous_id))
    rows = db.execute(
        select(chain.c.newest, Decision)
        .join(Decision, Decision.id == chain.c.id)
        .order_by(chain.c.newest, chain.c.back)
        .options(selectinload(Decision.findings))
    )
    found: dict[str, list[Decision]] = {decision_id: [] for decision_id in decision_ids}
    for newest, decision in rows:
        found[newest].append(decision)
    return found


def words_of(db: Session, found: Case) -> StoryVersion | ReplyVersion | None:
    """The version a case is about; None if its author took it back."""
    if found.kind is Subject.STORY:
        return db.get(StoryVersion, {"story_id": found.subject_id, "number": found.number})
    return db.get(ReplyVersion, {"reply_id": found.subject_id, "number": found.number})


def versions_of(db: Session, found: Case) -> Sequence[StoryVersion | ReplyVersion]:
    """All versions of the words a case is about that are still there, the first one first."""
    kind: Any = Story if found.kind is Subject.STORY else Reply
    telling = db.get(kind, found.subject_id)
    return telling.versions if telling else []


def earlier_decisions(db: Session, found: Case) -> list[Decision]:
    """What people decided before about any version of the same words, newest first."""
    version: Any = StoryVersion if found.kind is Subject.STORY else ReplyVersion
    of = StoryVersion.story_id if found.kind is Subject.STORY else ReplyVersion.reply_id
    newest = list(db.scalars(select(version.decision_id).where(of == found.subject_id).order_by(version.number.desc())))
    told = histories(db, newest)
    return [decision for decision_id in newest for decision in told[decision_id] if decision.action]


def notes_on(db: Session, decisions: Sequence[Decision]) -> list[Note]:
    """The sentences that people wrote beside these decisions."""
    return list(db.scalars(select(Note).where(Note.explains_id.in_([d.id for d in decisions]))))


def flags_with_notes(db: Session, found: Case) -> list[tuple[Flag, Note | None]]:
    """What readers said. Who they are is for nobody to see."""
    rows = db.execute(
        select(Flag, Note)
        .outerjoin(Note, Note.flag_id == Flag.id)
        .where(Flag.case_id == found.id)
        .order_by(Flag.day, Flag.id, Note.id)
    )
    return [(row[0], row[1]) for row in rows]


def flaggable(db: Session, member: Member, subject: str) -> Story | Reply | None:
    """The words that `story:ID` or `reply:ID` names, if this member may read them."""
    kind, _colon, subject_id = subject.partition(":")
    match kind:
        case Subject.STORY:
            return stories.story_for(db, member, subject_id)
        case Subject.REPLY:
            return stories.reply_for(db, member, subject_id)
    return None


def flaggers(db: Session, found: Case) -> list[str]:
    return list(db.scalars(select(Flag.flagger).where(Flag.case_id == found.id).order_by(Flag.flagger)))


def joined_flaggers(db: Session, found: Case) -> list[str]:
    """Those flaggers that can be told something: the memberships among them."""
    return sorted(members.personas(db, flaggers(db, found)))


def has_flagged(db: Session, member: Member, found: Case) -> bool:
    return bool(set(marks_of(member, found.group_id)) & set(flaggers(db, found)))


def flagged_by(member: Member) -> ColumnElement[bool]:
    """Cases about words that this person flagged, under whichever mark: every group that flags may be given in has one."""
    own = [m.id for m in member.memberships]
    return Case.id.in_(select(Flag.case_id).where(Flag.flagger.in_(own)))


def flag_by(db: Session, member: Member, subject_id: str, group_id: str) -> Flag | None:
    """The flag this person gave before about these words, under whichever mark."""
    marks = marks_of(member, group_id)
    return db.scalars(select(Flag).where(Flag.subject_id == subject_id, Flag.flagger.in_(marks))).first()


def log_for(db: Session, member: Member, after: tuple[str, int] | None, limit: int) -> list[LogEntry]:
    """The log: all chains for the desk, the group's own for its moderator."""
    return log.entries(db, None if sees_every_group(member) else moderated_groups(member), after, limit)


def anchors_for(db: Session, member: Member) -> list[LogAnchor]:
    """How far the chains that one reads had come, night by night, the newest first (SECURITY.md, M-6)."""
    return anchors.newest(db, None if sees_every_group(member) else moderated_groups(member), ANCHORS)


def tended_groups(db: Session, member: Member) -> list[Group]:
    """The groups a member may invite into: all and the desk for administrators, their own for facilitators. Nobody joins a
    closed one."""
    if can_administer(member):
        found = [*groups.every_one(db), *groups.named(db, [DESK]).values()]
    else:
        own = [m.group_id for m in member.memberships if member.wields(m, Role.FACILITATOR) and m.group_id != DESK]
        found = sorted(groups.named(db, own).values(), key=lambda group: group.name)
    return [group for group in found if not group.is_closed]


def tended_by_slug(db: Session, member: Member, slug: str) -> Group | None:
    """The same by its short name. The desk has none for programs."""
    group = groups.named_by_slug(db, slug)
    return group if group and can_tend(member, group.id) else None


def tended_group(db: Session, member: Member, group_id: str) -> Group | None:
    """A group whose texts this member may change."""
    return groups.named(db, [group_id]).get(group_id) if can_tend(member, group_id) else None
