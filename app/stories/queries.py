"""Finding stories and replies. Who may read is answered here, once, by asking the decision."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, not_, null, or_, select, type_coerce
from sqlalchemy.orm import Session

from app.foundation.eyes import Connected
from app.foundation.prepared import Ids, Prepared, among
from app.groups.models import Group
from app.groups.queries import READABLE, mine
from app.members.member import AnyReader, Member
from app.members.models import Membership
from app.moderation.models import Case, CaseStatus, Decision, Fate, Flag, Note
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion, Support, split_notes


class Summary(NamedTuple):
    """A story as a list shows it."""

    id: str
    group_id: str
    title: str
    persona: str
    hour: datetime
    reply_count: int
    content_notes: list[str]
    answer_me_with: str | None
    activity: int
    roles: Sequence[str] | None
    """Of whoever wrote it, in this group, now; None once they left."""


class Shown(NamedTuple):
    """A reply as readers see it."""

    id: str
    membership_id: str
    persona: str
    html: str
    hour: datetime
    number: int
    is_covered: bool
    roles: Sequence[str] | None


def let_out(version: type[StoryVersion] | type[ReplyVersion]) -> ColumnElement[bool]:
    """The words readers may see: the shown version, while its decision says so."""
    return and_(version.is_shown, Decision.fate == Fate.PUBLISHED)


ROLES = type_coerce(case((Membership.is_left, null()), else_=Membership.roles), Membership.roles.type)
"""What somebody may do here beside speaking; nothing once they left."""
_SUMMARIES = (
    select(
        Story.id, Story.group_id, StoryVersion.title, Membership.persona, Story.created_hour, Story.reply_count,
        StoryVersion.content_notes, StoryVersion.answer_me_with, Story.activity, ROLES,
    )
    .join(StoryVersion, StoryVersion.story_id == Story.id)
    .join(Decision, Decision.id == StoryVersion.decision_id)
    .join(Membership, Membership.id == Story.membership_id)
    .where(Story.group_id == bindparam("of"), Story.activity < bindparam("after"), let_out(StoryVersion))
    .order_by(Story.activity.desc())
    .limit(bindparam("limit"))
)  # fmt: skip
_SUMMARIES_WITH = _SUMMARIES.where(StoryVersion.content_notes.like(bindparam("note")))
MOST_ACTIVITY = 2**31 - 1
"""What the column of a group's counter can hold: every story was active before that."""


def summaries(db: Connected, group_id: str, after: int | None, limit: int, note: str = "") -> list[Summary]:
    """Stories of a group the caller found through its reader, newest activity first, by keyset."""
    from_here: dict[str, Any] = {"of": group_id, "after": MOST_ACTIVITY if after is None else after, "limit": limit}
    if note:
        rows = db.connection().execute(_SUMMARIES_WITH, {**from_here, "note": f"%,{note},%"})
    else:
        rows = db.connection().execute(_SUMMARIES, from_here)
    return [
        Summary(i, of, title, persona, hour, count, split_notes(notes), wish, activity or 0, roles)
        for i, of, title, persona, hour, count, notes, wish, activity, roles in rows
    ]


def story_for(db: Session, member: AnyReader, story_id: str) -> Story | None:
    """A story one may read, or one's own."""
    return db.scalars(_STORY, {"which": story_id, **_reader(member)}).first()


def reply_for(db: Session, member: AnyReader, reply_id: str) -> Reply | None:
    """A reply one may read, under a story one may read; or one's own."""
    return db.scalars(_REPLY, {"which": reply_id, **_reader(member)}).first()


def is_out(version: Any, telling: Any) -> ColumnElement[bool]:
    of = version.story_id if version is StoryVersion else version.reply_id
    return (
        select(version.number)
        .join(Decision, Decision.id == version.decision_id)
        .where(of == telling.id, let_out(version))
        .exists()
    )


def _own(telling: type[Story] | type[Reply]) -> ColumnElement[bool]:
    return among(telling.membership_id, bindparam("own", type_=Ids))


def _reader(member: AnyReader) -> dict[str, list[str]]:
    """Who asks: `own` and `mine` of the questions below."""
    return {"own": [m.id for m in member.memberships], "mine": mine(member)}


# Made once: making them takes longer than answering them.
_STORY = (
    select(Story)
    .join(Group, Group.id == Story.group_id)
    .where(Story.id == bindparam("which"), or_(_own(Story), and_(READABLE, is_out(StoryVersion, Story))))
)
_REPLY = (
    select(Reply)
    .join(Story, Story.id == Reply.story_id)
    .join(Group, Group.id == Reply.group_id)
    .where(
        Reply.id == bindparam("which"),
        or_(_own(Reply), and_(READABLE, is_out(ReplyVersion, Reply), is_out(StoryVersion, Story))),
    )
)
_MAY_READ = select(Group.id).where(Group.id == bindparam("which"), READABLE)
_OWN_WAITING = (
    select(Reply)
    .where(Reply.story_id == bindparam("which"), _own(Reply))
    .where(
        select(ReplyVersion.number)
        .join(Decision, Decision.id == ReplyVersion.decision_id)
        .where(ReplyVersion.reply_id == Reply.id, not_(let_out(ReplyVersion)))
        .exists()
    )
    .order_by(Reply.id)
)
_OPEN_CASE = select(Case).where(Case.subject_id == bindparam("which"), Case.status == CaseStatus.OPEN)


