"""The records of an administrator: what waits, the risk assessment, the record of complaints."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.foundation.errors import Conflict, Unfit
from app.foundation.settings import Settings
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, Posted, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, HouseDep
from app.lawful import actions, board, complaints, reviews
from app.lawful.deps import Administrator
from app.lawful.facts import bears_on, changed, facts
from app.lawful.forms import AssessmentForm
from app.lawful.phrases import shown
from app.lawful.queries import assessments, choices
from app.lawful.risks import LEVELS, level_name, offered, risks
from app.log import actions as log

router = Doors()
SHEET = {"Content-Disposition": 'attachment; filename="complaints.csv"'}
RISK = "risk-"
"""A field a risk."""


@router.get("/records")
def show_records(request: Request, db: Db, home: HouseDep, staff: Administrator) -> Response:  # noqa: ARG001
    board.read(db, home.settings)
    return page(
        request, "lawful/records.html", due=reviews.due(db, home.settings), signed=assessments(db),
        clock=complaints.clock(complaints.complaints(db)), office=choices(db).office,
    )  # fmt: skip


@router.get("/records/assessment")
def show_assessment(request: Request, db: Db, home: HouseDep, staff: Administrator) -> Response:  # noqa: ARG001
    return _assessment_page(request, db, home.settings, _before(db))


def _before(db: Session) -> Filled[Any]:
    """The form with what was signed last, or what is likely."""
    signed = assessments(db)
    known = signed[0].levels if signed else {}
    levels = {f"{RISK}{risk.key}": known.get(risk.key) or offered(risk.key) for risk in risks()}
    return Filled({**levels, "note": signed[0].note if signed else ""})


@router.post("/records/assessment")
def sign(request: Request, db: Db, home: HouseDep, staff: Administrator, typed: PostedForm) -> Response:
    form = Posted({name: value for name, value in typed.fields.items() if not name.startswith(RISK)})
    levels = {name.removeprefix(RISK): typed.one(name) for name in typed.fields if name.startswith(RISK)}
    try:
        with db.begin_nested():
            actions.sign(db, staff, home.settings, read(AssessmentForm, form), levels)
    except (Unfit, Conflict) as wrong:
        again = filled(typed)
        again.errors = {_field(name): said for name, said in (wrong.errors or {"agree": wrong.detail}).items()}
        return _assessment_page(request, db, home.settings, again, wrong.status)
    return RedirectResponse("/records", HTTPStatus.SEE_OTHER)


def _field(name: str) -> str:
    return name if name in AssessmentForm.model_fields else f"{RISK}{name}"


def _assessment_page(
    request: Request, db: Session, settings: Settings, form: Filled[Any], status: int = 200
) -> Response:
    there, signed = facts(db, settings), assessments(db)
    different = changed(signed[0].facts, there) if signed else []
    again = bears_on(different)
    return page(
        request, "lawful/assessment.html", status, form=form, facts=there, changed={fact.key for fact in different},
        again=[risk for risk in risks() if risk.key in again], risks=risks(), again_keys=again,
        levels=[(level, level_name(level)) for level in LEVELS], mark=actions.mark_of(there), newest=signed[0] if signed else None,
        office=choices(db).office,
    )  # fmt: skip


@router.get("/records/complaints")
def show_complaints(request: Request, db: Db, staff: Administrator) -> Response:  # noqa: ARG001
    found = complaints.complaints(db)
    return page(
        request, "lawful/complaints.html", clock=complaints.clock(found), found=[shown(one) for one in found[::-1]]
    )


@router.post("/records/complaints.csv")
def take_complaints_along(db: Db, staff: Administrator) -> Response:
    """A file leaves the site: that is an entry of the log."""
    log.write(db, "records.taken", group_id=None, by=staff.id)
    return Response(complaints.as_csv(complaints.complaints(db)), media_type="text/csv", headers=SHEET)
