"""Notices, gathered over an open keyring."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.notifications.models import Notice


def notices(db: Session, membership_ids: Sequence[str], after: tuple[date, str] | None, limit: int) -> list[Notice]:
    """Newest day first, over all of a member's memberships: only their owner ever sees them side by side."""
    wanted = select(Notice).where(Notice.membership_id.in_(membership_ids))
    if after:
        wanted = wanted.where(tuple_(Notice.day, Notice.id) < after)
    return list(db.scalars(wanted.order_by(Notice.day.desc(), Notice.id.desc()).limit(limit)))


def told_after(db: Session, membership_id: str, number: int, limit: int) -> list[Notice]:
    """What one membership was told beyond a number, in that order."""
    wanted = select(Notice).where(Notice.membership_id == membership_id, Notice.number > number)
    return list(db.scalars(wanted.order_by(Notice.number).limit(limit)))
