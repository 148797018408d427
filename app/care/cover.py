"""Whether anybody is on duty, as members are told it."""

from sqlalchemy.orm import Session

from app.care import queries
from app.care.phrases import nobody_on_duty
from app.members.member import DESK


def unstaffed(db: Session, group_id: str = DESK) -> str:
    """An honest sentence while nobody is on duty; empty while somebody is, or where no calendar is kept."""
    if queries.on_duty(db, group_id) or not queries.has_calendar(db, group_id):
        return ""
    return nobody_on_duty()
