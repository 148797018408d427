"""Who has which role, what wakes it, and what waits for a second administrator."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from app.groups.models import Group
from app.members.member import DESK
from app.members.models import STAFF, Membership, Role
from app.staff.models import RoleProposal, StaffFactor


def factor(db: Session, membership_id: str) -> StaffFactor | None:
    return db.get(StaffFactor, membership_id)


def held_factor(db: Session, membership_id: str) -> StaffFactor | None:
    """A factor as it is now, held until this transaction ends: one try after the other."""
    wanted = select(StaffFactor).where(StaffFactor.membership_id == membership_id).with_for_update()
    return db.scalars(wanted.execution_options(populate_existing=True)).first()


def with_factors(db: Session, membership_ids: Sequence[str]) -> set[str]:
    """Those of these memberships that have a second factor."""
    return set(db.scalars(select(StaffFactor.membership_id).where(StaffFactor.membership_id.in_(membership_ids))))


def group_called(db: Session, slug: str) -> Group | None:
    """Any group by its short name, the desk too."""
    return db.scalars(select(Group).where(Group.slug == slug)).first()


def staff(db: Session) -> list[Membership]:
    """All memberships with a role of staff, by persona."""
    somebody = cast(Membership.roles, String) != "[]"
    wanted = select(Membership).where(Membership.is_left.is_(False), somebody).order_by(Membership.persona)
    return [m for m in db.scalars(wanted) if m.has(*STAFF)]


def administrators(db: Session) -> list[Membership]:
    """Those who may change roles, as they are now."""
    wanted = select(Membership).where(Membership.group_id == DESK, Membership.is_left.is_(False))
    found = db.scalars(wanted.execution_options(populate_existing=True))
    return [m for m in found if m.has(Role.ADMINISTRATOR)]


def named(db: Session, group_id: str, looks: str) -> Membership | None:
    """A membership that was not left, by the look of its name."""
    wanted = select(Membership).where(Membership.group_id == group_id, Membership.skeleton == looks)
    return db.scalars(wanted.where(Membership.is_left.is_(False))).first()


def membership(db: Session, membership_id: str) -> Membership | None:
    """As it is now, held until this transaction ends."""
    return db.get(Membership, membership_id, with_for_update=True, populate_existing=True)


def proposals(db: Session, today: date) -> list[RoleProposal]:
    return list(
        db.scalars(
            select(RoleProposal)
            .where(RoleProposal.expires_day >= today)
            .order_by(RoleProposal.expires_day, RoleProposal.id)
        )
    )


def proposal(db: Session, proposal_id: str, today: date) -> RoleProposal | None:
    """One that still waits, held until this transaction ends."""
    wanted = (
        select(RoleProposal).where(RoleProposal.id == proposal_id, RoleProposal.expires_day >= today).with_for_update()
    )
    return db.scalars(wanted.execution_options(populate_existing=True)).first()


def same_proposal(db: Session, other: RoleProposal, today: date) -> RoleProposal | None:
    """One that asks for the same and still waits."""
    return next(
        (
            p
            for p in proposals(db, today)
            if (p.kind, p.group_id, p.role, p.membership_id)
            == (other.kind, other.group_id, other.role, other.membership_id)
        ),
        None,
    )
