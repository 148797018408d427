"""Doors for programs: what takes two (CONTRACT.md, "202 where a second person must agree")."""

from http import HTTPStatus
from typing import Any

from fastapi.responses import Response

from app.appeals.models import Proposal
from app.desk import agreeing
from app.desk.agree_forms import DeclineForm, ProposalList, ProposalShown
from app.foundation.web.doors import Doors
from app.foundation.web.transaction import Db
from app.members.deps import ApiMember, must_be_found
from app.members.once import OnceDep
from app.staff.deps import hold_roles

router = Doors()


@router.get("/moderation/proposals", summary="What waits for a second person")
def list_proposals(db: Db, member: ApiMember) -> ProposalList:
    found = agreeing.shown(db, member, agreeing.waiting(db, member))
    return ProposalList(items=[_shown(one) for one in found], next=None)


def _shown(one: dict[str, Any]) -> ProposalShown:
    subject = f"{'group' if one['is_closing'] else 'case'}:{one['subject_id']}"
    return ProposalShown(
        id=one["id"], act=one["act"], subject=subject, group=one["group"], by=one["by"], day=one["day"].isoformat(),
        until=one["until"].isoformat(), html=one["html"], may_agree=not one["why_not"],
    )  # fmt: skip


def _found(db: Db, member: ApiMember, proposal_id: str) -> Proposal:
    hold_roles(db, member)
    found: Proposal = must_be_found(agreeing.find(db, member, proposal_id))
    return found


@router.post(
    "/moderation/proposals/{proposal_id}/agree",
    status_code=HTTPStatus.NO_CONTENT,
    summary="Agree, as the second person",
)
def agree(db: Db, member: ApiMember, proposal_id: str, once: OnceDep) -> Response:
    agreeing.agree(db, member, _found(db, member, proposal_id))
    return once.done()


@router.post(
    "/moderation/proposals/{proposal_id}/decline",
    status_code=HTTPStatus.NO_CONTENT,
    summary="Do not agree, and say why",
)
def decline(db: Db, member: ApiMember, proposal_id: str, form: DeclineForm, once: OnceDep) -> Response:
    agreeing.decline(db, member, _found(db, member, proposal_id), form.sentence)
    return once.done()


@router.delete(
    "/moderation/proposals/{proposal_id}", status_code=HTTPStatus.NO_CONTENT, summary="Take back what one asked for"
)
def take_back(db: Db, member: ApiMember, proposal_id: str, once: OnceDep) -> Response:
    agreeing.take_back(db, member, _found(db, member, proposal_id))
    return once.done()
