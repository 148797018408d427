"""Doors of the practice cases: one after the other, each with what the desk itself would have done."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from app.care import carers, practice
from app.care.forms import PracticeForm
from app.care.models import Level
from app.care.phrases import came_name, level_name, levels
from app.desk import burden
from app.desk.deps import PageStaff
from app.desk.phrases import practice_actions
from app.foundation.errors import Unfit
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db
from app.members.deps import must_be_found

router = Doors()


@router.get("/desk/practice")
def show_next(db: Db, member: PageStaff) -> Response:
    """On to the first case that was not walked yet; once all were, to the first."""
    done = max((row.practised for row in carers.rows_of(db, burden.seats(member))), default=0)
    return _to(done % len(practice.cases()) + 1)


@router.get("/desk/practice/{number}")
def show_case(request: Request, member: PageStaff, number: int) -> Response:
    must_be_found(burden.seat_of(member))
    return _page(request, number, Filled())


@router.post("/desk/practice/{number}")
def try_case(request: Request, db: Db, member: PageStaff, number: int, typed: PostedForm) -> Response:
    try:
        form = read(PracticeForm, typed, number=number)
    except Unfit as wrong:
        return _page(request, number, filled(typed, wrong), wrong.status)
    seat = must_be_found(burden.seat_of(member))
    _page_of(number)
    carers.walked(db, seat, number)
    return _page(request, number, filled(typed), tried=form)


def _page_of(number: int) -> practice.PracticeCase:
    found: practice.PracticeCase = must_be_found(dict(enumerate(practice.cases(), 1)).get(number))
    return found


def _page(
    request: Request, number: int, form: Filled[Any], status: int = 200, tried: PracticeForm | None = None
) -> Response:
    case = _page_of(number)
    names = dict(practice_actions())
    return page(
        request, "desk/practice.html", status, form=form, case=case, number=number, of=len(practice.cases()), tried=tried,
        came=came_name(case.came), actions=practice_actions(), action=names[case.action],
        levels=[(said.value, said.name) for said in levels()], level=level_name(Level(case.level)) if case.level else "",
        agrees=tried is not None and (tried.action, tried.level) == (case.action, case.level),
    )  # fmt: skip


def _to(number: int) -> Response:
    return RedirectResponse(f"/desk/practice/{number}", HTTPStatus.SEE_OTHER)
