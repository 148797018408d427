"""A new reply: judged, written down, and out to readers, in the statements that this needs and no others
(docs/decisions/0014-the-fast-lane.md). What is changed later goes by `fates`."""

from typing import Any

from sqlalchemy import Connection, bindparam, update
from sqlalchemy.orm import Session

from app.foundation import live
from app.foundation.ids import new_id
from app.foundation.prepared import Prepared, insertion, table
from app.foundation.times import this_hour, today
from app.groups import trials
from app.groups.models import Group
from app.moderation.models import Decision, Fate, Finding
from app.moderation.verdict import Verdict
from app.notifications import actions as notifications
from app.notifications.models import NoticeKind
from app.stories import filing
from app.stories.models import Placed, Reply, ReplyVersion, Story
from app.stories.pacing import Author
from app.stories.quick import Answerable

_STORIES, _GROUPS = table(Story), table(Group)
_ONE_MORE = Prepared(
    update(_STORIES)
    .where(_STORIES.c.id == bindparam("of"))
    .values(
        last_number=_STORIES.c.last_number + 1, reply_count=_STORIES.c.reply_count + 1, version=_STORIES.c.version + 1
    )
    .returning(_STORIES.c.last_number)
)
_NEXT_ACTIVITY = Prepared(
    update(_GROUPS)
    .where(_GROUPS.c.id == bindparam("of"))
    .values(activity=_GROUPS.c.activity + 1)
    .returning(_GROUPS.c.activity)
)
_ACTIVE = Prepared(
    update(_STORIES)
    .where(_STORIES.c.id == bindparam("of"))
    .values(activity=bindparam("at", type_=_STORIES.c.activity.type))
)
_DECISION, _FINDING = insertion(Decision), insertion(Finding)
_REPLY, _VERSION = insertion(Reply), insertion(ReplyVersion)


def put(
    db: Session,
    answered: Answerable,
    author: Author,
    reply_id: str,
    body: str,
    verdict: Verdict,
    *,
    to_person: bool,
) -> Placed:
    """Write a reply that was not there before. `to_person`: somebody looks at it first, whatever the rules say."""
    db.flush()
    trials.count(db, answered.ground.id, verdict)
    connection, group_id = db.connection(), answered.ground.id
    decision_id, fate = _decided(connection, verdict, group_id, to_person=to_person)
    is_out = fate is Fate.PUBLISHED
    number, at = _risen(connection, answered.id, group_id) if is_out else (None, 0)
    placed = Placed(reply_id, answered.id, group_id, author.id, number, this_hour(), fate, body, verdict.html)
    _REPLY.run(
        connection, id=reply_id, story_id=answered.id, group_id=group_id, membership_id=author.id, number=number,
        created_hour=placed.hour, is_covered=False,
    )  # fmt: skip
    _VERSION.run(
        connection, reply_id=reply_id, number=1, group_id=group_id, body=body, is_shown=is_out, html=verdict.html,
        decision_id=decision_id,
    )  # fmt: skip
    if number is not None:
        told(db, placed, number, answered.membership_id)
        filing.file_soon(connection, reply_id, group_id, at)
    return placed


def _decided(db: Connection, verdict: Verdict, group_id: str, *, to_person: bool) -> tuple[str, Fate]:
    """Write the rules' decision down, as `Decision.by_rules` makes it: its id, and what it says."""
    decision_id, fate = new_id(), Fate.by_rules(verdict, to_person=to_person)
    _DECISION.run(
        db, id=decision_id, group_id=group_id, previous_id=None, fate=fate, outcome=verdict.outcome, action=None,
        by_membership_id=None, guideline="", day=today(),
    )  # fmt: skip
    for position, found in enumerate(verdict.findings):
        _FINDING.run(db, decision_id=decision_id, position=position, **Finding.kept(found))
    return decision_id, fate


def next_number(db: Connection, story_id: str, group_id: str) -> int:
    """The place of a reply that comes out now. The story rises in its group's list, and is drawn anew.

    Counted by the database itself, the story before its group, as everywhere: two at once take their turns.
    """
    return _risen(db, story_id, group_id)[0]


def _risen(db: Connection, story_id: str, group_id: str) -> tuple[int, int]:
    """The same, with the group's counter."""
    (number,) = _the_one(_ONE_MORE.first(db, of=story_id))
    (at,) = _the_one(_NEXT_ACTIVITY.first(db, of=group_id))
    _ACTIVE.run(db, of=story_id, at=at)
    return int(number), int(at)


def next_activity(db: Connection, group_id: str) -> int:
    """The group's counter, raised: what was drawn of its list is drawn anew."""
    (at,) = _the_one(_NEXT_ACTIVITY.first(db, of=group_id))
    return int(at)


def told(db: Session, reply: Placed | Reply, number: int, whom: str) -> None:
    """A reply came out: who has the story open hears of it, and its author, the membership `whom`, is told."""
    live.raised(db, reply.story_id, number)
    if whom != reply.membership_id:
        notifications.tell(db, whom, reply.group_id, NoticeKind.REPLY, story_id=reply.story_id, reply_id=reply.id)


def _the_one(row: tuple[Any, ...] | None) -> tuple[Any, ...]:
    assert row is not None  # noqa: S101  (the caller found the story; its row is held by this transaction)
    return row
