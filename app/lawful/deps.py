"""Who may see to the set-up and the records: administrators. For anybody else there is nothing here."""

from typing import Annotated

from fastapi import Depends, Request

from app.foundation.web.transaction import Db
from app.members.deps import PageMember, must_be_found
from app.members.member import DESK
from app.members.models import Membership
from app.members.rules import can_administer
from app.staff.deps import standing


def _administrator(request: Request, db: Db, member: PageMember) -> Membership:
    standing(request, db, member)
    found: Membership = must_be_found(member.in_group(DESK) if can_administer(member) else None)
    return found


Administrator = Annotated[Membership, Depends(_administrator)]
"""The desk membership under which an administrator acts, whose role is awake and stays until what is written is."""
