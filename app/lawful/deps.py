"""Who may see to the set-up and the records: administrators. For anybody else there is nothing here."""

from typing import Annotated

from fastapi import Depends

from app.members.deps import PageMember, must_be_found
from app.members.member import DESK
from app.members.models import Membership
from app.members.rules import can_administer


def _administrator(member: PageMember) -> Membership:
    found: Membership = must_be_found(member.in_group(DESK) if can_administer(member) else None)
    return found


Administrator = Annotated[Membership, Depends(_administrator)]
"""The desk membership under which an administrator acts."""
