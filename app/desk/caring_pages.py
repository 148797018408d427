"""Doors for a moderator's own sake: how much today, a buddy, what stayed, and today I can't."""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.care import buddies, carers
from app.care import queries as care
from app.care.forms import BuddyForm, DebriefForm
from app.desk import burden
from app.desk.deps import CaseInHand, PageStaff
from app.foundation.errors import Unfit
from app.foundation.settings import settings
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db
from app.members import queries as members
from app.members.deps import must_be_found
from app.members.member import Member
from app.members.models import Membership

router = Doors()


@router.get("/desk/care")
def show_care(request: Request, db: Db, member: PageStaff) -> Response:
    return _page(request, db, member, Filled())


def _page(request: Request, db: Session, member: Member, form: Filled[Any], status: int = 200) -> Response:
    seat = _seat(member)
    rows = carers.rows_of(db, burden.seats(member))
    today = care.here_and_now().date()
    return page(
        request, "desk/care.html", status, form=form, heavy=carers.heavy_today(rows), budget=settings().heavy_budget,
        has_enough=burden.has_enough(member, rows), is_away=any(row.away_day == today for row in rows),
        practised=max((row.practised_month for row in rows if row.practised_month), default=None),
        is_due_again=carers.is_due_again(rows), entries=buddies.entries(db, member), **_buddy(db, member, seat),
    )  # fmt: skip


def _buddy(db: Session, member: Member, seat: Membership) -> dict[str, Any]:
    """How one stands with a buddy: `none`, `asked` (one asked), `asks` (is asked) or `agreed`; and who that is."""
    row = buddies.buddy_row(db, seat)
    if row is None:
        others = [one for one in care.everybody(db, seat.group_id) if not member.owns(one)]
        names = members.personas(db, others)
        return {"stands": "none", "buddy": "", "others": sorted(names.items(), key=lambda item: item[1])}
    other = row.buddy_membership_id if row.membership_id == seat.id else row.membership_id
    stands = "agreed" if row.is_agreed else "asked" if row.membership_id == seat.id else "asks"
    return {"stands": stands, "buddy": members.personas(db, [other]).get(other, ""), "others": []}


def _seat(member: Member) -> Membership:
    """The membership under which one is looked after: the first that decides."""
    found: Membership = must_be_found(burden.seat_of(member))
    return found


@router.post("/desk/care/on")
def go_on(db: Db, member: PageStaff) -> Response:
    burden.go_on(db, _seat(member))
    return RedirectResponse("/desk", HTTPStatus.SEE_OTHER)


@router.post("/desk/care/away")
def be_away(db: Db, member: PageStaff) -> Response:
    burden.be_away(db, _seat(member))
    return _back()


@router.post("/desk/care/here")
def be_here(db: Db, member: PageStaff) -> Response:
    carers.be_away(db, _seat(member), is_away=False)
    return _back()


@router.post("/desk/care/buddy")
def ask_a_buddy(request: Request, db: Db, member: PageStaff, typed: PostedForm) -> Response:
    try:
        buddies.ask(db, member, _seat(member), read(BuddyForm, typed).whom)
    except Unfit as wrong:
        return _page(request, db, member, filled(typed, wrong), wrong.status)
    return _back()


@router.post("/desk/care/agree")
def agree(db: Db, member: PageStaff) -> Response:
    buddies.agree(db, member, _seat(member))
    return _back()


@router.post("/desk/care/part")
def part(db: Db, member: PageStaff) -> Response:
    buddies.part(db, _seat(member))
    return _back()


@router.post("/desk/care/debrief")
def write_down(request: Request, db: Db, member: PageStaff, typed: PostedForm) -> Response:
    try:
        buddies.write_down(db, member, _seat(member), read(DebriefForm, typed).words)
    except Unfit as wrong:
        return _page(request, db, member, filled(typed, wrong), wrong.status)
    return _back()


@router.post("/desk/care/debrief/{entry_id}/delete")
def throw_away(db: Db, member: PageStaff, entry_id: str) -> Response:
    buddies.throw_away(db, member, entry_id)
    return _back()


@router.post("/desk/cases/{case_id}/pair")
def ask_along(db: Db, member: PageStaff, case: CaseInHand, typed: PostedForm) -> Response:
    burden.ask_along(db, member, case, typed.one("whom"))
    return RedirectResponse(f"/desk/cases/{case.id}", HTTPStatus.SEE_OTHER)


@router.post("/desk/cases/{case_id}/along")
def come_along(db: Db, member: PageStaff, case: CaseInHand) -> Response:
    burden.come_along(db, member, case)
    return RedirectResponse(f"/desk/cases/{case.id}", HTTPStatus.SEE_OTHER)


def _back() -> Response:
    return RedirectResponse("/desk/care", HTTPStatus.SEE_OTHER)
