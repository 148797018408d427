"""How much waits for a person, as figures alone: for an operator's pager."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.foundation.times import now
from app.moderation.models import Case, CaseStatus, Tier


def urgent_waiting(db: Session) -> tuple[int, int]:
    """How many urgent cases are open, and for how many seconds the oldest of them has waited; 0 and 0 if none is."""
    urgent = select(func.count(), func.min(Case.opened_at)).where(
        Case.status == CaseStatus.OPEN, Case.tier == Tier.URGENT
    )
    count, oldest = db.execute(urgent).one()
    return count, max(0, int((now() - oldest).total_seconds())) if oldest else 0


def open_cases(db: Session) -> int:
    """How many cases of any urgency are open."""
    return db.scalar(select(func.count()).where(Case.status == CaseStatus.OPEN)) or 0
