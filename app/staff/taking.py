"""Taking roles away, so that it holds at once everywhere: by two administrators, by oneself, or by the operator (M-10)."""

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from app.foundation.db import hold
from app.foundation.errors import Conflict
from app.foundation.language import gettext as _
from app.log import actions as log
from app.members.member import Member
from app.members.models import STAFF, Membership, Role
from app.moderation.models import Case
from app.notifications import actions as notifications
from app.notifications.models import NoticeKind
from app.staff import queries
from app.staff.models import RoleProposal, StaffFactor

ROLES = "roles of the site"
"""Whoever changes a role, or counts who has one, does so alone."""


def held_as(membership_id: str) -> str:
    """By what the roles of a membership are held, by those who act with them and by whoever changes them."""
    return f"roles {membership_id}"


def take(db: Session, target: Membership, role: Role) -> None:
    """The role is gone for every process from the next request on: what it had in hand is free, what waited because of it
    is void, and without any role there is no second factor either. The caller holds ROLES and the target's own roles."""
    target.roles = [held for held in target.roles if held != role.value]
    db.flush()
    db.execute(update(Case).where(Case.claimed_by == target.id).values(claimed_by=None, claimed_until=None))
    void = or_(RoleProposal.membership_id == target.id, RoleProposal.by_membership_id == target.id)
    db.execute(delete(RoleProposal).where(void))
    if not target.has(*STAFF):
        forget(db, target)


def forget(db: Session, target: Membership) -> None:
    """Its second factor goes: the next visit sets up a new one."""
    db.execute(delete(StaffFactor).where(StaffFactor.membership_id == target.id))


def lay_down(db: Session, member: Member, staff: Membership, role: Role) -> None:
    """Lay one's own role down, at once and without asking anybody. Raises Conflict for the last administrator."""
    _begin(db, staff, role)
    if role is Role.ADMINISTRATOR and len(queries.administrators(db)) == 1:
        raise Conflict(
            _("You are the only administrator, and somebody has to be one. Invite another one first, then lay it down.")
        )
    take(db, staff, role)
    _log(db, "role.laid-down", staff, role.value, by=staff.id)
    member.powers.missing = ""


def taken_by_operator(db: Session, target: Membership, role: Role) -> None:
    """By nobody's name. Raises Conflict for a role that is not there."""
    _begin(db, target, role)
    take(db, target, role)
    _log(db, "role.taken", target, role.value)
    notifications.tell(db, target.id, target.group_id, NoticeKind.ROLE)


def forgotten_by_operator(db: Session, target: Membership) -> None:
    """By nobody's name. Raises Conflict where there is nothing to forget."""
    if queries.held_factor(db, target.id) is None:
        raise Conflict(_("There is no second factor to forget."))
    forget(db, target)
    _log(db, "factor.forgotten", target, "reset")
    notifications.tell(db, target.id, target.group_id, NoticeKind.ROLE)


def _begin(db: Session, target: Membership, role: Role) -> None:
    """Nobody else changes roles or acts with these, from here on."""
    hold(db, ROLES)
    hold(db, held_as(target.id))
    db.refresh(target, with_for_update=True)
    if not target.has(role):
        raise Conflict(_("This role is not there any more."))


def _log(db: Session, act: str, target: Membership, reason: str, by: str | None = None) -> None:
    log.write(db, act, group_id=target.group_id, by=by, subject=f"membership:{target.id}", reason=reason)
