"""What has had its time in this room."""

from datetime import timedelta

from sqlalchemy import delete, or_, select, tuple_, update
from sqlalchemy.orm import Session

from app.care.models import Crisis, Debrief, Duty
from app.foundation.times import today
from app.members.models import Membership
from app.moderation.models import Case, CaseStatus

DEBRIEF_DAYS = 30
"""So long what somebody wrote down for themselves and their buddy can be read."""


def past_duties(db: Session, limit: int) -> int:
    """Delete at most `limit` duties whose one day is over everywhere, or whose moderator left; how many that were."""
    is_over = Duty.on_day < today() - timedelta(days=1)
    over = select(Duty.id).join(Membership, Membership.id == Duty.membership_id)
    over = over.where(or_(is_over, Membership.is_left)).limit(limit)
    return len(db.scalars(delete(Duty).where(Duty.id.in_(over)).returning(Duty.id)).all())


def old_debriefs(db: Session, limit: int) -> int:
    """Delete at most `limit` of what moderators wrote down more than 30 days ago; how many that were."""
    is_old = Debrief.day < today() - timedelta(days=DEBRIEF_DAYS)
    old = select(Debrief.tag, Debrief.id).where(is_old).limit(limit)
    gone = delete(Debrief).where(tuple_(Debrief.tag, Debrief.id).in_(old)).returning(Debrief.id)
    return len(db.scalars(gone.execution_options(synchronize_session=False)).all())


def given_wishes(db: Session, limit: int) -> int:
    """Forget at most `limit` wishes that were given to a case which its author closed; how many that were."""
    left = (
        select(Crisis.case_id)
        .join(Case, Case.id == Crisis.case_id)
        .where(Crisis.sealed_wishes.is_not(None), Case.status != CaseStatus.OPEN)
        .limit(limit)
    )
    gone = update(Crisis).where(Crisis.case_id.in_(left)).values(sealed_wishes=None).returning(Crisis.case_id)
    return len(db.scalars(gone.execution_options(synchronize_session=False)).all())
