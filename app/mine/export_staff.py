"""What somebody did and wrote as staff, for their own export (SECURITY.md, D-1)."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.care import buddies
from app.care import queries as care
from app.groups.models import Group
from app.log.models import LogEntry
from app.members.member import Member
from app.stories.talks import Handover, Letter


def acts(db: Session, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What one did, as the log has it."""
    own = select(LogEntry).where(LogEntry.by_membership_id.in_(ids))
    for entry in db.scalars(own.order_by(LogEntry.chain, LogEntry.number)):
        yield {"day": entry.day.isoformat(), "act": entry.act, "about": entry.subject, "reason": entry.reason}


def duties(db: Session, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    for one in care.own_duties(db, ids):
        day = {"weekday": one.weekday} if one.on_day is None else {"day": one.on_day.isoformat()}
        yield {"group": _slug(db, one.group_id), **day, "from_hour": one.starts, "to_hour": one.ends}


def debriefs(db: Session, member: Member) -> Iterator[dict[str, Any]]:
    """What one wrote down. What one's buddy wrote is theirs."""
    own = (one for one in buddies.entries(db, member) if one.is_own)
    return ({"day": one.day.isoformat(), "words": one.words} for one in own)


def written(db: Session, kind: type[Handover | Letter], ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Words one left for the next moderator, or wrote to a member: never whom they were about."""
    own = select(kind.group_id, kind.day, kind.html).where(kind.by_membership_id.in_(ids)).order_by(kind.day, kind.id)
    for group_id, day, html in db.execute(own):
        yield {"group": _slug(db, group_id), "day": day.isoformat(), "html": html}


def _slug(db: Session, group_id: str) -> str:
    return db.get_one(Group, group_id).slug
