"""Changing roles: one administrator asks, a second one agrees (SECURITY.md, M-7)."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from app.foundation.db import hold
from app.foundation.errors import Conflict, Forbidden, Unfit
from app.foundation.ids import new_id
from app.foundation.language import gettext as _
from app.foundation.sealing import digest
from app.foundation.times import today
from app.groups import actions as groups
from app.groups.models import Group
from app.log import actions as log
from app.members.member import DESK, Member
from app.members.models import Invitation, Membership, Role
from app.moderation.letters import skeleton
from app.notifications import actions as notifications
from app.notifications.models import NoticeKind
from app.staff import queries, taking
from app.staff.actions import must_be_fresh
from app.staff.models import ProposalKind, RoleProposal

PROPOSAL_DAYS = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking: the proposal, and whether it was carried out at once because nobody else could agree."""

    proposal: RoleProposal
    is_done: bool
    code: str = ""
    """Of an invitation; it works once the proposal is done."""


def propose(
    db: Session, member: Member, kind: ProposalKind, group: Group, persona: str, role: Role | None = None
) -> Asked:
    """Ask for a change of somebody's roles, or for their second factor to be forgotten.

    Raises Asleep unless one confirmed just now, Unfit for a name that nobody has there or a role that does not suit, and
    Conflict where the change makes no difference, or nobody could ever agree to it.
    """
    admin = _alone_with_roles(db, member)
    target = queries.named(db, group.id, skeleton(persona))
    if target is None:
        sentence = _("Nobody has this name in %(group)s.") % {"group": group.name}
        raise Unfit(_("Something needs another look."), {"persona": sentence})
    if member.owns(target.id):
        sentence = _("This is you. Somebody else asks for your roles; you can lay one down yourself.")
        raise Unfit(_("Something needs another look."), {"persona": sentence})
    _must_suit(db, kind, target, role)
    asked = RoleProposal(id=new_id(), group_id=group.id, kind=kind, role=role, membership_id=target.id,
                     by_membership_id=admin.id, expires_day=today() + timedelta(days=PROPOSAL_DAYS))  # fmt: skip
    return Asked(asked, _settled(db, admin, asked))


def propose_invitation(db: Session, member: Member, group: Group, role: Role, days: int) -> Asked:
    """Ask for an invitation into a role. Its code is given now, and works once a second administrator agreed."""
    admin = _alone_with_roles(db, member)
    if len(queries.administrators(db)) == 1:
        code = groups.invite(db, admin, group.id, role, days)
        return Asked(_invitation(admin, group, role, code), True, code)
    code = new_id()
    asked = _invitation(admin, group, role, code)
    _keep(db, admin, asked)
    return Asked(asked, False, code)


def _invitation(admin: Membership, group: Group, role: Role, code: str) -> RoleProposal:
    return RoleProposal(id=new_id(), group_id=group.id, kind=ProposalKind.INVITE, role=role, code_hash=digest(code),
                    by_membership_id=admin.id, expires_day=today() + timedelta(days=PROPOSAL_DAYS))  # fmt: skip


def _alone_with_roles(db: Session, member: Member) -> Membership:
    """The desk membership of an administrator who confirmed just now, as it is now, with nobody else at the roles."""
    admin = member.in_group(DESK)
    if admin is None or not member.wields(admin, Role.ADMINISTRATOR):
        raise Forbidden(_("This is for administrators."))
    must_be_fresh(member, admin)
    hold(db, taking.ROLES)
    db.refresh(admin)
    if not admin.has(Role.ADMINISTRATOR):
        raise Forbidden(_("This is for administrators."))
    return admin


def _must_suit(db: Session, kind: ProposalKind, target: Membership, role: Role | None) -> None:
    if kind is ProposalKind.RESET:
        if queries.factor(db, target.id) is None:
            raise Conflict(_("There is no second factor to forget."))
    elif role not in _roles_in(target.group_id):
        raise Unfit(_("Something needs another look."), {"role": _("There is no such role there.")})
    elif (kind is ProposalKind.GRANT) is target.has(role):
        raise Conflict(_("That is so already."))
    others = [a for a in queries.administrators(db) if a.id != target.id]
    if target.group_id == DESK and target.has(Role.ADMINISTRATOR) and len(others) < 2:
        raise Conflict(
            _(
                "Two other administrators are needed for this, and there are fewer. They can lay their role down themselves, "
                "or whoever runs the server can help."
            )
        )


