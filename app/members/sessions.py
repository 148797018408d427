"""Sessions: how they begin, how they are opened again, when they end (I-7 to I-10)."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pydantic_core import from_json
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.foundation.errors import BrokenSeal
from app.foundation.sealing import KEY_BYTES, digest, new_key, pad, seal, unpad, unseal
from app.foundation.settings import Settings
from app.foundation.times import now, stamp, today
from app.members.models import SignedIn
from app.members.powers import Powers

ID_BYTES = 16
PURGE_DAYS = 35
DAYS_A_WEEK = 7
TIMES_SIZES = (512,)
"""Bytes. All sessions are alike: nobody sees which of them ever stood at the desk."""
MOST_CONFIRMED = 6
"""Staff roles one session keeps awake; beyond, the one confirmed longest ago sleeps."""


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
    confirmed: Mapping[str, int] = field(default_factory=dict)
    """When a second factor woke the role of a staff membership, in seconds of the epoch."""

    def sealed(self, account_key: bytes, id_hash: str) -> bytes:
        plain = json.dumps([int(self.is_shared), self.started.isoformat(), self.seen.isoformat(), dict(self.confirmed)])
        return seal(account_key, pad(plain.encode(), TIMES_SIZES), f"session {id_hash}")

    def woken(self, membership_id: str) -> "Times":
        """The same, with the role of this membership confirmed now."""
        kept = {one: at for one, at in self.confirmed.items() if one != membership_id}
        newest = sorted(kept.items(), key=lambda pair: pair[1])[1 - MOST_CONFIRMED :]
        return replace(self, confirmed={**dict(newest), membership_id: int(now().timestamp())})

    def powers(self, settings: Settings) -> Powers:
        """Which staff roles are awake in this session."""
        if not settings.desk_guards:
            return Powers()
        confirmed = {one: datetime.fromtimestamp(at, UTC) for one, at in self.confirmed.items()}
        return Powers(confirmed, now(), timedelta(hours=settings.powers_hours))

    def is_over(self, settings: Settings, at: datetime) -> bool:
        """Idle too long, or simply old (I-9). A clock that jumped back ends nothing early and lengthens nothing."""
        if self.is_shared:
            idle, whole = timedelta(minutes=settings.shared_idle_minutes), timedelta(hours=settings.shared_hours)
        else:
            idle, whole = timedelta(hours=settings.own_idle_hours), timedelta(days=settings.own_days)
        return at - self.seen >= idle or at - self.started >= whole


def times_of(row: SignedIn | Seat, account_key: bytes) -> Times:
    """Raises BrokenSeal if the row belongs to another account."""
    plain = unpad(unseal(account_key, row.sealed_times, f"session {row.id_hash}"))
    try:
        is_shared, started, seen, confirmed = from_json(plain)
    except ValueError as older:  # sealed by a version that wrote it otherwise: this session is over
        raise BrokenSeal from older
    return Times(bool(is_shared), datetime.fromisoformat(started), datetime.fromisoformat(seen), confirmed)


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


def renewed(db: Session, row: SignedIn, account_key: bytes, times: Times) -> str:
    """The session goes on under another token, with these times; the old one opens nothing any more (I-7)."""
    session_id, key = secrets.token_hex(ID_BYTES), new_key()
    id_hash = digest(session_id)
    wrapped = seal(key, account_key, f"session {id_hash} {row.account_id}")
    db.add(SignedIn(id_hash=id_hash, account_id=row.account_id, wrapped_key=wrapped,
                    sealed_times=times.sealed(account_key, id_hash), purge_day=row.purge_day))  # fmt: skip
    db.delete(row)
    db.flush()
    return f"{session_id}.{key.hex()}"


def touched(row: SignedIn | Seat, times: Times, key: bytes) -> bytes | None:
    """The times with this use noted, sealed, at most every five minutes. None if there is nothing to note."""
    if stamp() <= times.seen:
        return None
    return replace(times, seen=now()).sealed(key, row.id_hash)


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
