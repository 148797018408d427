"""Who stands at the desk, and before which case. Pages say nothing of what one may not see; programs are told 403."""

from typing import Annotated

from fastapi import Depends

from app.desk import queries
from app.foundation.web.transaction import Db
from app.members.deps import must_be_found
from app.moderation.models import Case
from app.staff import deps as door

ApiStaff = door.ApiStaff
PageStaff = door.PageStaff


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
