"""Which appeals somebody at the desk may look at: never those about themselves."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, select, true, tuple_
from sqlalchemy.orm import Session

from app.appeals.models import Appeal, AppealStatus
from app.desk.rules import moderated_groups, sees_every_group
from app.groups import queries as groups
from app.groups.models import Group
from app.members import queries as members
from app.members.member import Member
from app.stories import restoring
from app.stories.models import ReplyVersion, StoryVersion

_RANK = case((Appeal.is_urgent, 0), else_=1)
Place = tuple[int, date, str]
"""Where a page of the stream ended: whether it was urgent, by when it is due, and its id."""


class Looked(NamedTuple):
    """An appeal with what is shown of it."""

    appeal: Appeal
    group: Group
    persona: str


def stream(db: Session, member: Member, *, is_open: bool, after: Place | None, limit: int) -> list[Appeal]:
    """Appeals that one may look at: danger first, then what is due first."""
    answered = Appeal.status.in_([AppealStatus.UPHELD, AppealStatus.OVERTURNED])
    wanted = _for(member).where(Appeal.status == AppealStatus.OPEN if is_open else answered)
    if after:
        wanted = wanted.where(tuple_(_RANK, Appeal.due_day, Appeal.id) > after)
    return list(db.scalars(wanted.order_by(_RANK, Appeal.due_day, Appeal.id).limit(limit)))


def place_of(one: Appeal) -> Place:
    return (0 if one.is_urgent else 1, one.due_day, one.id)


def find(db: Session, member: Member, appeal_id: str, *, to_change: bool = False) -> Appeal | None:
    """One of them. `to_change` keeps everybody else's hands off it until the transaction ends."""
    wanted = _for(member).where(Appeal.id == appeal_id)
    if to_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return db.scalars(wanted).first()


def waiting(db: Session, member: Member) -> tuple[int, int]:
    """How many are open, and how many of these tell of danger."""
    found = _for(member).where(Appeal.status == AppealStatus.OPEN).subquery()
    urgent = func.coalesce(func.sum(case((found.c.is_urgent, 1), else_=0)), 0)
    count, pressing = db.execute(select(func.count(), urgent).select_from(found)).one()
    return int(count), int(pressing)


def _for(member: Member) -> Select[Appeal]:
    own = [m.id for m in member.memberships]
    return select(Appeal).where(in_reach(member, Appeal.group_id), Appeal.membership_id.not_in(own))


def in_reach(member: Member, group_id: Any) -> ColumnElement[bool]:
    """The groups whose words a member decides about."""
    return true() if sees_every_group(member) else group_id.in_(moderated_groups(member))


def looked(db: Session, found: Sequence[Appeal]) -> list[Looked]:
    named = groups.named(db, list({a.group_id for a in found}))
    names = members.personas(db, [a.membership_id for a in found])
    return [Looked(a, named[a.group_id], names.get(a.membership_id, "")) for a in found]


def words_under(db: Session, one: Appeal, *decision_ids: str) -> StoryVersion | ReplyVersion | None:
    """The version that a decision was about; None if its author took it back, or it is about a pause."""
    telling = restoring.telling_of(db, one.subject.partition(":")[0], one.subject_id)
    found: list[Any] = [v for v in telling.versions if v.decision_id in decision_ids] if telling else []
    return found[0] if found else None
