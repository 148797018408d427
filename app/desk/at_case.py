"""The page of one case, as every door of the desk that leads back to it draws it."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.desk import beside, showing
from app.foundation.web.forms import Filled
from app.foundation.web.templates import page
from app.members.member import Member
from app.moderation.models import Case


def case_page(
    request: Request, db: Session, member: Member, case: Case, form: Filled[Any], status: int = 200, *, judged: int = 0
) -> Response:
    second = beside.of_case(db, member, case)
    return page(
        request,
        "desk/case.html",
        status,
        form=form,
        second=second,
        judged=judged,
        **showing.case_page(db, member, case),
    )
