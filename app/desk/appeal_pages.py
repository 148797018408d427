"""Doors for people: asking for a second look, and the stream in which that is answered."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.appeals.models import Appeal
from app.desk import appeal_cursors, appeal_queries, appeal_showing, appeals
from app.desk.appeal_forms import AnswerForm, AppealForm
from app.desk.cursors import LONGEST
from app.desk.deps import PageStaff
from app.desk.forms import PAGE
from app.foundation.errors import Conflict, Unfit
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db
from app.members.deps import PageMember, must_be_found
from app.members.member import Member
from app.moderation.verdict import Help

router = Doors()
Cursor = Annotated[str, Query(max_length=LONGEST)]


def _appeal(appeal_id: str, db: Db, member: PageStaff) -> Appeal:
    found: Appeal = must_be_found(appeal_queries.find(db, member, appeal_id))
    return found


def _appeal_to_change(appeal_id: str, db: Db, member: PageStaff) -> Appeal:
    found: Appeal = must_be_found(appeal_queries.find(db, member, appeal_id, to_change=True))
    return found


AppealAt = Annotated[Appeal, Depends(_appeal)]
AppealInHand = Annotated[Appeal, Depends(_appeal_to_change)]


@router.get("/appeals/{kind}/{subject_id}")
def ask(request: Request, db: Db, member: PageMember, kind: str, subject_id: str) -> Response:
    return _ask_page(request, db, member, f"{kind}:{subject_id}", Filled())


def _ask_page(
    request: Request, db: Session, member: Member, subject: str, form: Filled[Any], status: int = HTTPStatus.OK,
    help_lines: tuple[Help, ...] = (), *, sent: bool = False,
) -> Response:  # fmt: skip
    shown = appeal_showing.asking(db, appeals.asked(db, member, subject))
    return page(request, "appeals/ask.html", status, form=form, help=help_lines, sent=sent, **shown)


@router.post("/appeals/{kind}/{subject_id}")
def appeal(request: Request, db: Db, member: PageMember, kind: str, subject_id: str, typed: PostedForm) -> Response:
    subject = f"{kind}:{subject_id}"
    appeals.asked(db, member, subject)
    try:
        _made, help_lines = appeals.appeal(db, member, read(AppealForm, typed, subject=subject))
    except Conflict:
        return _ask_page(request, db, member, subject, Filled())
    except Unfit as wrong:
        return _ask_page(request, db, member, subject, filled(typed, wrong), wrong.status)
    return _ask_page(request, db, member, subject, Filled(), help_lines=help_lines, sent=True)


@router.get("/desk/appeals")
def show_stream(request: Request, db: Db, member: PageStaff, status: str = "open", after: Cursor = "") -> Response:
    is_open = status != "answered"
    found = appeal_queries.stream(db, member, is_open=is_open, after=appeal_cursors.read(after), limit=PAGE + 1)
    more = f"?status={status}&after={appeal_cursors.of(found[PAGE - 1])}" if len(found) > PAGE else None
    lines = appeal_showing.lines(db, member, found[:PAGE])
    return page(request, "desk/appeals.html", appeals=lines, is_open=is_open, next=more)


@router.get("/desk/appeals/{appeal_id}")
def show_appeal(request: Request, db: Db, member: PageStaff, one: AppealAt) -> Response:
    return _appeal_page(request, db, member, one, Filled())


def _appeal_page(
    request: Request, db: Session, member: Member, one: Appeal, form: Filled[Any], status: int = HTTPStatus.OK
) -> Response:
    return page(request, "desk/appeal.html", status, form=form, **appeal_showing.whole(db, member, one))


@router.post("/desk/appeals/{appeal_id}/answer")
def answer(request: Request, db: Db, member: PageStaff, one: AppealInHand, typed: PostedForm) -> Response:
    try:
        appeals.answer(db, member, one, read(AnswerForm, typed))
    except Unfit as wrong:
        db.rollback()
        again: Appeal = must_be_found(appeal_queries.find(db, member, one.id))
        return _appeal_page(request, db, member, again, filled(typed, wrong), wrong.status)
    return RedirectResponse("/desk/appeals", HTTPStatus.SEE_OTHER)
