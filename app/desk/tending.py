"""Doors for those who tend groups: invitations, and a group's own texts."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.desk import founding, proposing, queries, rules
from app.desk.forms import InvitationForm, ItemsPage
from app.desk.founding import administrator, typed_items
from app.desk.phrases import role_name, visibilities
from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, Posted, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, HouseDep
from app.groups import actions as groups
from app.groups import closing
from app.groups.forms import GroupChange
from app.groups.models import Group, Visibility
from app.groups.phrases import kind_name, kinds_to_choose, paces_to_choose
from app.groups.queries import every_one, items, seen_by
from app.groups.rules import can_become
from app.members.deps import PageMember, must_be_found
from app.members.member import DESK, Member
from app.members.models import STAFF, Membership, Role
from app.members.rules import can_administer
from app.staff import appointing

router = Doors()
router.take_in(founding.router)


@router.get("/desk/invite")
def ask_whom(request: Request, db: Db, member: PageMember) -> Response:
    return _invite_page(request, db, member, Filled())


@router.post("/desk/invite")
def invite(request: Request, db: Db, home: HouseDep, member: PageMember, typed: PostedForm) -> Response:
    offered = must_be_found(queries.tended_groups(db, member) or None)
    try:
        form = read(InvitationForm, typed)
        staff = _inviter(member, form, [group.id for group in offered])
    except Unfit as wrong:
        return _invite_page(request, db, member, filled(typed, wrong), status=wrong.status)
    days, waits = home.settings.invitation_days, False
    if form.role in STAFF:
        group = next(g for g in offered if g.id == form.group)
        asked = appointing.propose_invitation(db, member, group, form.role, days)
        code, waits = asked.code, not asked.is_done
    else:
        code = groups.invite(db, staff, form.group, form.role, days)
    return _invite_page(request, db, member, Filled(), code, f"{home.settings.base_url}/come-in/{code}", waits=waits)


def _inviter(member: Member, form: InvitationForm, offered: list[str]) -> Membership:
    """The membership that invites. Raises Unfit for a group or a role that was not offered."""
    staff = rules.tends_as(member, form.group)
    if staff is None or form.group not in offered:
        raise Unfit(_("Something needs another look."), {"group": _("Choose one of those offered.")})
    if not rules.can_invite(member, form.group, form.role):
        raise Unfit(_("Something needs another look."), {"role": _("Choose one of those offered.")})
    return staff


def _invite_page(
    request: Request, db: Session, member: Member, form: Filled[Any], code: str = "", link: str = "", status: int = 200,
    *, waits: bool = False,
) -> Response:  # fmt: skip
    offered = must_be_found(queries.tended_groups(db, member) or None)
    roles = list(Role) if can_administer(member) else [Role.MEMBER]
    return page(
        request, "desk/invite.html", status, form=form, groups=[(group.id, group.name) for group in offered],
        roles=[(role.value, role_name(role)) for role in roles], code=code, link=link, waits=waits,
    )  # fmt: skip


@router.get("/desk/groups")
def list_groups(request: Request, db: Db, member: PageMember) -> Response:
    administrator(member)
    shown = [
        {
            "id": g.id,
            "name": g.name,
            "kind_name": kind_name(g.kind),
            "visibility": g.visibility.value,
            "is_closed": g.is_closed,
        }
        for g in every_one(db)
    ]
    return page(request, "desk/groups.html", groups=shown)


@router.get("/desk/groups/{group_id}/edit")
def show_texts(request: Request, db: Db, member: PageMember, group_id: str) -> Response:
    group: Group = must_be_found(queries.tended_group(db, member, group_id))
    shown = {"name": group.name, "purpose": group.purpose, "prompt": group.prompt}
    form: Filled[Any] = Filled({**shown, "pace": group.pace.value, "visibility": group.visibility.value})
    written = [{"id": item.id, "title": item.title, "text": item.text} for item in items(db, group)]
    return _group_page(request, group, form, written)


@router.post("/desk/groups/{group_id}/edit")
def change_texts(request: Request, db: Db, member: PageMember, group_id: str, typed: PostedForm) -> Response:
    group: Group = must_be_found(queries.tended_group(db, member, group_id))
    staff: Membership = must_be_found(rules.tends_as(member, group_id))
    try:
        form = read(GroupChange, _without_items(typed), items=read(ItemsPage, typed).items)
        groups.change_texts(db, staff, group, form)
    except Unfit as wrong:
        db.rollback()
        return _group_page(request, group, filled(typed, wrong), typed_items(typed), wrong.status)
    return _onward(db, member, group)


@router.get("/desk/groups/{group_id}/close")
def ask_to_close(request: Request, db: Db, member: PageMember, group_id: str) -> Response:
    return _close_page(request, db, member, group_id, is_closed=False)


@router.get("/desk/groups/{group_id}/reopen")
def ask_to_reopen(request: Request, db: Db, member: PageMember, group_id: str) -> Response:
    return _close_page(request, db, member, group_id, is_closed=True)


def _close_page(request: Request, db: Session, member: Member, group_id: str, *, is_closed: bool) -> Response:
    group: Group = must_be_found(queries.tended_group(db, member, group_id))
    if group.id == DESK or group.is_closed is not is_closed:
        return RedirectResponse(f"/desk/groups/{group.id}/edit", HTTPStatus.SEE_OTHER)
    takes_two = not is_closed and proposing.closing_takes_two(db, member, group)
    return page(request, "desk/group-close.html", group=group, takes_two=takes_two, form=Filled())


@router.post("/desk/groups/{group_id}/close")
def close(request: Request, db: Db, member: PageMember, group_id: str, typed: PostedForm) -> Response:
    group: Group = must_be_found(queries.tended_group(db, member, group_id))
    if not proposing.closing_takes_two(db, member, group):
        return _closed(db, member, group_id, closed=True)
    try:
        staff: Membership = must_be_found(rules.tends_as(member, group_id))
        proposing.propose_closing(db, member, group, staff, typed.one("reason"))
    except Unfit as wrong:
        return page(
            request, "desk/group-close.html", wrong.status, group=group, takes_two=True, form=filled(typed, wrong)
        )
    return RedirectResponse("/desk/second", HTTPStatus.SEE_OTHER)


@router.post("/desk/groups/{group_id}/reopen")
def reopen(db: Db, member: PageMember, group_id: str) -> Response:
    return _closed(db, member, group_id, closed=False)


def _closed(db: Session, member: Member, group_id: str, *, closed: bool) -> Response:
    group: Group = must_be_found(queries.tended_group(db, member, group_id))
    closing.close(db, must_be_found(rules.tends_as(member, group_id)), group, closed=closed)
    return _onward(db, member, group)


def _onward(db: Session, member: Member, group: Group) -> Response:
    """Who tends a group from the desk may not see it: by invitation, or closed."""
    onward = f"/groups/{group.id}" if seen_by(db, member, group_id=group.id) else "/desk/groups"
    return RedirectResponse(onward, HTTPStatus.SEE_OTHER)


def _group_page(
    request: Request, group: Group, form: Filled[Any], written: list[dict[str, str]], status: int = 200
) -> Response:
    return page(
        request, "desk/group-edit.html", status, form=form, group=group, items=written, kinds=kinds_to_choose(),
        visibilities=_may_be(group), paces=[] if group.id == DESK else paces_to_choose(), can_close=group.id != DESK,
    )  # fmt: skip


def _may_be(group: Group) -> list[tuple[str, str, str]]:
    return [choice for choice in visibilities() if can_become(group, Visibility(choice[0]))]


def _without_items(typed: Posted) -> Posted:
    return Posted({name: values for name, values in typed.fields.items() if name != "items"})
