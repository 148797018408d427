"""Anchors of the log: each night the head of each chain, marked with a key of the server's (SECURITY.md, M-5, M-6).

The chain shows that nothing was changed in the middle; an anchor shows that its end, or the whole chain, was not cut off.
The anchors stand in every backup too. What was written since the last one is not held by any.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.foundation.db import hold
from app.foundation.keys import Keys
from app.foundation.sealing import derive, mac, same
from app.foundation.times import today
from app.log.models import LogAnchor, LogEntry


def anchor(db: Session, keys: Keys) -> int:
    """Anchor every chain that has grown since. How many that were."""
    hold(db, "log anchors")
    newest = select(LogAnchor.chain, func.max(LogAnchor.number)).group_by(LogAnchor.chain)
    anchored = dict(db.execute(newest).all())
    grown = [head for head in _heads(db) if head.number > anchored.get(head.chain, 0)]
    for head in grown:
        made = LogAnchor(chain=head.chain, number=head.number, day=today(), hash=head.hash)
        made.mark = _mark(keys, made)
        db.add(made)
    db.flush()
    return len(grown)


def _heads(db: Session) -> Iterator[LogEntry]:
    last = select(LogEntry.chain, func.max(LogEntry.number).label("number")).group_by(LogEntry.chain).subquery()
    is_last = and_(LogEntry.chain == last.c.chain, LogEntry.number == last.c.number)
    return iter(db.scalars(select(LogEntry).join(last, is_last).order_by(LogEntry.chain)))


def newest(db: Session, chains: Sequence[str] | None, limit: int) -> list[LogAnchor]:
    """The newest anchors of some chains, or of all: what anybody can note down, to see later that nothing was cut off."""
    wanted = select(LogAnchor).order_by(LogAnchor.day.desc(), LogAnchor.chain, LogAnchor.number.desc()).limit(limit)
    return list(db.scalars(wanted if chains is None else wanted.where(LogAnchor.chain.in_(chains))))


def missing(db: Session) -> LogAnchor | None:
    """The first anchor, by chain and number, whose entry is not there as it was; None if all are."""
    is_its = and_(LogEntry.chain == LogAnchor.chain, LogEntry.number == LogAnchor.number)
    lost = select(LogAnchor).outerjoin(LogEntry, is_its)
    lost = lost.where(LogEntry.hash.is_(None) | (LogEntry.hash != LogAnchor.hash))
    return db.scalars(lost.order_by(LogAnchor.chain, LogAnchor.number).limit(1)).first()


def forged(db: Session, keys: Keys) -> LogAnchor | None:
    """The first anchor that this server did not make like this; None if it made them all."""
    anchors = db.scalars(select(LogAnchor).order_by(LogAnchor.chain, LogAnchor.number))
    return next((one for one in anchors if not same(one.mark, _mark(keys, one))), None)


def _mark(keys: Keys, one: LogAnchor) -> str:
    key = derive(keys.sealing, "log anchor")
    return mac(key, "anchor", one.chain, str(one.number), one.day.isoformat(), one.hash)
