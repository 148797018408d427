"""Doors for people: the queue, taking the next case or this one, opening its words, giving it back."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response

from app.desk import beside, burden, casefile, claiming, cursors, queries, queue, showing
from app.desk.deps import CaseAt, CaseInHand, PageStaff
from app.desk.forms import PAGE, HandoverForm, QueueAsked, QueueSeen
from app.desk.phrases import kinds
from app.foundation.errors import Unfit
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db
from app.lab.queries import questions
from app.members.deps import PageMember, must_be_found
from app.members.member import DESK
from app.members.rules import can_administer

router = Doors()


@router.get("/desk")
def show_queue(request: Request, db: Db, member: PageMember, asked: Annotated[QueueSeen, Query()]) -> Response:
    if member.is_waited_for_at_the_desk:
        return RedirectResponse(f"/groups/{DESK}/join", HTTPStatus.SEE_OTHER)
    must_be_found(member if member.is_staff else None)
    found = queue.page_of(db, member, asked.wanted(asked.group, asked.status), cursors.case(asked.after), PAGE)
    offered = burden.offered(db, member, queries.seen(db, found.cases))
    chosen = asked.model_dump(mode="json", exclude_defaults=True, exclude={"after", "done", "free"})
    return page(
        request, "desk/queue.html", cases=showing.lines(db, offered), filter=asked.status, asked=asked,
        next=_address({**chosen, "after": cursors.of_case(found.next)}) if found.next else None,
        still=_address({**chosen, "waits": "no"}), looking=_address({**chosen, "waits": ""}),
        groups=showing.groups_to_choose(db, member), kinds=kinds(), can_administer=can_administer(member),
        second=beside.of_queue(db, member), rules_ask=len(questions(db)) if can_administer(member) else 0,
        burden=burden.shown(db, member), **showing.around(db, member),
    )  # fmt: skip


def _address(chosen: dict[str, str | None]) -> str:
    said = {name: value for name, value in chosen.items() if value}
    return f"/desk?{urlencode(said)}" if said else "/desk"


@router.post("/desk/next")
def take_next(db: Db, member: PageStaff, typed: PostedForm) -> Response:
    asked = read(QueueAsked, typed)
    case = claiming.take_next(db, member, asked.wanted(asked.group))
    if case is None:
        return RedirectResponse(_address({**asked.model_dump(mode="json", exclude_defaults=True), "free": "no"}), 303)
    return RedirectResponse(f"/desk/cases/{case.id}", HTTPStatus.SEE_OTHER)


@router.post("/desk/cases/{case_id}/claim")
def claim(db: Db, member: PageStaff, case: CaseInHand) -> Response:
    claiming.claim(db, member, case)
    return RedirectResponse(f"/desk/cases/{case.id}", HTTPStatus.SEE_OTHER)


@router.post("/desk/cases/{case_id}/read")
def open_words(request: Request, db: Db, member: PageStaff, case: CaseInHand) -> Response:
    """Who has the case in hand may come back to its words as long as they hold it; anybody else reads them this once."""
    claiming.open_words(db, member, case)
    if claiming.is_open_to(member, case):
        return RedirectResponse(f"/desk/cases/{case.id}", HTTPStatus.SEE_OTHER)
    return page(request, "desk/case.html", form=Filled(), **casefile.case_page(db, member, case, is_read=True))


@router.post("/desk/cases/{case_id}/cover")
def cover(db: Db, member: PageStaff, case: CaseInHand) -> Response:
    claiming.cover(db, member, case, is_covered=True)
    return RedirectResponse(f"/desk/cases/{case.id}", HTTPStatus.SEE_OTHER)


@router.post("/desk/cases/{case_id}/uncover")
def uncover(db: Db, member: PageStaff, case: CaseInHand) -> Response:
    claiming.cover(db, member, case, is_covered=False)
    return RedirectResponse(f"/desk/cases/{case.id}", HTTPStatus.SEE_OTHER)


@router.get("/desk/cases/{case_id}/back")
def ask_to_give_back(request: Request, db: Db, member: PageStaff, case: CaseAt) -> Response:
    return page(request, "desk/back.html", form=Filled(), case=showing.line(db, case), **showing.around(db, member))


@router.post("/desk/cases/{case_id}/release")
def release(request: Request, db: Db, member: PageStaff, case: CaseInHand, typed: PostedForm) -> Response:
    try:
        claiming.release(db, member, case, read(HandoverForm, typed).note)
    except Unfit as wrong:
        db.rollback()
        around = showing.around(db, member)
        line = showing.line(db, case)
        return page(request, "desk/back.html", wrong.status, form=filled(typed, wrong), case=line, **around)
    return RedirectResponse("/desk", HTTPStatus.SEE_OTHER)
