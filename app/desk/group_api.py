"""Doors for programs of those who look after groups: making, changing and closing them (CONTRACT.md)."""

from http import HTTPStatus

from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from app.desk import proposing, queries, rules
from app.desk.agree_forms import CloseForm
from app.foundation.errors import Forbidden
from app.foundation.language import gettext as _
from app.foundation.web.doors import Doors
from app.foundation.web.transaction import Db
from app.groups import actions as groups
from app.groups import closing
from app.groups.forms import GroupPatch, GroupTended, NewGroup
from app.groups.models import Group
from app.groups.queries import seen_by
from app.groups.showing import changed, tended
from app.members.deps import ApiMember, must_be_found
from app.members.member import DESK, Member
from app.members.models import Membership
from app.members.once import Once, OnceDep
from app.members.rules import can_administer

router = Doors()


@router.post("/groups", status_code=HTTPStatus.CREATED, response_model=GroupTended, summary="Open a group")
def open_group(db: Db, member: ApiMember, form: NewGroup, once: OnceDep) -> JSONResponse:
    staff = member.in_group(DESK) if can_administer(member) else None
    if staff is None:
        raise Forbidden(_("This is for administrators."))
    return _answered(db, groups.open_group(db, staff, form), once, HTTPStatus.CREATED)


@router.patch("/groups/{slug}", response_model=GroupTended, summary="Change a group one looks after")
def change_group(db: Db, member: ApiMember, slug: str, form: GroupPatch, once: OnceDep) -> JSONResponse:
    group = in_care(db, member, slug)
    groups.change_texts(db, rules.tends_as(member, group.id), group, changed(db, group, form))
    return _answered(db, group, once)


@router.post(
    "/groups/{slug}/close", response_model=GroupTended, summary="Close a group one looks after",
    responses={HTTPStatus.ACCEPTED: {"model": GroupTended, "description": "A second person must agree"}},
)  # fmt: skip
def close(db: Db, member: ApiMember, slug: str, once: OnceDep, form: CloseForm | None = None) -> JSONResponse:
    """202 where a second person must agree: in a group that has other members."""
    group = in_care(db, member, slug)
    if proposing.closing_takes_two(db, member, group):
        staff: Membership = must_be_found(rules.tends_as(member, group.id))
        proposing.propose_closing(db, member, group, staff, form.reason if form else "")
        return _answered(db, group, once, HTTPStatus.ACCEPTED)
    return _answered(db, closing.close(db, rules.tends_as(member, group.id), group), once)


@router.post("/groups/{slug}/reopen", response_model=GroupTended, summary="Open a closed group again")
def reopen(db: Db, member: ApiMember, slug: str, once: OnceDep) -> JSONResponse:
    group = in_care(db, member, slug)
    return _answered(db, closing.close(db, rules.tends_as(member, group.id), group, closed=False), once)


def in_care(db: Session, member: Member, slug: str) -> Group:
    """A group that this member looks after. Raises Forbidden for one they can only see, NotFound for any other."""
    found = queries.tended_by_slug(db, member, slug)
    if found is None:
        must_be_found(seen_by(db, member, slug=slug))
        raise Forbidden(_("This is for those who look after the group."))
    return found


def _answered(db: Session, group: Group, once: Once, status: int = HTTPStatus.OK) -> JSONResponse:
    return once.answered(status, tended(db, group).model_dump())
