"""Reading the log."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import LargeBinary, String, cast, select
from sqlalchemy.orm import Session

from app.foundation.sealing import digest
from app.log.models import Deletion, LogEntry
from app.log.rules import Written, is_sound

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


def first_broken(db: Session) -> Written | None:
    """The first entry, by chain and number, that does not follow the one before it."""
    previous: Written | None = None
    for entry in _in_order(db):
        if previous and previous.chain != entry.chain:
            previous = None
        if not is_sound(entry, previous):
            return entry
        previous = entry
    return None


def _in_order(db: Session) -> Iterator[Written]:
    """Every entry as its bytes say it, also where they are no day, no number or no text any more."""
    is_sqlite = db.get_bind().dialect.name == "sqlite"
    columns = [cast(getattr(LogEntry, name), LargeBinary if is_sqlite else String) for name in Written._fields]
    rows = db.execute(select(*columns).order_by(LogEntry.chain, LogEntry.number).execution_options(yield_per=BATCH))
    return (Written(*map(_as_text, row)) for row in rows)


def _as_text(value: bytes | str | None) -> Any:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


def of_chain(db: Session, chain: str, after: int, limit: int) -> list[LogEntry]:
    """Entries of one chain that its members can check, the oldest first."""
    wanted = select(LogEntry).where(LogEntry.chain == chain, LogEntry.number > after, LogEntry.salt.is_not(None))
    return list(db.scalars(wanted.order_by(LogEntry.number).limit(limit)))


def newest_of(db: Session, chain: str, before: int | None, limit: int) -> list[LogEntry]:
    """Entries of one chain, the newest first."""
    wanted = select(LogEntry).where(LogEntry.chain == chain).order_by(LogEntry.number.desc()).limit(limit)
    return list(db.scalars(wanted if before is None else wanted.where(LogEntry.number < before)))


def was_deleted(db: Session, one: str) -> bool:
    """Whether the thing with this random id is gone for good, as far as the journal of deletions still knows."""
    return db.get(Deletion, digest(one)) is not None


def is_written(db: Session, chain: str, act: str, reason: str, day: date) -> bool:
    """Whether a chain has an entry of this act, for this reason, on this day."""
    wanted = select(LogEntry.number).where(
        LogEntry.chain == chain, LogEntry.act == act, LogEntry.reason == reason, LogEntry.day == day
    )
    return db.scalars(wanted.limit(1)).first() is not None
