"""How much waits for a person, as figures alone: for an operator's pager."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.appeals import queries as appeals
from app.foundation.times import now
from app.moderation.models import Case, CaseStatus, Tier


def urgent_waiting(db: Session) -> tuple[int, int]:
    """How many urgent cases are open, with appeals that tell of danger; and for how many seconds the oldest of the cases has
    waited (of an appeal only the day is kept). 0 and 0 if none is."""
    urgent = select(func.count(), func.min(Case.opened_at)).where(
        Case.status == CaseStatus.OPEN, Case.tier == Tier.URGENT
    )
    count, oldest = db.execute(urgent).one()
    return count + appeals.urgent_waiting(db), max(0, int((now() - oldest).total_seconds())) if oldest else 0


def open_cases(db: Session) -> int:
    """How many cases of any urgency are open."""
    return db.scalar(select(func.count()).where(Case.status == CaseStatus.OPEN)) or 0
