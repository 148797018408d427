"""Who stands at the desk, and before which case. Pages say nothing of what one may not see; programs are told 403."""

from typing import Annotated

from fastapi import Depends

from app.desk import queries
from app.foundation.errors import Forbidden
from app.foundation.language import gettext as _
from app.foundation.web.transaction import Db
from app.members.deps import ApiMember, PageMember, must_be_found
from app.members.member import Member
from app.moderation.models import Case


def _staff(member: PageMember) -> Member:
    found: Member = must_be_found(member if member.is_staff else None)
    return found


def _api_staff(member: ApiMember) -> Member:
    if not member.is_staff:
        raise Forbidden(_("This is for moderators."))
    return member


PageStaff = Annotated[Member, Depends(_staff)]
ApiStaff = Annotated[Member, Depends(_api_staff)]


def _case(case_id: str, db: Db, member: PageStaff) -> Case:
    found: Case = must_be_found(queries.case_for(db, member, case_id))
    return found


def _case_to_change(case_id: str, db: Db, member: PageStaff) -> Case:
    found: Case = must_be_found(queries.case_for(db, member, case_id, to_change=True))
    return found


def _api_case(case_id: str, db: Db, member: ApiStaff) -> Case:
    found: Case = must_be_found(queries.case_for(db, member, case_id))
    return found


def _api_case_to_change(case_id: str, db: Db, member: ApiStaff) -> Case:
    found: Case = must_be_found(queries.case_for(db, member, case_id, to_change=True))
    return found


CaseAt = Annotated[Case, Depends(_case)]
CaseInHand = Annotated[Case, Depends(_case_to_change)]
ApiCase = Annotated[Case, Depends(_api_case)]
ApiCaseInHand = Annotated[Case, Depends(_api_case_to_change)]
