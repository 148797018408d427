"""The page of one case, as every door of the desk that leads back to it draws it."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.desk import casefile
from app.foundation.web.forms import Filled
from app.foundation.web.templates import page
from app.members.member import Member
from app.moderation.models import Case


def case_page(
    request: Request, db: Session, member: Member, case: Case, form: Filled[Any], status: int = 200, *, judged: int = 0
) -> Response:
    shown = {**casefile.case_page(db, member, case), "judged": judged}
    return page(request, "desk/case.html", status, form=form, **shown)
