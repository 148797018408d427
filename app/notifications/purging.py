"""How long somebody is told a thing."""

from datetime import timedelta

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from app.foundation.times import today
from app.notifications.models import Notice

NOTICE_DAYS = 30
"""Read or not: what was read is written in the keyring alone (SECURITY.md, D-4)."""


def old_notices(db: Session, limit: int) -> int:
    """Delete at most `limit` notices older than 30 days; how many that were."""
    old = select(Notice.id).where(Notice.day < today() - timedelta(days=NOTICE_DAYS)).limit(limit)
    gone = db.execute(delete(Notice).where(Notice.id.in_(old)))
    assert isinstance(gone, CursorResult)  # noqa: S101
    return gone.rowcount
