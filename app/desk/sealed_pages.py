"""Doors for people: the sealed material of a case."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.appeals.models import OpeningReason
from app.desk import sealed
from app.desk.agree_forms import SealedForm
from app.desk.deps import CaseAt, CaseInHand, PageStaff
from app.desk.phrases import opening_reason_name
from app.foundation.errors import Unfit
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, HouseDep
from app.members import queries as members
from app.members.member import Member
from app.moderation.models import Case

router = Doors()


@router.get("/desk/cases/{case_id}/sealed")
def show(request: Request, db: Db, home: HouseDep, member: PageStaff, case: CaseAt) -> Response:
    return _page(request, db, home.settings.sealed_hours, member, case, Filled())


def _page(
    request: Request, db: Session, hours: int, member: Member, case: Case, form: Filled[Any],
    status: int = HTTPStatus.OK, material: list[sealed.Material] | None = None,
) -> Response:  # fmt: skip
    opened = sealed.opening_of(db, case)
    names = (
        members.personas(db, [m for m in (opened.by_membership_id, opened.second_membership_id) if m]) if opened else {}
    )
    return page(
        request, "desk/sealed.html", status, form=form, case_id=case.id, has_material=sealed.has_material(db, case),
        opened=opened and {
            "by": names.get(opened.by_membership_id, ""), "second": names.get(opened.second_membership_id or "", ""),
            "reason": opening_reason_name(opened.reason), "mine": member.owns(opened.by_membership_id),
            "may_look": sealed.may_look(member, opened),
        },
        hours=hours, asking_hours=sealed.ASKING_HOURS, material=material,
        reasons=[(reason.value, opening_reason_name(reason)) for reason in OpeningReason],
    )  # fmt: skip


@router.post("/desk/cases/{case_id}/sealed/ask")
def ask(request: Request, db: Db, home: HouseDep, member: PageStaff, case: CaseInHand, typed: PostedForm) -> Response:
    try:
        sealed.ask(db, member, case, read(SealedForm, typed).reason)
    except Unfit as wrong:
        return _page(request, db, home.settings.sealed_hours, member, case, filled(typed, wrong), wrong.status)
    return RedirectResponse(f"/desk/cases/{case.id}/sealed", HTTPStatus.SEE_OTHER)


@router.post("/desk/cases/{case_id}/sealed/agree")
def agree(db: Db, member: PageStaff, case: CaseInHand) -> Response:
    sealed.agree(db, member, case)
    return RedirectResponse(f"/desk/cases/{case.id}/sealed", HTTPStatus.SEE_OTHER)


@router.post("/desk/cases/{case_id}/sealed/look")
def look(request: Request, db: Db, home: HouseDep, member: PageStaff, case: CaseInHand) -> Response:
    found = sealed.look(db, member, case)
    return _page(request, db, home.settings.sealed_hours, member, case, Filled(), material=found)
