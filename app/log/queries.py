"""Reading the log."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.sealing import digest
from app.log.models import Deletion, LogEntry
from app.log.rules import is_sound

BATCH = 1000


def entries(db: Session, chains: Sequence[str] | None, after: tuple[str, int] | None, limit: int) -> list[LogEntry]:
    """Newest first within each chain; `chains` None means all of them."""
    wanted = select(LogEntry).order_by(LogEntry.chain, LogEntry.number.desc()).limit(limit)
    if chains is not None:
        wanted = wanted.where(LogEntry.chain.in_(chains))
    if after:
        chain, number = after
        wanted = wanted.where((LogEntry.chain > chain) | ((LogEntry.chain == chain) & (LogEntry.number < number)))
    return list(db.scalars(wanted))


def first_broken(db: Session) -> LogEntry | None:
    """The first entry, by chain and number, that does not follow the one before it."""
    previous: LogEntry | None = None
    for entry in _in_order(db):
        if previous and previous.chain != entry.chain:
            previous = None
        if not is_sound(entry, previous):
            return entry
        previous = entry
    return None


def _in_order(db: Session) -> Iterator[LogEntry]:
    return iter(
        db.scalars(select(LogEntry).order_by(LogEntry.chain, LogEntry.number).execution_options(yield_per=BATCH))
    )


def was_deleted(db: Session, one: str) -> bool:
    """Whether the thing with this random id is gone for good, as far as the journal of deletions still knows."""
    return db.get(Deletion, digest(one)) is not None


def is_written(db: Session, chain: str, act: str, reason: str, day: date) -> bool:
    """Whether a chain has an entry of this act, for this reason, on this day."""
    wanted = select(LogEntry.number).where(
        LogEntry.chain == chain, LogEntry.act == act, LogEntry.reason == reason, LogEntry.day == day
    )
    return db.scalars(wanted.limit(1)).first() is not None
