"""Notices, gathered over an open keyring."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Integer, bindparam, select, tuple_
from sqlalchemy.orm import Session

from app.foundation.prepared import Prepared
from app.notifications.models import Notice


def notices(db: Session, membership_ids: Sequence[str], after: tuple[date, str] | None, limit: int) -> list[Notice]:
    """Newest day first, over all of a member's memberships: only their owner ever sees them side by side."""
    wanted = select(Notice).where(Notice.membership_id.in_(membership_ids))
    if after:
        wanted = wanted.where(tuple_(Notice.day, Notice.id) < after)
    return list(db.scalars(wanted.order_by(Notice.day.desc(), Notice.id.desc()).limit(limit)))


class Told(NamedTuple):
    """A notice as it is told when it happens."""

    number: int
    kind: str
    group_id: str
    story_id: str | None
    reply_id: str | None


_TOLD = Prepared(
    select(*(getattr(Notice, name) for name in Told._fields))
    .where(Notice.membership_id == bindparam("membership_id"), Notice.number > bindparam("after"))
    .order_by(Notice.number)
    .limit(bindparam("most", type_=Integer))
)


def told_after(db: Session, membership_id: str, number: int, limit: int) -> list[Told]:
    """What one membership was told beyond a number, in that order."""
    rows = _TOLD.rows(db.connection(), membership_id=membership_id, after=number, most=limit)
    return [Told._make(row) for row in rows]
