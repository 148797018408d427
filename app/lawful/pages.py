"""The set-up, a page a step: each is saved by itself, in any order, and can be changed later."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.foundation.errors import Conflict, NotFound, Unfit
from app.foundation.language import gettext as _
from app.foundation.settings import Settings
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, Posted, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, HouseDep
from app.lawful import actions, board, public, record_pages, showing
from app.lawful.deps import Administrator
from app.lawful.forms import AdultsForm, CountryForm, GuidelinesForm, HelpForm, HoursForm, OfficeForm
from app.lawful.queries import STEPS
from app.members.models import Membership

router = Doors()
router.take_in(record_pages.router)
opened = Doors()
opened.take_in(public.opened)
"""Doors that need nobody signed in."""


@router.get("/set-up")
def show_steps(request: Request, db: Db, home: HouseDep, staff: Administrator) -> Response:  # noqa: ARG001
    return _overview(request, db, home.settings, Filled())


@router.post("/set-up/open")
def open_to_members(request: Request, db: Db, home: HouseDep, staff: Administrator) -> Response:
    try:
        actions.open_to_members(db, staff, home.settings)
    except Unfit as wrong:
        return _overview(request, db, home.settings, Filled({}, dict(wrong.errors)), wrong.status)
    return RedirectResponse("/set-up", HTTPStatus.SEE_OTHER)


def _overview(request: Request, db: Session, settings: Settings, form: Filled[Any], status: int = 200) -> Response:
    is_trial = board.read(db, settings).is_trial
    return page(
        request, "lawful/set-up.html", status, form=form, steps=showing.steps(db, settings), is_trial=is_trial,
        missing=actions.missing(db, settings), invitation_only=not settings.trial,
    )  # fmt: skip


@router.get("/set-up/{step}")
def ask(request: Request, db: Db, home: HouseDep, staff: Administrator, step: str) -> Response:  # noqa: ARG001
    return _step_page(request, db, home.settings, step, showing.chosen(db, home.settings, step))


@router.post("/set-up/{step}")
def choose(request: Request, db: Db, home: HouseDep, staff: Administrator, step: str, typed: PostedForm) -> Response:
    try:
        with db.begin_nested():
            _choose(db, staff, home.settings, step, typed)
    except (Unfit, Conflict) as wrong:
        form = filled(typed)
        form.errors = wrong.errors or {"looked": wrong.detail}
        return _step_page(request, db, home.settings, step, form, wrong.status)
    return RedirectResponse("/set-up", HTTPStatus.SEE_OTHER)


def _choose(db: Session, staff: Membership, settings: Settings, step: str, typed: Posted) -> None:
    match step:
        case "country":
            actions.choose_country(db, staff, read(CountryForm, typed))
        case "adults":
            actions.choose_adults(db, staff, read(AdultsForm, typed))
        case "hours":
            actions.choose_hours(db, staff, read(HoursForm, typed))
        case "help":
            actions.look_at_help(db, staff, settings, read(HelpForm, typed))
        case "office":
            actions.name_office(db, staff, read(OfficeForm, typed))
        case "guidelines":
            actions.look_at_guidelines(db, staff, read(GuidelinesForm, typed))
        case _:
            raise NotFound(_("There is nothing here, or it is not yours to see."))


def _step_page(
    request: Request, db: Session, settings: Settings, step: str, form: Filled[Any], status: int = 200
) -> Response:
    if step not in STEPS:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return page(
        request, "lawful/step.html", status, form=form, step=step, title=showing.step_name(step),
        **showing.asked(db, settings, step),
    )  # fmt: skip
