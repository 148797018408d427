"""Finding groups, always through whoever asks. What they may not see is not found."""

from collections.abc import Sequence
from typing import NamedTuple, Self

from sqlalchemy import ColumnElement, Select, and_, bindparam, literal, not_, or_, select
from sqlalchemy.orm import Session, aliased

from app.foundation.prepared import Ids, Prepared, among
from app.foundation.site import country
from app.groups import rule_queries
from app.groups.models import Ground, Group, GuidelineItem, Visibility
from app.members.member import DESK, AnyReader, Member
from app.members.models import Membership
from app.moderation.guidelines import Guidelines


def listed_for(db: Session, reader: AnyReader | None, after: str, limit: int, *, unknown: bool = False) -> list[Group]:
    """The groups a reader may know of, by slug; with `unknown`, without those of `known_by`. The desk is listed for nobody."""
    told = [not_(among(Group.id, literal(known(reader), Ids)))] if unknown and reader else []
    return list(
        db.scalars(
            select(Group)
            .where(_seen_by(reader), Group.id != DESK, Group.slug > after, *told)
            .order_by(Group.slug)
            .limit(limit)
        )
    )


def known_by(db: Session, reader: AnyReader) -> list[Group]:
    """The groups one has been in, or is waited for in, by slug."""
    theirs = among(Group.id, literal(known(reader), Ids))
    return list(db.scalars(select(Group).where(theirs, Group.id != DESK).order_by(Group.slug)))


def seen_by(db: Session, reader: AnyReader | None, *, slug: str = "", group_id: str = "") -> Group | None:
    """A group whose name, purpose and guidelines this reader may see."""
    if reader is None:
        return db.scalars(_named(_OPEN, slug), {"named": slug or group_id}).first()
    return db.scalars(_named(_SEEN, slug), {"named": slug or group_id, "known": known(reader)}).first()


def joined_by(db: Session, member: Member, *, slug: str = "", group_id: str = "") -> tuple[Group, Membership] | None:
    """A group through one's own membership."""
    group = db.scalars(_named(_JOINED, slug), {"named": slug or group_id, "mine": mine(member)}).first()
    membership = member.in_group(group.id) if group else None
    return (group, membership) if group and membership else None


def readable_by(db: Session, member: AnyReader, *, slug: str = "", group_id: str = "") -> Group | None:
    """A group whose stories this member may read: joined, or open to all who are signed in."""
    return db.scalars(_named(_READABLE, slug), {"named": slug or group_id, "mine": mine(member)}).first()


_IS_OPEN = and_(Group.visibility == Visibility.OPEN, not_(Group.is_closed))


def _seen(known: ColumnElement[list[str]]) -> ColumnElement[bool]:
    return or_(and_(Group.visibility != Visibility.INVITED, not_(Group.is_closed)), among(Group.id, known))


def _readable(mine: ColumnElement[list[str]]) -> ColumnElement[bool]:
    """The one place that says in which groups a member may read what was let through."""
    return or_(_IS_OPEN, among(Group.id, mine))


SEEN = _seen(bindparam("known", type_=Ids))
"""Whose name, purpose and guidelines a member may see, for questions that are prepared; `known` is what `known(reader)` says."""
READABLE = _readable(bindparam("mine", type_=Ids))
"""In which groups a member may read; `mine` is what `mine(member)` says."""


def mine(member: AnyReader) -> list[str]:
    """The groups one has joined and not left."""
    return [m.group_id for m in member.memberships if not m.is_left]


def may_read(member: AnyReader) -> ColumnElement[bool]:
    """`READABLE` for this member."""
    return _readable(literal(mine(member), Ids))


def named(db: Session, ids: Sequence[str]) -> dict[str, Group]:
    """Groups by id, for lists of things in them."""
    return {g.id: g for g in db.scalars(_THESE, {"ids": list(ids)})}


def every_one(db: Session) -> list[Group]:
    """All groups but the desk, by name: for staff of the desk alone."""
    return list(db.scalars(select(Group).where(Group.id != DESK).order_by(Group.name)))


def named_by_slug(db: Session, slug: str) -> Group | None:
    """Any group but the desk, for an operator's command."""
    return db.scalars(select(Group).where(Group.slug == slug, Group.id != DESK)).first()


def seen_desk(db: Session) -> bool:
    return db.get(Group, DESK) is not None


def items(db: Session, group: Group) -> list[GuidelineItem]:
    """The guidelines in force, in order."""
    return items_of(db, group.id, group.guidelines_version)


def items_of(db: Session, group_id: str, version: int) -> list[GuidelineItem]:
    """The guidelines of one version, in order."""
    wanted = select(GuidelineItem).where(GuidelineItem.group_id == group_id, GuidelineItem.version == version)
    return list(db.scalars(wanted.order_by(GuidelineItem.position)))


_DESK = aliased(Group)
_SITE = select(_DESK.rules_version).where(_DESK.id == DESK).scalar_subquery()
_SITE_RULES = Prepared(select(_SITE))
_ITEM_IDS = Prepared(
    select(GuidelineItem.id, _SITE)
    .where(GuidelineItem.group_id == bindparam("group_id"), GuidelineItem.version == bindparam("version"))
    .order_by(GuidelineItem.position)
)


def guidelines_of(db: Session, group: Group | Ground) -> Guidelines:
    """What the judge needs to know of a group."""
    db.flush()
    ids = _ITEM_IDS.rows(db.connection(), group_id=group.id, version=group.guidelines_version)
    site = (ids or _SITE_RULES.rows(db.connection()))[0][-1] or 0
    chosen = rule_queries.chosen(db, group)
    return Guidelines(
        group.guidelines_version, group.language, country(), tuple(row[0] for row in ids), chosen.switched_on,
        chosen.tightened, chosen.own, states=rule_queries.states_of_site(db, site),
    )  # fmt: skip


def slug_taken(db: Session, slug: str) -> bool:
    return db.scalars(select(Group.id).where(Group.slug == slug)).first() is not None


class _Named(NamedTuple):
    """A question for one group, by its slug and by its id: made once, as making it takes longer than answering it."""

    by_slug: Select[Group]
    by_id: Select[Group]

    @classmethod
    def where(cls, *which: ColumnElement[bool]) -> Self:
        wanted = select(Group).where(*which)
        return cls(wanted.where(Group.slug == bindparam("named")), wanted.where(Group.id == bindparam("named")))


_THESE = select(Group).where(among(Group.id, bindparam("ids", type_=Ids)))
_OPEN = _Named.where(_IS_OPEN)
_SEEN = _Named.where(SEEN)
_JOINED = _Named.where(among(Group.id, bindparam("mine", type_=Ids)))
_READABLE = _Named.where(READABLE, Group.id != DESK)


def _named(asked: _Named, slug: str) -> Select[Group]:
    return asked.by_slug if slug else asked.by_id


def known(reader: AnyReader) -> list[str]:
    """The groups one has been in, or is waited for in."""
    return [m.group_id for m in reader.memberships] + [w.group_id for w in reader.keyring.waiting]


def _seen_by(reader: AnyReader | None) -> ColumnElement[bool]:
    return _seen(literal(known(reader), Ids)) if reader else _IS_OPEN
