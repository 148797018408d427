"""What was said about words goes by itself, once it was decided and its time is over (docs/retention.md). Decisions and
findings stay: there are no words in them. Each deals with at most `limit` rows that are due, and tells how many."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import CursorResult, Delete, Select, Update, delete, or_, select, update
from sqlalchemy.orm import Session

from app.appeals.models import Snapshot
from app.appeals.queries import is_open_about
from app.foundation.times import today
from app.moderation.models import Case, CaseStatus, Decision, Flag, Note

ORIGINAL_DAYS = 30
"""What was taken out of words, sealed, for somebody who objects."""
FLAG_DAYS = 30
CASE_DAYS = 365
"""A year, like all that is kept for looking back at what staff did (SECURITY.md, D-4)."""


def old_originals(db: Session, limit: int) -> int:
    """Sealed originals of words that were redacted more than 30 days ago, unless somebody still has to look again."""
    due = _closed(ORIGINAL_DAYS).where(Case.sealed_original.is_not(None), ~is_open_about(Case.subject_id)).limit(limit)
    return _count(db, update(Case).where(Case.id.in_(due)).values(sealed_original=None))


def old_snapshots(db: Session, limit: int) -> int:
    """Sealed copies of words that were reported, more than 30 days after their case was closed."""
    closed = Snapshot.case_id.in_(_closed(ORIGINAL_DAYS))
    due = select(Snapshot.case_id).where(closed).order_by(Snapshot.case_id).limit(limit)
    return _count(db, delete(Snapshot).where(Snapshot.case_id.in_(due)))


def old_flags(db: Session, limit: int) -> int:
    """Flags, with what was written beside them, more than 30 days after their case was closed."""
    due = select(Flag.id).where(Flag.case_id.in_(_closed(FLAG_DAYS))).limit(limit)
    return _count(db, delete(Flag).where(Flag.id.in_(due)))


def old_cases(db: Session, limit: int) -> int:
    """Cases closed more than a year ago."""
    flagged = select(Flag.id).where(Flag.case_id == Case.id).exists()
    return _count(db, delete(Case).where(Case.id.in_(_closed(CASE_DAYS).where(~flagged).limit(limit))))


def old_notes(db: Session, limit: int) -> int:
    """Sentences beside decisions that are more than a year old."""
    due = select(Note.id).join(Decision, Decision.id == Note.explains_id).where(Decision.day < _ago(CASE_DAYS).date())
    return _count(db, delete(Note).where(Note.id.in_(due.limit(limit))))


def _closed(days: int) -> Select[Any]:
    """Cases decided more than `days` days ago. One that was taken back has no day of its own: the day it was opened."""
    decided = select(Decision.id).where(Decision.id == Case.decision_id, Decision.day < _ago(days).date()).exists()
    withdrawn = Case.decision_id.is_(None) & (Case.opened_at < _ago(days))
    return select(Case.id).where(Case.status != CaseStatus.OPEN, or_(decided, withdrawn))


def _ago(days: int) -> datetime:
    return datetime.combine(today() - timedelta(days=days), time(), UTC)


def _count(db: Session, change: Update | Delete) -> int:
    done = db.execute(change.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)  # noqa: S101
    return done.rowcount
