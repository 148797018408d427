"""What stands beside a case and beside the queue: what takes two, what is sealed, what came from outside, what follows."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.appeals import queries as appeals
from app.appeals.ladder import WINDOW_DAYS, step_after
from app.desk import agreeing, appeal_queries, outside, sealed
from app.desk.phrases import illegal_name, step_in_words
from app.foundation.times import today
from app.members.member import Member
from app.moderation.models import Case


def of_case(db: Session, member: Member, case: Case) -> dict[str, Any]:
    since = today() - timedelta(days=WINDOW_DAYS)
    before = appeals.removals(db, case.group_id, since, of=case.membership_id)
    return {
        **agreeing.about_case(db, member, case),
        "outside": [outside.shown(one, illegal_name(one.reason)) for one in appeals.outside_about(db, case.id)],
        "has_sealed": sealed.has_material(db, case),
        "removals": before,
        "window": WINDOW_DAYS,
        "step": step_in_words(step_after(before + 1).most_days),
    }


def of_queue(db: Session, member: Member) -> dict[str, int]:
    """How much waits in the streams beside the queue."""
    count, urgent = appeal_queries.waiting(db, member)
    return {
        "appeals": count,
        "urgent_appeals": urgent,
        "proposals": len(agreeing.waiting(db, member)) + len(sealed.waiting(db, member)),
        "outside": len(outside.waiting(db, member)),
    }
