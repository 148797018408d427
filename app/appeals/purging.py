"""How long appeals, requests to a second person, sealed copies and notices from outside are kept (docs/retention.md)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from app.appeals.models import Appeal, AppealStatus, Opening, OutsideNotice, Proposal, ProposalStatus
from app.foundation.times import now, today

YEAR_DAYS = 365
"""Like all that is kept for looking back at what staff did (SECURITY.md, D-4)."""


def old_appeals(db: Session, limit: int) -> int:
    """Appeals that were answered, a year after they were due."""
    ago = today() - timedelta(days=YEAR_DAYS)
    return _drop(db, Appeal.id, (Appeal.status != AppealStatus.OPEN) & (Appeal.due_day < ago), limit)


def old_proposals(db: Session, limit: int) -> int:
    """What nobody agreed to in time is void; what was settled goes after a year."""
    ago = today() - timedelta(days=YEAR_DAYS)
    late = (Proposal.status == ProposalStatus.OPEN) & (Proposal.expires_day < today())
    db.execute(update(Proposal).where(late).values(status=ProposalStatus.VOID))
    return _drop(db, Proposal.id, (Proposal.status != ProposalStatus.OPEN) & (Proposal.expires_day < ago), limit)


def past_openings(db: Session, limit: int) -> int:
    """Sealed material is closed again when its time is over."""
    return _drop(db, Opening.id, Opening.expires_at <= now(), limit)


def old_outside_notices(db: Session, limit: int) -> int:
    """Notices from outside, a year after they came and once they are answered, or stand by a case."""
    ago = today() - timedelta(days=YEAR_DAYS)
    done = OutsideNotice.answered_day.is_not(None) | OutsideNotice.case_id.is_not(None)
    return _drop(db, OutsideNotice.id, done & (OutsideNotice.day < ago), limit)


def _drop(db: Session, key: Any, is_due: Any, limit: int) -> int:
    gone = db.execute(delete(key.class_).where(key.in_(select(key).where(is_due).limit(limit))))
    assert isinstance(gone, CursorResult)  # noqa: S101
    return gone.rowcount
