"""Counting what rules on trial find as words come in: one row a rule, group and day, and never whose words they were."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import CursorResult, delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from app.foundation.db import hold
from app.foundation.times import today
from app.groups.models import TrialDay
from app.moderation.verdict import Verdict

TRIAL_DAYS = 90
"""How long these counts are kept: a trial is judged after two weeks."""


def count(db: Session, group_id: str, verdict: Verdict) -> None:
    """Note that rules on trial found something in words that were sent. Words without such findings ask nothing."""
    for rule, version in sorted({(f.rule, f.version) for f in verdict.shadow}):
        _count(db, group_id, rule, version)


def _count(db: Session, group_id: str, rule: str, version: int) -> None:
    hold(db, f"trial {group_id} {rule}")
    row = {"group_id": group_id, "rule": rule, "version": version, "day": today()}
    here = [getattr(TrialDay, name) == value for name, value in row.items()]
    again = db.execute(update(TrialDay).where(*here).values(found=TrialDay.found + 1))
    assert isinstance(again, CursorResult)  # noqa: S101
    if not again.rowcount:
        db.execute(insert(TrialDay).values(**row, found=1))


def found(db: Session, groups: Sequence[str] | None, since: date) -> dict[tuple[str, int], int]:
    """How often rules on trial found something since a day, by rule and version; `groups` None means in all."""
    wanted = select(TrialDay.rule, TrialDay.version, func.sum(TrialDay.found)).where(TrialDay.day >= since)
    if groups is not None:
        wanted = wanted.where(TrialDay.group_id.in_(groups))
    return {(row[0], row[1]): int(row[2]) for row in db.execute(wanted.group_by(TrialDay.rule, TrialDay.version))}


def first_day(db: Session, rule: str, version: int) -> date | None:
    """The first day on which a rule on trial found something, as far as it is still known."""
    return db.scalar(select(func.min(TrialDay.day)).where(TrialDay.rule == rule, TrialDay.version == version))


def old_trials(db: Session, limit: int) -> int:
    """Delete at most `limit` counts of more than 90 days ago; how many that were."""
    keys = (TrialDay.group_id, TrialDay.rule, TrialDay.version, TrialDay.day)
    old = select(*keys).where(TrialDay.day < today() - timedelta(days=TRIAL_DAYS)).limit(limit)
    gone = db.execute(delete(TrialDay).where(tuple_(*keys).in_(db.execute(old).all())))
    assert isinstance(gone, CursorResult)  # noqa: S101
    return gone.rowcount