def _roles_in(group_id: str) -> tuple[Role, ...]:
    return (Role.MODERATOR, Role.ADMINISTRATOR) if group_id == DESK else (Role.FACILITATOR, Role.MODERATOR)


def _settled(db: Session, admin: Membership, asked: RoleProposal) -> bool:
    """Carried out at once by the only administrator there is; else it waits for a second one."""
    if len(queries.administrators(db)) == 1:
        _carry_out(db, admin, asked)
        return True
    _keep(db, admin, asked)
    return False


def _keep(db: Session, admin: Membership, asked: RoleProposal) -> None:
    if asked.kind is not ProposalKind.INVITE and queries.same_proposal(db, asked, today()):
        raise Conflict(_("This was asked for already. A second administrator has to agree."))
    db.add(asked)
    _log(db, "role.asked", admin, asked)


def agree(db: Session, member: Member, proposal_id: str, invitation_days: int) -> RoleProposal:
    """Agree as a second administrator: it is carried out at once.

    Raises Asleep unless one confirmed just now, Conflict for a proposal that is over or void, Forbidden for one's own and
    for one about oneself.
    """
    admin = _alone_with_roles(db, member)
    asked = queries.proposal(db, proposal_id, today())
    if asked is None:
        raise Conflict(_("This does not wait any more: somebody settled it, or its week is over."))
    if asked.by_membership_id == admin.id:
        raise Forbidden(_("You asked for this yourself. Another administrator has to agree."))
    _must_be_about_another(member, asked)
    if asked.by_membership_id not in {a.id for a in queries.administrators(db)}:
        raise Conflict(_("Whoever asked for this is no administrator any more. It is void."))
    _carry_out(db, admin, asked, invitation_days)
    db.delete(asked)
    db.flush()
    return asked


def _must_be_about_another(member: Member, asked: RoleProposal) -> None:
    if asked.membership_id and member.owns(asked.membership_id):
        raise Forbidden(_("This is about you. Another administrator has to decide."))


def drop(db: Session, member: Member, proposal_id: str) -> None:
    """Take a proposal back, or say no to it. Raises Conflict for one that is over, Forbidden for one about oneself."""
    admin = _alone_with_roles(db, member)
    asked = queries.proposal(db, proposal_id, today())
    if asked is None:
        raise Conflict(_("This does not wait any more: somebody settled it, or its week is over."))
    _must_be_about_another(member, asked)
    _log(db, "role.dropped", admin, asked)
    db.delete(asked)


def _carry_out(db: Session, admin: Membership, asked: RoleProposal, invitation_days: int = 0) -> None:
    if asked.kind is ProposalKind.INVITE:
        assert asked.role and asked.code_hash  # noqa: S101
        db.add(Invitation(code_hash=asked.code_hash, role=asked.role, group_id=asked.group_id,
                          expires_day=today() + timedelta(days=invitation_days)))  # fmt: skip
        log.write(db, "invitation.made", group_id=asked.group_id, by=admin.id, reason=asked.role.value)
        return
    target = _target(db, asked)
    if asked.kind is ProposalKind.RESET:
        taking.forget(db, target)
        _log(db, "factor.forgotten", admin, asked)
    elif asked.kind is ProposalKind.GRANT and asked.role:
        target.roles = sorted({*target.roles, asked.role.value})
        _log(db, "role.given", admin, asked)
    elif asked.role:
        taking.take(db, target, asked.role)
        _log(db, "role.taken", admin, asked)
    db.flush()
    notifications.tell(db, target.id, target.group_id, NoticeKind.ROLE)


def _target(db: Session, asked: RoleProposal) -> Membership:
    hold(db, taking.held_as(asked.membership_id or ""))
    target = queries.membership(db, asked.membership_id or "")
    if target is None or target.is_left:
        raise Conflict(_("Whoever this was about has left."))
    return target


def _log(db: Session, act: str, admin: Membership, asked: RoleProposal) -> None:
    subject = f"membership:{asked.membership_id}" if asked.membership_id else ""
    reason = asked.role.value if asked.role else asked.kind.value
    log.write(db, act, group_id=asked.group_id, by=admin.id, subject=subject, reason=reason)
