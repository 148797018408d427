"""What a reader kept, as it is now: only what they may still read."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from app.foundation.prepared import Ids, Prepared, among
from app.groups.models import Group
from app.groups.queries import may_read
from app.members.member import AnyReader
from app.members.models import Membership
from app.moderation.models import Decision
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion
from app.stories.queries import let_out
from app.stories.reading import mark_of, reading_of

MOST_MOVED = 20
"""Stories that are counted as new in a group. Beyond it is “many”."""


class Kept(NamedTuple):
    """A story that a reader saved or follows."""

    id: str
    title: str
    persona: str
    group_id: str
    group_name: str
    slug: str
    last_number: int
    membership_id: str


class Muted(NamedTuple):
    """A persona that a reader would rather not read. `mark` stands for it, for this reader alone."""

    mark: str
    persona: str
    group_name: str
    slug: str


def stories(db: Session, reader: AnyReader, ids: Iterable[str]) -> list[Kept]:
    """Stories that are still there to be read, in the order of `ids`."""
    wanted = list(ids)
    if not wanted:
        return []
    rows = db.execute(
        select(
            Story.id, StoryVersion.title, Membership.persona, Group.id, Group.name, Group.slug, Story.last_number,
            Story.membership_id,
        )
        .join(StoryVersion, StoryVersion.story_id == Story.id)
        .join(Decision, Decision.id == StoryVersion.decision_id)
        .join(Membership, Membership.id == Story.membership_id)
        .join(Group, Group.id == Story.group_id)
        .where(Story.id.in_(wanted), let_out(StoryVersion), may_read(reader))
    )  # fmt: skip
    found = {row[0]: Kept(*row) for row in rows}
    return [found[one] for one in wanted if one in found]


def new_replies(db: Session, reader: AnyReader, found: Sequence[Kept], seen: dict[str, int]) -> dict[str, int]:
    """How many replies by others came out in each followed story since it was seen; stories without any are left out.
    Those of personas that this reader would rather not read do not count."""
    moved = [and_(Reply.story_id == s.id, Reply.number > seen[s.id]) for s in found if s.last_number > seen[s.id]]
    if not moved:
        return {}
    silent = [m.id for m in reader.memberships] + reading_of(db, reader).muted
    rows = db.execute(
        select(Reply.story_id, func.count())
        .join(ReplyVersion, ReplyVersion.reply_id == Reply.id)
        .join(Decision, Decision.id == ReplyVersion.decision_id)
        .where(or_(*moved), let_out(ReplyVersion), Reply.membership_id.not_in(silent))
        .group_by(Reply.story_id)
    )
    return {row[0]: row[1] for row in rows}


def followed(db: Session, reader: AnyReader, seen: dict[str, int]) -> list[dict[str, Any]]:
    """Stories one follows, those with new replies first, then the newest choice. `after`: the last reply that was seen;
    `new`: how many came since."""
    found = stories(db, reader, reversed(list(seen)))
    new = new_replies(db, reader, found, seen)
    shown = [{**s._asdict(), "new": new.get(s.id, 0), "after": seen[s.id]} for s in found]
    return sorted(shown, key=lambda s: not s["new"])


def moved(db: Session, reader: AnyReader, group_id: str, looked: int) -> int:
    """How many stories of a group one reads came out or were answered since one looked, at most MOST_MOVED.
    One's own words are no news."""
    own = [m.id for m in reader.memberships if m.group_id == group_id]
    found = _MOVED.first(db.connection(), of=group_id, looked=looked, own=own)
    return int(found[0]) if found else 0


def _moved() -> Select[int]:
    own = bindparam("own", type_=Ids)
    last = select(Reply.id).where(Reply.story_id == Story.id, Reply.number == Story.last_number)
    own_story = and_(Story.last_number == 0, among(Story.membership_id, own))
    news = (
        select(Story.id)
        .join(StoryVersion, StoryVersion.story_id == Story.id)
        .join(Decision, Decision.id == StoryVersion.decision_id)
        .where(Story.group_id == bindparam("of"), Story.activity > bindparam("looked"), let_out(StoryVersion))
        .where(not_(own_story), not_(exists(last.where(among(Reply.membership_id, own)))))
        .limit(MOST_MOVED)
    )
    return select(func.count()).select_from(news.subquery())


_MOVED = Prepared(_moved())


def muted(db: Session, reader: AnyReader, ids: Sequence[str]) -> list[Muted]:
    """Personas by name, in the order of `ids`."""
    rows = db.execute(
        select(Membership.id, Membership.persona, Group.name, Group.slug)
        .join(Group, Group.id == Membership.group_id)
        .where(Membership.id.in_(ids))
    )
    found = {row[0]: Muted(mark_of(reader, row[0]), row[1], row[2], row[3]) for row in rows}
    return [found[one] for one in ids if one in found]
