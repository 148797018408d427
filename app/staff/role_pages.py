"""Doors for administrators: who has a role, asking for a change, and agreeing to what another asked for."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.foundation.errors import Conflict, Unfit
from app.foundation.language import gettext as _
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, HouseDep
from app.groups import queries as groups
from app.groups.models import Group
from app.members.deps import PageMember, must_be_found
from app.members.member import DESK, Member
from app.members.models import Role
from app.staff import appointing, queries, showing
from app.staff.actions import must_be_fresh
from app.staff.deps import PageAdministrator
from app.staff.forms import RoleForm
from app.staff.models import ProposalKind

router = Doors()
ROLES = "/staff/roles"


@router.get("/staff/roles")
def show_staff(request: Request, db: Db, member: PageMember, admin: PageAdministrator) -> Response:  # noqa: ARG001
    return _staff_page(request, db, member, Filled())


def _staff_page(
    request: Request, db: Session, member: Member, form: Filled[Any], said: str = "", status: int = 200
) -> Response:
    roles = (Role.FACILITATOR, Role.MODERATOR, Role.ADMINISTRATOR)
    return page(
        request, "staff/staff.html", status, form=form, staff=showing.staff(db), said=said,
        proposals=showing.proposals(db, member), is_alone=len(queries.administrators(db)) == 1,
        groups=[(g.id, g.name) for g in _groups(db)], roles=[(r.value, showing.role_name(r)) for r in roles],
        mine={m.id for m in member.memberships},
    )  # fmt: skip


def _groups(db: Session) -> list[Group]:
    return [*groups.named(db, [DESK]).values(), *groups.every_one(db)]


@router.post("/staff/roles")
def ask(request: Request, db: Db, member: PageMember, admin: PageAdministrator, typed: PostedForm) -> Response:
    must_be_fresh(member, admin)
    try:
        form = read(RoleForm, typed)
        group = next((g for g in _groups(db) if g.id == form.group), None)
        if group is None:
            raise Unfit(_("Something needs another look."), {"group": _("Choose one of those offered.")})
        asked = appointing.propose(db, member, ProposalKind.GRANT, group, form.persona, form.role)
    except (Unfit, Conflict) as wrong:
        told = wrong if isinstance(wrong, Unfit) else Unfit(wrong.detail, {"role": wrong.detail})
        db.rollback()
        return _staff_page(request, db, member, filled(typed, told), status=wrong.status)
    return _staff_page(request, db, member, Filled(), _said(asked))


def _said(asked: appointing.Asked) -> str:
    return _("Done.") if asked.is_done else _("Asked for. It holds as soon as a second administrator agrees.")


@router.get("/staff/members/{membership_id}")
def show_somebody(
    request: Request, db: Db, member: PageMember, admin: PageAdministrator, membership_id: str  # noqa: ARG001
) -> Response:  # fmt: skip
    return page(request, "staff/somebody.html", who=_shown(db, member, membership_id),
        is_alone=len(queries.administrators(db)) == 1,
    )  # fmt: skip


def _shown(db: Session, member: Member, membership_id: str) -> dict[str, Any]:
    """Somebody else with a role: one's own roles are laid down, not taken."""
    found = next((who for who in showing.staff(db) if who["id"] == membership_id), None)
    shown: dict[str, Any] = must_be_found(None if member.owns(membership_id) else found)
    return shown


@router.post("/staff/members/{membership_id}")
def ask_about(
    request: Request, db: Db, member: PageMember, admin: PageAdministrator, membership_id: str, typed: PostedForm
) -> Response:  # fmt: skip
    must_be_fresh(member, admin)
    who = _shown(db, member, membership_id)
    group: Group = must_be_found(groups.named(db, [who["group_id"]]).get(who["group_id"]))
    wanted = typed.one("do")
    if wanted == "reset":
        asked = appointing.propose(db, member, ProposalKind.RESET, group, who["persona"])
    else:
        role: str = must_be_found(next((value for value, _name in who["roles"] if value == wanted), None))
        asked = appointing.propose(db, member, ProposalKind.REMOVE, group, who["persona"], Role(role))
    return _staff_page(request, db, member, Filled(), _said(asked))


@router.post("/staff/proposals/{proposal_id}/agree")
def agree(
    request: Request, db: Db, home: HouseDep, member: PageMember, admin: PageAdministrator, proposal_id: str
) -> Response:
    must_be_fresh(member, admin)
    appointing.agree(db, member, proposal_id, home.settings.invitation_days)
    return _staff_page(request, db, member, Filled(), _("Done."))


@router.post("/staff/proposals/{proposal_id}/drop")
def drop(db: Db, member: PageMember, admin: PageAdministrator, proposal_id: str) -> Response:
    must_be_fresh(member, admin)
    appointing.drop(db, member, proposal_id)
    return RedirectResponse(ROLES, HTTPStatus.SEE_OTHER)