_REPLIES = (
    select(
        Reply.id, Reply.membership_id, Membership.persona, ReplyVersion.html, Reply.created_hour, Reply.number, Reply.is_covered,
        ROLES,
    )
    .join(ReplyVersion, ReplyVersion.reply_id == Reply.id)
    .join(Decision, Decision.id == ReplyVersion.decision_id)
    .join(Membership, Membership.id == Reply.membership_id)
    .where(Reply.story_id == bindparam("of"), let_out(ReplyVersion), Reply.number > bindparam("after"))
    .order_by(Reply.number)
    .limit(bindparam("limit"))
)  # fmt: skip
_SUPPORT = (
    select(Support.subject_id, Support.kind, func.count())
    .where(among(Support.subject_id, bindparam("subjects", type_=Ids)))
    .group_by(Support.subject_id, Support.kind)
)


def replies(db: Connection, story_id: str, after: int, limit: int) -> list[Shown]:
    """Replies that were let out, in their order, by keyset."""
    return [Shown._make(row) for row in db.execute(_REPLIES, {"of": story_id, "after": after, "limit": limit})]


def replies_for(db: Session, member: AnyReader, story: Story, after: int, limit: int) -> list[Shown]:
    """Replies for somebody who found the story: who left the group still finds their own story, and no more."""
    may = db.scalar(_MAY_READ, {"which": story.group_id, "mine": mine(member)})
    return replies(db.connection(), story.id, after, limit) if may else []


def own_waiting_replies(db: Session, member: AnyReader, story_id: str) -> list[Reply]:
    """One's own replies here that nobody else sees: waiting, returned or removed."""
    found = db.scalars(_OWN_WAITING, {"which": story_id, "own": [m.id for m in member.memberships]})
    return [reply for reply in found if reply.shown is None or reply.latest is not reply.shown]


def own_stories(db: Session, member: Member, after: tuple[datetime, str] | None, limit: int) -> list[Story]:
    """All of one's own stories, over all memberships: only ever to oneself."""
    wanted = select(Story).where(Story.membership_id.in_([m.id for m in member.memberships]))
    if after:
        hour, last = after
        wanted = wanted.where(or_(Story.created_hour < hour, and_(Story.created_hour == hour, Story.id > last)))
    return list(db.scalars(wanted.order_by(Story.created_hour.desc(), Story.id).limit(limit)))


_TITLES = select(StoryVersion.story_id, StoryVersion.title).where(
    among(StoryVersion.story_id, bindparam("ids", type_=Ids)), StoryVersion.is_shown
)


def titles_of(db: Session, ids: Sequence[str]) -> dict[str, str]:
    """Titles of one's own stories, as readers see them."""
    return {row[0]: row[1] for row in db.execute(_TITLES, {"ids": list(ids)})}


def persona_of(db: Session, membership_id: str) -> str:
    return db.scalar(select(Membership.persona).where(Membership.id == membership_id)) or ""


def support_of(db: Connection, subjects: Sequence[str]) -> dict[str, dict[str, int]]:
    """Gestures counted by subject and kind."""
    counts: dict[str, dict[str, int]] = {subject: {} for subject in subjects}
    for subject, kind, count in db.execute(_SUPPORT, {"subjects": list(subjects)}):
        counts[subject][kind.value] = count
    return counts


def open_case(db: Session, subject_id: str) -> Case | None:
    return db.scalars(_OPEN_CASE, {"which": subject_id}).first()


def open_cases_under(db: Session, story_id: str) -> list[Case]:
    """Open cases of a story and of its replies."""
    return list(db.scalars(select(Case).where(Case.story_id == story_id, Case.status == CaseStatus.OPEN)))


def has_flags(db: Session, case: Case) -> bool:
    return db.scalars(select(Flag.id).where(Flag.case_id == case.id).limit(1)).first() is not None


def note_explaining(db: Session, decision_id: str) -> Note | None:
    """A moderator's sentence to the author about a decision."""
    return db.scalars(select(Note).where(Note.explains_id == decision_id, Note.is_for_author)).first()


def exists(db: Session, telling_id: str) -> bool:
    return db.get(Story, telling_id) is not None or db.get(Reply, telling_id) is not None


_NUMBERS = Prepared(
    select(Reply.number, Reply.membership_id)
    .join(Story, Story.id == Reply.story_id)
    .join(Group, Group.id == Reply.group_id)
    .where(Reply.story_id == bindparam("story_id"), Reply.number > bindparam("after"), READABLE)
    .where(is_out(ReplyVersion, Reply), is_out(StoryVersion, Story))
    .order_by(Reply.number)
)


def numbers_after(db: Session, member: AnyReader, story_id: str, after: int) -> list[tuple[int, str]]:
    """Numbers of the replies that came out under a story beyond `after`, and whose they are; none where one may not
    read."""
    rows = _NUMBERS.rows(db.connection(), story_id=story_id, after=after, mine=mine(member))
    return [(number, who) for number, who in rows]
