"""Doors for programs: asking for a second look, and answering that (CONTRACT.md)."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Query
from fastapi.responses import JSONResponse

from app.appeals.models import Appeal
from app.desk import appeal_cursors, appeal_queries, appeal_showing, appeals
from app.desk.appeal_forms import AnswerForm, AppealAnswer, AppealForm, AppealList, AppealShown
from app.desk.cursors import LONGEST
from app.desk.deps import ApiStaff
from app.desk.forms import MOST_ON_A_PAGE, PAGE
from app.foundation.web.doors import Doors
from app.foundation.web.transaction import Db
from app.members.deps import ApiMember, must_be_found
from app.members.member import Member
from app.members.once import OnceDep

router = Doors()
Limit = Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE)]
Cursor = Annotated[str, Query(max_length=LONGEST)]


@router.post(
    "/appeals",
    status_code=HTTPStatus.CREATED,
    response_model=AppealAnswer,
    summary="Ask that another person looks again",
)
def appeal(db: Db, member: ApiMember, form: AppealForm, once: OnceDep) -> JSONResponse:
    made, help_lines = appeals.appeal(db, member, form)
    return once.answered(HTTPStatus.CREATED, appeal_showing.own(db, made, help_lines))


@router.get("/moderation/appeals", summary="Appeals that wait, danger first, then what is due first")
def list_appeals(
    db: Db, member: ApiStaff, status: Literal["open", "answered"] = "open", after: Cursor = "", limit: Limit = PAGE
) -> AppealList:
    place = appeal_cursors.read(after)
    found = appeal_queries.stream(db, member, is_open=status == "open", after=place, limit=limit + 1)
    more = appeal_cursors.of(found[limit - 1]) if len(found) > limit else None
    return AppealList(items=[_shown(db, member, one) for one in found[:limit]], next=more)


def _shown(db: Db, member: Member, one: Appeal) -> AppealShown:
    whole = appeal_showing.whole(db, member, one)
    line = whole["line"]
    return AppealShown(
        id=one.id, subject=one.subject, group=line["group"], persona=line["persona"], urgent=one.is_urgent,
        status=one.status.value, day=one.day.isoformat(), due=one.due_day.isoformat(), late=line["late"],
        may_answer=not line["why_not"], html=one.html, statement=whole["statement"],
    )  # fmt: skip


@router.get("/moderation/appeals/{appeal_id}", summary="One appeal, with the reasons of what was decided")
def show_appeal(db: Db, member: ApiStaff, appeal_id: str) -> AppealShown:
    return _shown(db, member, must_be_found(appeal_queries.find(db, member, appeal_id)))


@router.post("/moderation/appeals/{appeal_id}/answer", response_model=AppealShown, summary="Answer an appeal")
def answer(db: Db, member: ApiStaff, appeal_id: str, form: AnswerForm, once: OnceDep) -> JSONResponse:
    one: Appeal = must_be_found(appeal_queries.find(db, member, appeal_id, to_change=True))
    appeals.answer(db, member, one, form)
    return once.answered(HTTPStatus.OK, _shown(db, member, one).model_dump(mode="json"))
