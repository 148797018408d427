"""Doors for programs: the queue, taking and deciding a case, flags, and the log (CONTRACT.md)."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from fastapi.responses import JSONResponse

from app.desk import actions, agree_api, answers, appeal_api, cursors, group_api, queries, rule_api
from app.desk.deps import ApiCase, ApiCaseInHand, ApiStaff
from app.desk.forms import (
    MOST_ON_A_PAGE,
    PAGE,
    CaseInFull,
    CaseList,
    DecisionForm,
    EntryList,
    FlagCall,
    Receipt,
)
from app.desk.queries import Status
from app.foundation.web.doors import Doors
from app.foundation.web.transaction import Db
from app.members.deps import ApiMember, must_be_found
from app.members.once import OnceDep
from app.stories.models import Reply, Story

router = Doors()
router.include_router(group_api.router)
router.include_router(appeal_api.router)
router.include_router(agree_api.router)
router.include_router(rule_api.router)
Limit = Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE)]
Cursor = Annotated[str, Query(max_length=cursors.LONGEST)]


@router.get("/moderation/cases", summary="What waits for a person, most urgent first")
def list_cases(db: Db, member: ApiStaff, status: Status = "open", after: Cursor = "", limit: Limit = PAGE) -> CaseList:
    found = queries.queue(db, member, status, cursors.case(after), limit + 1)
    more = cursors.of_case(found[limit - 1]) if len(found) > limit else None
    return CaseList(items=answers.cases(db, queries.seen(db, found[:limit])), next=more)


@router.get("/moderation/cases/{case_id}", summary="One case, with its words")
def show_case(db: Db, case: ApiCase) -> CaseInFull:
    return answers.case_in_full(db, case)


@router.post("/moderation/cases/{case_id}/claim", response_model=CaseInFull, summary="Take a case in hand for a while")
def claim(db: Db, member: ApiStaff, case: ApiCaseInHand, once: OnceDep) -> JSONResponse:
    actions.claim(db, member, case)
    return once.answered(HTTPStatus.OK, answers.case_in_full(db, case).model_dump(mode="json"))


@router.post("/moderation/cases/{case_id}/release", response_model=CaseInFull, summary="Give a case back")
def release(db: Db, member: ApiStaff, case: ApiCaseInHand, once: OnceDep) -> JSONResponse:
    actions.release(db, member, case)
    return once.answered(HTTPStatus.OK, answers.case_in_full(db, case).model_dump(mode="json"))


@router.post(
    "/moderation/cases/{case_id}/decision", response_model=CaseInFull, summary="Decide a case one holds",
    responses={HTTPStatus.ACCEPTED: {"model": CaseInFull, "description": "A second person must agree"}},
)  # fmt: skip
def decide(db: Db, member: ApiStaff, case: ApiCaseInHand, form: DecisionForm, once: OnceDep) -> JSONResponse:
    actions.decide(db, member, case, form)
    status = HTTPStatus.ACCEPTED if case.is_open else HTTPStatus.OK
    return once.answered(status, answers.case_in_full(db, case).model_dump(mode="json"))


@router.post("/flags", status_code=HTTPStatus.ACCEPTED, response_model=Receipt, summary="Ask for a look at words")
def flag(db: Db, member: ApiMember, form: FlagCall, once: OnceDep) -> JSONResponse:
    telling: Story | Reply = must_be_found(queries.flaggable(db, member, form.subject))
    return once.answered(HTTPStatus.ACCEPTED, {"receipt": actions.flag(db, member, telling, form)})


@router.get("/moderation/log", summary="What staff did: append-only, chained by hashes")
def show_log(db: Db, member: ApiStaff, after: Cursor = "", limit: Limit = PAGE) -> EntryList:
    found = queries.log_for(db, member, cursors.entry(after), limit + 1)
    more = cursors.of_entry(found[limit - 1].chain, found[limit - 1].number) if len(found) > limit else None
    return EntryList(items=answers.entries(db, found[:limit]), next=more)
