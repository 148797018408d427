"""Doors for people: what takes two."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.appeals.models import Act, Proposal
from app.desk import agreeing, sealed
from app.desk.agree_forms import DeclineForm
from app.foundation.errors import Unfit
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db
from app.members.deps import PageMember, must_be_found
from app.members.member import Member
from app.staff.deps import hold_roles

router = Doors()


def _proposal(proposal_id: str, db: Db, member: PageMember) -> Proposal:
    hold_roles(db, member)
    found: Proposal = must_be_found(agreeing.find(db, member, proposal_id))
    return found


ProposalInHand = Annotated[Proposal, Depends(_proposal)]


@router.get("/desk/second")
def show_waiting(request: Request, db: Db, member: PageMember) -> Response:
    return _page(request, db, member, Filled())


def _page(
    request: Request, db: Session, member: Member, form: Filled[Any], status: int = HTTPStatus.OK, wrong: str = ""
) -> Response:
    found = agreeing.waiting(db, member)
    must_be_found(member if member.is_staff or found else None)
    return page(
        request,
        "desk/second.html",
        status,
        form=form,
        wrong=wrong,
        proposals=agreeing.shown(db, member, found),
        openings=[one.case_id for one in sealed.waiting(db, member)],
    )


@router.post("/desk/second/{proposal_id}/agree")
def agree(db: Db, member: PageMember, one: ProposalInHand) -> Response:
    agreeing.agree(db, member, one)
    return RedirectResponse("/desk/second", HTTPStatus.SEE_OTHER)


@router.post("/desk/second/{proposal_id}/decline")
def decline(request: Request, db: Db, member: PageMember, one: ProposalInHand, typed: PostedForm) -> Response:
    try:
        agreeing.decline(db, member, one, read(DeclineForm, typed).sentence)
    except Unfit as wrong:
        return _page(request, db, member, filled(typed, wrong), wrong.status, one.id)
    onward = f"/desk/cases/{one.subject_id}" if one.act is Act.REMOVE else "/desk/second"
    return RedirectResponse(onward, HTTPStatus.SEE_OTHER)


@router.post("/desk/second/{proposal_id}/take-back")
def take_back(db: Db, member: PageMember, one: ProposalInHand) -> Response:
    agreeing.take_back(db, member, one)
    return RedirectResponse("/desk/second", HTTPStatus.SEE_OTHER)
