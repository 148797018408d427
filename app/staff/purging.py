"""What of roles goes by itself. Each deletes at most `limit` rows that are due, and tells how many that were."""

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from app.foundation.times import today
from app.members.models import STAFF, Membership
from app.staff.models import RoleProposal, StaffFactor


def old_proposals(db: Session, limit: int) -> int:
    """Changes of roles to which nobody agreed in a week."""
    old = select(RoleProposal.id).where(RoleProposal.expires_day < today()).limit(limit)
    gone = db.execute(delete(RoleProposal).where(RoleProposal.id.in_(old)))
    assert isinstance(gone, CursorResult)  # noqa: S101
    return gone.rowcount


def idle_factors(db: Session, limit: int) -> int:
    """Second factors of memberships that have no role any more, as somebody left with one. There are never many rows."""
    found = db.execute(
        select(StaffFactor.membership_id, Membership).join(Membership, Membership.id == StaffFactor.membership_id)
    )
    idle = [membership_id for membership_id, membership in found if not membership.has(*STAFF)][:limit]
    db.execute(delete(StaffFactor).where(StaffFactor.membership_id.in_(idle)))
    return len(idle)
