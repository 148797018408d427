"""How long the journal of deletions remembers."""

from datetime import timedelta

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from app.foundation.times import today
from app.log.models import Deletion

COPY_DAYS = 30
"""How long a backup is kept (SECURITY.md, D-5): members are told so."""
DELETION_DAYS = 40
"""Longer than any backup is kept: no copy can bring back what was deleted."""
MOST_DAYS_LATER = 19
"""A deletion is noted with a day by chance, up to so many days ahead: personas that left together share no day."""


def old_deletions(db: Session, limit: int) -> int:
    """Delete at most `limit` entries of the journal whose day was more than 40 days ago; how many that were."""
    old = select(Deletion.hash).where(Deletion.day < today() - timedelta(days=DELETION_DAYS)).limit(limit)
    gone = db.execute(delete(Deletion).where(Deletion.hash.in_(old)))
    assert isinstance(gone, CursorResult)  # noqa: S101
    return gone.rowcount
