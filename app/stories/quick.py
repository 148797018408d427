"""What the pages read most ask for: prebuilt selects and tuples, run on the connection (SPEED.md, "The design that follows").

Who may read is what `queries` says; nothing here decides about it anew.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Connection, and_, bindparam, literal, not_, select, union_all

from app.foundation.prepared import Prepared
from app.groups.models import Ground, Group, Pace
from app.groups.queries import READABLE, SEEN, known, mine
from app.members.member import DESK, AnyReader
from app.members.models import Membership
from app.moderation.models import Decision
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion, Support
from app.stories.queries import ROLES, let_out


class Head(NamedTuple):
    """A story that may be read, before anything of it is drawn."""

    id: str
    group_id: str
    group_name: str
    group_slug: str
    membership_id: str
    version: int
    reply_count: int
    answer_me_with: str | None
    content_notes: str
    last_number: int
    is_closed: bool
    gentle_note: str | None
    answers: str
    is_quiet: bool
    is_covered: bool


class Answerable(NamedTuple):
    """A story that may be read, as whoever answers it needs to know it."""

    id: str
    membership_id: str
    wish: str | None
    """How its author would like to be answered."""
    answers: str
    is_quiet: bool
    ground: Ground


class GroupHead(NamedTuple):
    """A group that may be seen. `activity` is raised by every change to its list of stories."""

    id: str
    name: str
    purpose: str
    prompt: str
    activity: int
    guidelines_version: int
    may_read: bool
    is_closed: bool


class Words(NamedTuple):
    """What readers see of a story itself."""

    title: str
    html: str
    persona: str
    hour: datetime
    was_out_before: bool
    roles: Sequence[str] | None


class Done(NamedTuple):
    """What a reader did under one story: gestures, and replies of theirs that others do not see as they are now."""

    gestures: dict[str, set[str]]
    has_unseen: bool


_HEAD = (
    select(
        Story.id, Story.group_id, Group.name, Group.slug, Story.membership_id, Story.version, Story.reply_count,
        StoryVersion.answer_me_with, StoryVersion.content_notes, Story.last_number, Group.is_closed,
        Story.gentle_note,
        Story.answers, Story.is_quiet, Story.is_covered,
    )
    .join(Group, Group.id == Story.group_id)
    .join(StoryVersion, StoryVersion.story_id == Story.id)
    .join(Decision, Decision.id == StoryVersion.decision_id)
    .where(Story.id == bindparam("story_id"), READABLE, let_out(StoryVersion))
)  # fmt: skip
_ANSWERABLE = (
    select(
        Story.id,
        Story.membership_id,
        StoryVersion.answer_me_with,
        Story.answers,
        Story.is_quiet,
        *(getattr(Group, name) for name in Ground._fields),
    )
    .join(Group, Group.id == Story.group_id)
    .join(StoryVersion, StoryVersion.story_id == Story.id)
    .join(Decision, Decision.id == StoryVersion.decision_id)
    .where(Story.id == bindparam("story_id"), READABLE, let_out(StoryVersion))
)
_GROUP = select(
    Group.id, Group.name, Group.purpose, Group.prompt, Group.activity, Group.guidelines_version, and_(READABLE, Group.id != DESK),
    Group.is_closed,
).where(Group.id == bindparam("group_id"), SEEN)  # fmt: skip
_WORDS = (
    select(StoryVersion.title, StoryVersion.html, Membership.persona, Story.created_hour, Story.was_changed, ROLES)
    .join(StoryVersion, StoryVersion.story_id == Story.id)
    .join(Decision, Decision.id == StoryVersion.decision_id)
    .join(Membership, Membership.id == Story.membership_id)
    .where(Story.id == bindparam("story_id"), let_out(StoryVersion))
)  # fmt: skip
_DONE_SELECT: CompoundSelect[str, Any] = union_all(
    select(Support.subject_id, Support.kind.label("what")).where(
        Support.story_id == bindparam("story_id"), Support.membership_id == bindparam("who")
    ),
    select(Reply.id, literal("").label("what")).where(
        Reply.story_id == bindparam("story_id"),
        Reply.membership_id == bindparam("who"),
        select(ReplyVersion.number)
        .join(Decision, Decision.id == ReplyVersion.decision_id)
        .where(ReplyVersion.reply_id == Reply.id, not_(let_out(ReplyVersion)))
        .exists(),
    ),
)


_WISH = select(StoryVersion.answer_me_with).where(StoryVersion.story_id == bindparam("story_id"), StoryVersion.is_shown)


_HEAD_QUESTION, _GROUP_QUESTION, _DONE_QUESTION = Prepared(_HEAD), Prepared(_GROUP), Prepared(_DONE_SELECT)
_ANSWERABLE_QUESTION = Prepared(_ANSWERABLE)


def head(db: Connection, reader: AnyReader, story_id: str) -> Head | None:
    """A story that this reader may read as others do; None for what waits, is gone, or stands where they may not read."""
    found = _HEAD_QUESTION.first(db, story_id=story_id, mine=mine(reader))
    return Head._make(found) if found else None


def answerable(db: Connection, reader: AnyReader, story_id: str) -> Answerable | None:
    """Like `head`, for whoever answers."""
    found = _ANSWERABLE_QUESTION.first(db, story_id=story_id, mine=mine(reader))
    if found is None:
        return None
    ground = Ground._make(found[5:])
    story_id, membership_id, wish, answers, is_quiet = found[:5]
    return Answerable(story_id, membership_id, wish, answers, bool(is_quiet), ground._replace(pace=Pace(ground.pace)))


def wish_of(db: Connection, story_id: str) -> str | None:
    """How the author of a story that others read would like to be answered."""
    return db.scalar(_WISH, {"story_id": story_id})


def group(db: Connection, reader: AnyReader, group_id: str) -> GroupHead | None:
    """A group that this reader may see, and whether they may read its stories."""
    found = _GROUP_QUESTION.first(db, group_id=group_id, mine=mine(reader), known=known(reader))
    return GroupHead._make(found) if found else None


def words(db: Connection, story_id: str) -> Words | None:
    found = db.execute(_WORDS, {"story_id": story_id}).first()
    return Words._make(found) if found else None


def done(db: Connection, membership_id: str, story_id: str) -> Done:
    """What one membership did under one story."""
    gestures: dict[str, set[str]] = {}
    has_unseen = False
    for subject, what in _DONE_QUESTION.rows(db, story_id=story_id, who=membership_id):
        if what:
            gestures.setdefault(subject, set()).add(str(what))
        else:
            has_unseen = True
    return Done(gestures, has_unseen)
