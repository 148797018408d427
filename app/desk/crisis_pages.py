"""Doors at a case of danger: I am reading this, how near it is, an answer, wishes, the thread and who answered there."""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from app.care.forms import AnswerForm, LevelForm
from app.care.phrases import quiet_name
from app.desk import crisis
from app.desk.at_case import case_page
from app.desk.deps import CaseInHand, PageStaff
from app.foundation.errors import Unfit
from app.foundation.web.doors import Doors
from app.foundation.web.forms import PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db
from app.members.deps import must_be_found
from app.moderation.models import Case
from app.stories.models import GentleNote

router = Doors()
NOTES = {note.value: note for note in GentleNote}


@router.get("/desk/about/{subject_id}")
def show_what_it_is_about(db: Db, member: PageStaff, subject_id: str) -> Response:
    """From an alert to its case: the open one about these words, or the newest."""
    case: Case = must_be_found(crisis.case_about(db, member, subject_id))
    return _back(case)


@router.post("/desk/cases/{case_id}/reading")
def read_now(db: Db, member: PageStaff, case: CaseInHand) -> Response:
    crisis.read_now(db, member, case)
    return _back(case)


@router.post("/desk/cases/{case_id}/level")
def put_level(request: Request, db: Db, member: PageStaff, case: CaseInHand, typed: PostedForm) -> Response:
    try:
        crisis.put_level(db, member, case, read(LevelForm, typed).level)
    except Unfit as wrong:
        return case_page(request, db, member, case, filled(typed, wrong), wrong.status)
    return _back(case)


@router.post("/desk/cases/{case_id}/answer")
def answer(request: Request, db: Db, member: PageStaff, case: CaseInHand, typed: PostedForm) -> Response:
    try:
        crisis.answer(db, member, case, read(AnswerForm, typed).answer)
    except Unfit as wrong:
        db.rollback()
        return case_page(request, db, member, case, filled(typed, wrong), wrong.status)
    return _back(case)


@router.post("/desk/cases/{case_id}/wishes")
def open_wishes(request: Request, db: Db, member: PageStaff, case: CaseInHand) -> Response:
    opened = crisis.open_wishes(db, member, case)
    return page(request, "desk/wishes.html", case_id=case.id, wishes=opened, if_quiet=quiet_name(opened.if_quiet))


@router.post("/desk/cases/{case_id}/thread")
def look_after_thread(db: Db, member: PageStaff, case: CaseInHand, typed: PostedForm) -> Response:
    """`do`: ask who answered, a note by its key, or `off`."""
    match typed.one("do"):
        case "ask":
            crisis.ask_repliers(db, member, case)
        case "off":
            crisis.put_note(db, member, case, None)
        case chosen:
            crisis.put_note(db, member, case, must_be_found(NOTES.get(chosen)))
    return _back(case)


def _back(case: Case) -> Response:
    return RedirectResponse(f"/desk/cases/{case.id}", HTTPStatus.SEE_OTHER)
