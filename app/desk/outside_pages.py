"""Doors for notices from outside: open to everybody to send and to follow, and for the desk to answer."""

from http import HTTPStatus
from typing import Any

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from app.appeals.models import Illegal, Outcome, OutsideNotice
from app.desk import outside
from app.desk.deps import PageStaff
from app.desk.outside_forms import OutsideAnswer, OutsideForm
from app.desk.phrases import illegal_name, outcome_name
from app.foundation.errors import Unfit
from app.foundation.web import tickets
from app.foundation.web.csrf import must_be_ours
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, Posted, PostedForm, filled, read
from app.foundation.web.limits import Door
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, House, HouseDep
from app.members.deps import must_be_found, perhaps_signed_in
from app.moderation.verdict import Help

opened = Doors()
"""Doors that need nobody signed in."""
router = Doors()
PURPOSE = "notice from outside"
HOURS = 24
"""How long the page may stay open before it is sent."""
LEAST_SECONDS = 3
"""Nobody reads the page and writes in less (R-5)."""


@opened.get("/notice", dependencies=[Depends(perhaps_signed_in)])
def ask(request: Request, home: HouseDep) -> Response:
    return _form(request, Filled(), tickets.issue(home.keys.signing, PURPOSE))


def _form(
    request: Request, form: Filled[Any], ticket: str, status: int = HTTPStatus.OK, *, slower: bool = False
) -> Response:
    kinds = [(kind.value, illegal_name(kind)) for kind in Illegal]
    return page(request, "appeals/notice.html", status, form=form, ticket=ticket, kinds=kinds, slower=slower)


@opened.post("/notice", dependencies=[Depends(perhaps_signed_in)])
def give(request: Request, db: Db, home: HouseDep, typed: PostedForm) -> Response:
    must_be_ours(request)
    home.limits.must_pass(Door.NOTICE, request)
    try:
        ticket_id, ticket, is_young = _ticketed(home, typed)
        form = read(OutsideForm, typed)
    except Unfit as wrong:
        fresh = tickets.issue(home.keys.signing, PURPOSE) if "ticket" in wrong.errors else typed.one("ticket")
        return _form(request, filled(typed, wrong), fresh, wrong.status)
    if is_young:
        return _form(request, filled(typed), ticket, slower=True)
    reference, help_lines = outside.give(db, home.keys, ticket_id, form)
    return _sent(request, home, reference, help_lines)


def _ticketed(home: House, typed: Posted) -> tuple[str, str, bool]:
    ticket = typed.one("ticket")
    ticket_id, age = tickets.read(home.keys.signing, PURPOSE, ticket, HOURS)
    return ticket_id, ticket, home.settings.rate_limits and age < LEAST_SECONDS


def _sent(request: Request, home: House, reference: str, help_lines: tuple[Help, ...]) -> Response:
    address = f"{home.settings.base_url}/notice/{reference}"
    return page(request, "appeals/notice-sent.html", reference=reference, address=address, help=help_lines)


@opened.get("/notice/{reference}", dependencies=[Depends(perhaps_signed_in)])
def follow(request: Request, db: Db, reference: str) -> Response:
    one: OutsideNotice = must_be_found(outside.by_reference(db, reference))
    state = outside.state_in_words(db, one)
    return page(request, "appeals/notice-state.html", day=one.day, state=state, answered=one.answered_day)


@router.get("/desk/outside")
def show_waiting(request: Request, db: Db, member: PageStaff) -> Response:
    found = [outside.shown(one, illegal_name(one.reason)) for one in outside.waiting(db, member)]
    return page(request, "desk/outside.html", notices=found, outcomes=[(o.value, outcome_name(o)) for o in Outcome])


@router.post("/desk/outside/{notice_id}/answer")
def answer(db: Db, member: PageStaff, notice_id: str, typed: PostedForm) -> Response:
    one: OutsideNotice = must_be_found(db.get(OutsideNotice, notice_id, with_for_update=True))
    outside.answer(db, member, one, read(OutsideAnswer, typed).outcome)
    return RedirectResponse("/desk/outside", HTTPStatus.SEE_OTHER)
