"""Sessions: how they begin, how they are opened again, when they end (I-7 to I-10)."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.foundation.sealing import KEY_BYTES, digest, new_key, seal, unseal
from app.foundation.settings import Settings
from app.foundation.times import now, stamp, today
from app.members.models import SignedIn

ID_BYTES = 16
PURGE_DAYS = 35
DAYS_A_WEEK = 7


class Seat(NamedTuple):
    """A session and the sealed keyring of its account, as the pages read most fetch them: one row, no entities."""

    id_hash: str
    account_id: str
    wrapped_key: bytes
    sealed_times: bytes
    keyring: bytes
    version: str


@dataclass(frozen=True, slots=True)
class Times:
    """When a session began and was last used. Sealed with the account key, so only a live session can read it."""

    is_shared: bool
    started: datetime
    seen: datetime

    def sealed(self, account_key: bytes, id_hash: str) -> bytes:
        plain = json.dumps([int(self.is_shared), self.started.isoformat(), self.seen.isoformat()])
        return seal(account_key, plain.encode(), f"session {id_hash}")

    def is_over(self, settings: Settings, at: datetime) -> bool:
        """Idle too long, or simply old (I-9). A clock that jumped back ends nothing early and lengthens nothing."""
        if self.is_shared:
            idle, whole = timedelta(minutes=settings.shared_idle_minutes), timedelta(hours=settings.shared_hours)
        else:
            idle, whole = timedelta(hours=settings.own_idle_hours), timedelta(days=settings.own_days)
        return at - self.seen >= idle or at - self.started >= whole


def times_of(row: SignedIn | Seat, account_key: bytes) -> Times:
    """Raises BrokenSeal if the row belongs to another account."""
    is_shared, started, seen = json.loads(unseal(account_key, row.sealed_times, f"session {row.id_hash}"))
    return Times(bool(is_shared), datetime.fromisoformat(started), datetime.fromisoformat(seen))


def start(db: Session, account_id: str, account_key: bytes, is_shared: bool) -> str:
    """Begin a session; its token opens the account until it ends. Only the token's owner ever has it."""
    session_id, key = secrets.token_hex(ID_BYTES), new_key()
    id_hash = digest(session_id)
    row = SignedIn(
        id_hash=id_hash,
        account_id=account_id,
        wrapped_key=seal(key, account_key, f"session {id_hash} {account_id}"),
        sealed_times=Times(is_shared, now(), now()).sealed(account_key, id_hash),
        # A week's coarseness: the day of signing in is nobody's business.
        purge_day=today() + timedelta(days=PURGE_DAYS - today().weekday() + DAYS_A_WEEK),
    )
    db.add(row)
    db.flush()
    return f"{session_id}.{key.hex()}"


def parts(token: str) -> tuple[str, bytes] | None:
    """A token's id hash and key; None if it is none."""
    session_id, _, key = token.partition(".")
    try:
        raw = bytes.fromhex(key)
    except ValueError:
        return None
    return (digest(session_id), raw) if len(raw) == KEY_BYTES and session_id.isascii() else None


def account_key(row: SignedIn | Seat, key: bytes) -> bytes:
    """Unwrap the account key. Raises BrokenSeal for a wrong key."""
    return unseal(key, row.wrapped_key, f"session {row.id_hash} {row.account_id}")


def touched(row: SignedIn | Seat, times: Times, key: bytes) -> bytes | None:
    """The times with this use noted, sealed, at most every five minutes. None if there is nothing to note."""
    if stamp() <= times.seen:
        return None
    return Times(times.is_shared, times.started, now()).sealed(key, row.id_hash)


def end(db: Session, account_id: str, *, only: str = "", but: str = "") -> None:
    """End one session of an account, or all of them but one."""
    gone = delete(SignedIn).where(SignedIn.account_id == account_id)
    if only:
        gone = gone.where(SignedIn.id_hash == only)
    if but:
        gone = gone.where(SignedIn.id_hash != but)
    db.execute(gone)


def end_by_hash(db: Session, id_hash: str) -> None:
    """End the session of a cookie without opening it."""
    db.execute(delete(SignedIn).where(SignedIn.id_hash == id_hash))
