"""What of accounts and memberships goes by itself, and when (docs/retention.md). Each deletes at most `limit` rows that
are due, and tells how many that were."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, select
from sqlalchemy.orm import Session

from app.foundation.times import now, this_month, today
from app.members.models import Account, Guess, IdempotencyKey, Invitation, Limit, SignedIn, Ticket

UNOPENED_MONTHS = 18
"""An account nobody opened for so many whole months goes (SECURITY.md part 3, "Locked out")."""
MONTHS_A_YEAR = 12


def spent_tickets(db: Session, limit: int) -> int:
    """Form tickets that were used and would be too old by now."""
    return _drop(db, Ticket.id_hash, Ticket.expires_at <= now(), limit)


def past_guesses(db: Session, limit: int) -> int:
    """Names that somebody tried to sign in with, once all tries are free again."""
    return _drop(db, Guess.name_mac, Guess.expires_at <= now(), limit)


def old_answers(db: Session, limit: int) -> int:
    """Answers kept for a repeat that can no longer come."""
    return _drop(db, IdempotencyKey.key_mac, IdempotencyKey.expires_at <= now(), limit)


def old_sessions(db: Session, limit: int) -> int:
    """Sessions past the week in which the longest of them ended."""
    return _drop(db, SignedIn.id_hash, SignedIn.purge_day < today(), limit)


def old_invitations(db: Session, limit: int) -> int:
    """Invitations that nobody used in time."""
    return _drop(db, Invitation.code_hash, Invitation.expires_day < today(), limit)


def ended_limits(db: Session, limit: int) -> int:
    """Pauses from writing that are over. The decision about them stays; the persona is as free as before."""
    return _drop(db, Limit.id, Limit.until_day < today(), limit)


def unopened_accounts(db: Session, limit: int) -> list[str]:
    """Accounts nobody opened for 18 months, with their codes and sessions; their ids. What only they could open stays,
    as nobody can tell whose it was."""
    due = select(Account.id).where(Account.opened_month < _months_ago(UNOPENED_MONTHS)).limit(limit)
    ids = list(db.scalars(due.with_for_update(skip_locked=True)))
    db.execute(delete(Account).where(Account.id.in_(ids)))
    return ids


def _months_ago(months: int) -> date:
    month = this_month()
    counted = month.year * MONTHS_A_YEAR + month.month - 1 - months
    return date(counted // MONTHS_A_YEAR, counted % MONTHS_A_YEAR + 1, 1)


def _drop(db: Session, key: Any, is_due: ColumnElement[bool], limit: int) -> int:
    gone = db.execute(delete(key.class_).where(key.in_(select(key).where(is_due).limit(limit))))
    assert isinstance(gone, CursorResult)  # noqa: S101
    return gone.rowcount
