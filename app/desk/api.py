"""Doors for programs: the queue, taking and deciding a case, flags, and the log (CONTRACT.md)."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from app.desk import (
    actions,
    agree_api,
    answers,
    appeal_api,
    claiming,
    cursors,
    flagging,
    group_api,
    queries,
    queue,
    rule_api,
    talk_api,
)
from app.desk.deps import ApiCase, ApiCaseInHand, ApiStaff
from app.desk.forms import (
    LONGEST_CURSOR,
    MOST_ON_A_PAGE,
    PAGE,
    CaseInFull,
    CaseList,
    CoverForm,
    DecisionForm,
    EntryList,
    FlagCall,
    HandoverForm,
    QueueAsked,
    QueueCall,
    Receipt,
)
from app.foundation.web.doors import Doors
from app.foundation.web.transaction import Db, an_act
from app.groups import queries as groups
from app.members.deps import ApiMember, must_be_found
from app.members.once import OnceDep
from app.stories.models import Reply, Story

router = Doors()
router.take_in(group_api.router, appeal_api.router, agree_api.router, rule_api.router, talk_api.router)
Limit = Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE)]
Cursor = Annotated[str, Query(max_length=LONGEST_CURSOR)]


@router.get("/moderation/cases", summary="What waits for a person, most urgent first")
def list_cases(db: Db, member: ApiStaff, asked: Annotated[QueueCall, Query()]) -> CaseList:
    wanted = asked.wanted(_group_id(db, asked.group), asked.status)
    found = queue.page_of(db, member, wanted, cursors.case(asked.after), asked.limit)
    return CaseList(items=answers.cases(db, queries.seen(db, found.cases)), next=cursors.of_case(found.next))


def _group_id(db: Session, slug: str) -> str:
    """A group that nobody has is one where nothing waits."""
    found = groups.named_by_slug(db, slug) if slug else None
    return found.id if found else slug


@router.post(
    "/moderation/cases/next", response_model=CaseInFull, summary="Take the first case that is free",
    responses={HTTPStatus.NO_CONTENT.value: {"description": "Nothing waits that is free."}},
)  # fmt: skip
def take_next(db: Db, member: ApiStaff, asked: QueueAsked, once: OnceDep) -> Response:
    case = claiming.take_next(db, member, asked.wanted(_group_id(db, asked.group)), opens=True)
    if case is None:
        return once.done()
    return once.answered(HTTPStatus.OK, answers.case_in_full(db, case).model_dump(mode="json"))


@router.get("/moderation/cases/{case_id}", summary="One case, with its words: to read them is in the log")
@an_act
def show_case(db: Db, member: ApiStaff, case: ApiCase) -> CaseInFull:
    claiming.open_words(db, member, case)
    return answers.case_in_full(db, case)


@router.post("/moderation/cases/{case_id}/claim", response_model=CaseInFull, summary="Take a case in hand for a while")
def claim(db: Db, member: ApiStaff, case: ApiCaseInHand, once: OnceDep) -> JSONResponse:
    claiming.claim(db, member, case, opens=True)
    return once.answered(HTTPStatus.OK, answers.case_in_full(db, case).model_dump(mode="json"))


@router.post("/moderation/cases/{case_id}/release", response_model=CaseInFull, summary="Give a case back")
def release(
    db: Db, member: ApiStaff, case: ApiCaseInHand, once: OnceDep, form: HandoverForm | None = None
) -> JSONResponse:
    claiming.release(db, member, case, form.note if form else "")
    return once.answered(HTTPStatus.OK, answers.case_in_full(db, case).model_dump(mode="json"))


@router.put("/moderation/cases/{case_id}/cover", status_code=HTTPStatus.NO_CONTENT, summary="Put words behind a note")
def cover(db: Db, member: ApiStaff, case: ApiCaseInHand, form: CoverForm, once: OnceDep) -> Response:
    claiming.cover(db, member, case, is_covered=form.covered)
    return once.done()


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
    return once.answered(HTTPStatus.ACCEPTED, {"receipt": flagging.flag(db, member, telling, form)})


@router.get("/moderation/log", summary="What staff did: append-only, chained by hashes")
def show_log(db: Db, member: ApiStaff, after: Cursor = "", limit: Limit = PAGE) -> EntryList:
    found = queries.log_for(db, member, cursors.entry(after), limit + 1)
    more = cursors.of_entry(found[limit - 1].chain, found[limit - 1].number) if len(found) > limit else None
    return EntryList(items=answers.entries(db, found[:limit]), next=more)
