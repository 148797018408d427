"""Doors for people with a role: what wakes it, and laying it down."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.foundation.errors import Conflict, Unfit
from app.foundation.language import gettext as _
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, Posted, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, House, HouseDep
from app.members.deps import PageMember
from app.members.member import DESK, Member
from app.members.models import Membership, Role
from app.staff import actions, passkeys, queries, role_pages, showing, taking
from app.staff.deps import RoleAt, goes_on, known_anew
from app.staff.factor import Tried
from app.staff.forms import CodePage, FactorPage

router = Doors()
router.take_in(role_pages.router)
KEPT = "kept."
HERE = "/staff"


class Onward(NamedTuple):
    """Where somebody was going when a role was found asleep, and what they had typed."""

    next: str = HERE
    kept: Mapping[str, list[str]] = MappingProxyType({})
    again: bool = False
    """Whether it was sent, and is to be sent once more."""


@router.get("/staff")
def show_roles(request: Request, db: Db, home: HouseDep, member: PageMember) -> Response:
    desk = member.in_group(DESK)
    return page(
        request, "staff/roles.html", roles=showing.own_roles(db, member), asked=home.settings.desk_guards,
        can_administer=desk is not None and desk.has(Role.ADMINISTRATOR),
    )  # fmt: skip


@router.get("/staff/{group_id}/confirm")
def ask_for_code(
    request: Request, db: Db, home: HouseDep, member: PageMember, staff: RoleAt, next: str = HERE
) -> Response:
    if queries.factor(db, staff.id) is None:
        return RedirectResponse(f"/staff/{staff.group_id}/factor?next={_inside(next)}", HTTPStatus.SEE_OTHER)
    return _confirm_page(request, db, home, member, staff, Filled(), Onward(_inside(next)))


def _confirm_page(
    request: Request, db: Session, home: House, member: Member, staff: Membership, form: Filled[Any], onward: Onward,
    status: int = 200,
) -> Response:  # fmt: skip
    row = queries.factor(db, staff.id)
    ceremony = passkeys.to_ask(home.settings, member, staff, actions.opened(member, staff, row)) if row else None
    return page(
        request, "staff/confirm.html", status, form=form, **onward._asdict(), group_id=staff.group_id, said="",
        ceremony=ceremony,
    )  # fmt: skip


@router.post("/staff/{group_id}/confirm")
def confirm(request: Request, db: Db, home: HouseDep, member: PageMember, staff: RoleAt, typed: PostedForm) -> Response:
    onward = _onward(typed)
    if queries.factor(db, staff.id) is None:
        return _factor_page(request, db, home, member, staff, Filled(), onward)
    try:
        token = _woken(db, home, member, staff, typed)
    except Unfit as wrong:
        # Not raised: a code that was wrong counts, so what was written stays written.
        return _confirm_page(request, db, home, member, staff, filled(typed, wrong), onward, wrong.status)
    return _gone_on(request, home, member, token, onward)


def _woken(db: Session, home: House, member: Member, staff: Membership, typed: Posted) -> str:
    if typed.one("passkey"):
        return passkeys.confirm(db, home.settings, member, staff, typed.one("ticket"), typed.one("passkey"))
    tried, token = actions.confirm(db, member, staff, read(CodePage, _only(typed, "code")).code)
    if tried is Tried.RIGHT:
        return token
    sentence = showing.why_not(tried)
    raise Unfit(sentence, {"code": sentence})


def _gone_on(request: Request, home: House, member: Member, token: str, onward: Onward) -> Response:
    known_anew(request, member)
    if onward.again:
        answer: Response = page(request, "staff/kept.html", kept=onward.kept, action=onward.next)
    else:
        answer = RedirectResponse(onward.next, HTTPStatus.SEE_OTHER)
    return goes_on(answer, home, member, token)


@router.get("/staff/{group_id}/factor")
def ask_to_enrol(
    request: Request, db: Db, home: HouseDep, member: PageMember, staff: RoleAt, next: str = HERE
) -> Response:
    if queries.factor(db, staff.id):
        actions.must_be_fresh(member, staff)
    return _factor_page(request, db, home, member, staff, Filled(), Onward(_inside(next)))


def _factor_page(
    request: Request, db: Session, home: House, member: Member, staff: Membership, form: Filled[Any], onward: Onward,
    status: int = 200,
) -> Response:  # fmt: skip
    row = queries.factor(db, staff.id)
    factor = actions.opened(member, staff, row) if row else None
    ceremony = passkeys.to_add(home.settings, member, staff, factor) if factor else None
    return page(
        request, "staff/factor.html", status, form=form, **onward._asdict(), group_id=staff.group_id,
        offer=showing.offer(_offer(member, staff, form)), factor=factor, ceremony=ceremony,
    )  # fmt: skip


def _offer(member: Member, staff: Membership, form: Filled[Any]) -> actions.Offer:
    """The same key again after a code that was wrong: the app has it already."""
    before = form.values.get("offer")
    if not isinstance(before, str) or "offer" in form.errors:
        return actions.offer(member, staff)
    try:
        return actions.offer(member, staff, actions.offered(member, staff, before))
    except Unfit:
        return actions.offer(member, staff)


@router.post("/staff/{group_id}/factor")
def enrol(request: Request, db: Db, home: HouseDep, member: PageMember, staff: RoleAt, typed: PostedForm) -> Response:
    onward = _onward(typed)
    try:
        form = read(FactorPage, _only(typed, "code", "offer"))
        codes, token = actions.enrol(db, member, staff, form.offer, form.code)
    except Unfit as wrong:
        return _factor_page(request, db, home, member, staff, filled(typed, wrong), onward, wrong.status)
    known_anew(request, member)
    shown = page(request, "staff/spare-codes.html", codes=codes, **onward._asdict(), action=onward.next)
    return goes_on(shown, home, member, token)


@router.post("/staff/{group_id}/spare-codes")
def renew_spare_codes(request: Request, db: Db, member: PageMember, staff: RoleAt) -> Response:
    codes = actions.new_spare_codes(db, member, staff)
    return page(request, "staff/spare-codes.html", codes=codes, **Onward()._asdict(), action=HERE)


@router.post("/staff/{group_id}/passkeys")
def add_passkey(
    request: Request, db: Db, home: HouseDep, member: PageMember, staff: RoleAt, typed: PostedForm
) -> Response:
    try:
        token = passkeys.add(db, home.settings, member, staff, typed.one("ticket"), typed.one("passkey"))
    except Unfit as wrong:
        return _factor_page(request, db, home, member, staff, filled(Posted(), wrong), Onward(), wrong.status)
    return _gone_on(request, home, member, token, Onward())


@router.post("/staff/{group_id}/passkeys/forget")
def forget_passkeys(db: Db, member: PageMember, staff: RoleAt) -> Response:
    passkeys.forget(db, member, staff)
    return RedirectResponse(HERE, HTTPStatus.SEE_OTHER)


@router.get("/staff/{group_id}/lay-down")
def ask_to_lay_down(request: Request, db: Db, member: PageMember, staff: RoleAt) -> Response:
    return page(request, "staff/lay-down.html", role=showing.own_role(db, member, staff))


@router.post("/staff/{group_id}/lay-down")
def lay_down(db: Db, member: PageMember, staff: RoleAt, typed: PostedForm) -> Response:
    chosen = [Role(role) for role in typed.fields.get("role", []) if role in staff.roles]
    if not chosen:
        raise Conflict(_("You do not have this role any more."))
    for role in chosen:
        taking.lay_down(db, member, staff, role)
    return RedirectResponse(HERE if member.with_a_role else "/groups", HTTPStatus.SEE_OTHER)


def _only(typed: Posted, *names: str) -> Posted:
    return Posted({name: values for name, values in typed.fields.items() if name in names})


def _onward(typed: Posted) -> Onward:
    kept = {name.removeprefix(KEPT): values for name, values in typed.kept.items() if name.startswith(KEPT)}
    return Onward(_inside(typed.one("next")), kept, bool(typed.one("again")))


def _inside(address: str) -> str:
    """An address of this site: nobody is sent elsewhere."""
    plain = address.startswith("/") and not address.startswith("//") and address.isprintable() and "\\" not in address
    return address if plain else HERE
