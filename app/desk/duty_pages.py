"""Doors of the duty calendar: who is here when, and taking hours or giving them back."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.care import actions
from app.care import queries as care
from app.care.forms import DutyForm
from app.care.rules import HOURS_A_DAY
from app.desk import duty_showing
from app.desk.deps import PageStaff
from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, Posted, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db
from app.members.deps import must_be_found
from app.members.member import Member
from app.members.models import Membership

router = Doors()
AT_ONCE_HOURS = 2
"""Hours of duty that one press takes."""


@router.get("/desk/duty")
def show_calendar(request: Request, db: Db, member: PageStaff) -> Response:
    return _page(request, db, member, Filled())


@router.post("/desk/duty")
def take_duty(request: Request, db: Db, member: PageStaff, typed: PostedForm) -> Response:
    try:
        form = read(DutyForm, _without_place(typed))
        actions.take_duty(db, _seat(member, typed.one("group")), form)
    except Unfit as wrong:
        return _page(request, db, member, filled(typed, wrong), wrong.status)
    return _back()


@router.post("/desk/duty/now")
def begin_now(db: Db, member: PageStaff) -> Response:
    """On duty from this hour on, for two full hours at least, or until the day is over."""
    at = care.here_and_now()
    ends = min(at.hour + AT_ONCE_HOURS + (at.minute > 0), HOURS_A_DAY)
    actions.take_duty(db, _seat(member, ""), DutyForm(day=at.date(), starts=at.hour, ends=ends))
    return _back()


@router.post("/desk/duty/{duty_id}/back")
def give_back(db: Db, member: PageStaff, duty_id: str) -> Response:
    actions.give_duty_back(db, [m.id for m in member.memberships], duty_id)
    return _back()


def _seat(member: Member, group_id: str) -> Membership:
    """The membership that is on duty: of this place, or the first one. Raises Unfit for a place one does not look after."""
    own = duty_showing.seats(member)
    must_be_found(own or None)
    found = next((m for m in own if m.group_id == group_id), None) if group_id else own[0]
    if found is None:
        raise Unfit(_("Something needs another look."), {"group": _("Choose one of those offered.")})
    return found


def _without_place(typed: Posted) -> Posted:
    return Posted({name: values for name, values in typed.fields.items() if name != "group"})


def _page(request: Request, db: Session, member: Member, form: Filled[Any], status: int = 200) -> Response:
    must_be_found(duty_showing.seats(member) or None)
    return page(request, "desk/duty.html", status, form=form, **duty_showing.calendar(db, member))


def _back() -> Response:
    return RedirectResponse("/desk/duty", HTTPStatus.SEE_OTHER)
