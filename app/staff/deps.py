"""Who stands at the door with a role, awake or asleep, and who acts with it."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.foundation.db import hold_with_others
from app.foundation.errors import Forbidden, Unfit
from app.foundation.language import gettext as _
from app.foundation.web.csrf import masked
from app.foundation.web.templates import Me
from app.foundation.web.transaction import READING, Db, House
from app.members.cookies import with_cookie
from app.members.deps import ApiMember, PageMember, must_be_found
from app.members.member import DESK, Member
from app.members.models import Membership
from app.members.rules import can_administer
from app.staff import queries
from app.staff.taking import held_as


def standing(request: Request, db: Session, member: Member) -> bool:
    """Whether somebody stands at the desk. Who writes holds their own roles until the end of the transaction: whoever takes
    one away waits for what is being done with it, and what begins later finds it gone (M-10)."""
    if request.method not in READING:
        hold_roles(db, member)
    return member.is_staff


def hold_roles(db: Session, member: Member) -> None:
    """One's own roles as they are now, and as they stay until this transaction ends."""
    for staff in member.with_a_role:
        hold_with_others(db, held_as(staff.id))
        db.refresh(staff)


def page_staff(request: Request, db: Db, member: PageMember) -> Member:
    found: Member = must_be_found(member if standing(request, db, member) else None)
    return found


def api_staff(request: Request, db: Db, member: ApiMember) -> Member:
    if not standing(request, db, member):
        raise Forbidden(_("This is for moderators."))
    return member


PageStaff = Annotated[Member, Depends(page_staff)]
"""The guard of a page of the desk: a moderator or administrator whose role is awake."""
ApiStaff = Annotated[Member, Depends(api_staff)]


def _role(group_id: str, member: PageMember) -> Membership:
    found: Membership = must_be_found(next((m for m in member.with_a_role if m.group_id == group_id), None))
    return found


RoleAt = Annotated[Membership, Depends(_role)]
"""One's own membership with a role in the group of the address, awake or asleep."""


def role_in(db: Session, member: Member, slug: str) -> Membership:
    """One's membership with a role in a group by its short name; without one, the desk's, or else the first. Raises
    Forbidden for who has none, Unfit for a group in which one has none."""
    held = member.with_a_role
    if not held:
        raise Forbidden(_("This is for those who have a role here."))
    group = queries.group_called(db, slug) if slug else None
    found = next((m for m in held if group and m.group_id == group.id), None if slug else held[0])
    if found is None:
        raise Unfit(_("Something needs another look."), {"group": _("You have no role in this group.")})
    return found


def _administrator(member: PageMember) -> Membership:
    found: Membership = must_be_found(member.in_group(DESK) if can_administer(member) else None)
    return found


def _api_administrator(member: ApiMember) -> Membership:
    found = member.in_group(DESK) if can_administer(member) else None
    if found is None:
        raise Forbidden(_("This is for administrators."))
    return found


PageAdministrator = Annotated[Membership, Depends(_administrator)]
"""The desk membership of an administrator whose role is awake; for anybody else there is nothing here."""
ApiAdministrator = Annotated[Membership, Depends(_api_administrator)]


def goes_on(answer: Response, home: House, member: Member, token: str) -> Response:
    """An answer that gives the browser its session's new token."""
    return with_cookie(answer, home, token, own_device=not member.is_shared)


def known_anew(request: Request, member: Member) -> None:
    """A page drawn now has forms of the session that goes on under a new token."""
    request.state.me = Me(member.could_be_staff, member.unread, masked(member.csrf_secret))
