"""Writing the log and the journal of deletions, in the same transaction as the act (SECURITY.md, M-3, D-6)."""

import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.db import hold
from app.foundation.ids import new_id
from app.foundation.sealing import digest
from app.foundation.times import today
from app.log.acts import outline
from app.log.models import Deletion, LogEntry
from app.log.purging import MOST_DAYS_LATER
from app.log.rules import FIRST, SITE, Written, chained


def write(
    db: Session, act: str, *, group_id: str | None, by: str | None, subject: str = "", reason: str = ""
) -> LogEntry:
    """Append an act to the group's chain, or to the site's when it concerns no group.

    `by` is the staff membership that acted.
    """
    chain = group_id or SITE
    hold(db, f"log {chain}")
    last = db.scalars(select(LogEntry).where(LogEntry.chain == chain).order_by(LogEntry.number.desc()).limit(1)).first()
    entry = LogEntry(
        chain=chain,
        day=today(),
        number=last.number + 1 if last else 1,
        group_id=group_id,
        act=act,
        by_membership_id=by,
        subject=subject,
        reason=reason,
        outline=outline(act, reason),
        salt=new_id(),
        previous_hash=last.hash if last else FIRST,
    )
    entry.hash = chained(entry.previous_hash, Written.of(entry))
    db.add(entry)
    db.flush()
    return entry


def deleted(db: Session, *ids: str) -> None:
    """Note that things with these random ids are gone for good: a restored backup deletes them again. Each gets a day of
    its own by chance, today or later, so that no two of them are seen to belong together."""
    for one in ids:
        db.merge(Deletion(hash=digest(one), day=today() + timedelta(days=secrets.randbelow(MOST_DAYS_LATER + 1))))
    db.flush()
