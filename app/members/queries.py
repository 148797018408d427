"""Questions about accounts, sessions and memberships."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from app.foundation.eyes import Connected
from app.foundation.prepared import Ids, Prepared, among, dated, listed
from app.foundation.sealing import digest
from app.members.keyring import Drawer, Keyring
from app.members.member import Limited, Stands, holds
from app.members.models import (
    Account,
    FormerName,
    IdempotencyKey,
    Invitation,
    Limit,
    Membership,
    PrivateRow,
    RecoveryCode,
    SignedIn,
    Ticket,
)
from app.members.sessions import Seat

_SEAT = Prepared(
    select(
        SignedIn.id_hash,
        SignedIn.account_id,
        SignedIn.wrapped_key,
        SignedIn.sealed_times,
        Account.keyring,
        Account.version,
    )
    .join(Account, Account.id == SignedIn.account_id)
    .where(SignedIn.id_hash == bindparam("id_hash"))
)
_STANDS = Prepared(
    select(*(getattr(Membership, name) for name in Stands._fields)).where(
        among(Membership.id, bindparam("ids", type_=Ids))
    )
)
_SESSION = (
    select(SignedIn, Account)
    .join(Account, Account.id == SignedIn.account_id)
    .where(SignedIn.id_hash == bindparam("which"))
)
_MEMBERSHIPS = select(Membership).where(among(Membership.id, bindparam("ids", type_=Ids)))
_LIMITS = Prepared(
    select(*(getattr(Limit, name) for name in Limited._fields)).where(
        among(Limit.membership_id, bindparam("ids", type_=Ids)), Limit.until_day >= bindparam("today")
    )
)
_COUNTED = Prepared(select(func.count()).where(PrivateRow.tag == bindparam("tag")))
_SEALED = Prepared(
    select(PrivateRow.sealed).where(PrivateRow.tag == bindparam("tag"), PrivateRow.id == bindparam("id"))
)


def seat_of(db: Connected, id_hash: str) -> Seat | None:
    found = _SEAT.first(db.connection(), id_hash=id_hash)
    return Seat._make(found) if found else None


def stands_of(db: Connected, keyring: Keyring) -> list[Stands]:
    """Like `memberships_of`, without entities."""
    wanted = [c.membership_id for c in keyring.claims]
    if not wanted:
        return []
    rows = [Stands._make(row) for row in _STANDS.rows(db.connection(), ids=wanted)]
    found = {m.id: m._replace(roles=listed(m.roles), is_left=bool(m.is_left)) for m in rows if holds(keyring, m)}
    return [found[claim] for claim in wanted if claim in found]


def sealed_row(db: Connected, drawer: Drawer, row_id: str) -> bytes | None:
    found = _SEALED.first(db.connection(), tag=drawer.tag, id=row_id)
    return bytes(found[0]) if found else None


def private_count(db: Connected, drawer: Drawer) -> int:
    found = _COUNTED.first(db.connection(), tag=drawer.tag)
    return int(found[0]) if found else 0


def account_named(db: Session, name_mac: str) -> Account | None:
    return db.scalars(select(Account).where(Account.name_mac == name_mac)).first()


def held_account(db: Session, account_id: str) -> Account | None:
    """An account as it is now, held until this transaction ends: what locks it is changed by one at a time."""
    return db.scalars(
        select(Account)
        .where(Account.id == account_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()


def has_any_account(db: Session) -> bool:
    return db.scalars(select(Account.id).limit(1)).first() is not None


def session_of(db: Session, id_hash: str) -> tuple[SignedIn, Account] | None:
    found = db.execute(_SESSION, {"which": id_hash}).first()
    return (found[0], found[1]) if found else None


def held_session(db: Session, id_hash: str) -> SignedIn | None:
    """A session as it is now, held until this transaction ends."""
    wanted = select(SignedIn).where(SignedIn.id_hash == id_hash).with_for_update()
    return db.scalars(wanted.execution_options(populate_existing=True)).first()


def session(db: Session, id_hash: str) -> SignedIn | None:
    return db.get(SignedIn, id_hash)


def note_use(db: Session, id_hash: str, before: bytes, after: bytes) -> None:
    """Note when a session was used, if it has not ended meanwhile."""
    noted = update(SignedIn).where(SignedIn.id_hash == id_hash, SignedIn.sealed_times == before)
    db.execute(noted.values(sealed_times=after))


def sessions_of(db: Session, account_id: str) -> list[SignedIn]:
    return list(db.scalars(select(SignedIn).where(SignedIn.account_id == account_id)))


def memberships_of(db: Session, keyring: Keyring) -> list[Membership]:
    """The memberships this keyring has a hold on, each checked by its claim secret."""
    wanted = [c.membership_id for c in keyring.claims]
    if not wanted:
        return []
    found = {m.id: m for m in db.scalars(_MEMBERSHIPS, {"ids": wanted}) if holds(keyring, m)}
    return [found[claim] for claim in wanted if claim in found]


def limits_of(db: Connected, memberships: Sequence[Membership | Stands], today: date) -> list[Limited]:
    ids = [m.id for m in memberships]
    found = [Limited._make(row) for row in _LIMITS.rows(db.connection(), ids=ids, today=today)] if ids else []
    return [one._replace(is_site_wide=bool(one.is_site_wide), until_day=dated(one.until_day)) for one in found]


def personas(db: Session, ids: list[str]) -> dict[str, str]:
    """Names of personas by membership id; for staff pages, within one group or the desk."""
    rows = db.execute(select(Membership.id, Membership.persona).where(Membership.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def is_taken(db: Session, group_id: str, skeleton: str) -> bool:
    wanted = select(Membership.id).where(Membership.group_id == group_id, Membership.skeleton == skeleton)
    former = select(FormerName.group_id).where(FormerName.group_id == group_id, FormerName.skeleton == skeleton)
    return db.scalars(wanted).first() is not None or db.scalars(former).first() is not None


def recovery_code(db: Session, code_mac: str) -> tuple[RecoveryCode, Account] | None:
    found = db.execute(
        select(RecoveryCode, Account)
        .join(Account, Account.id == RecoveryCode.account_id)
        .where(RecoveryCode.code_mac == code_mac)
        .with_for_update(of=RecoveryCode)
    ).first()
    return (found[0], found[1]) if found else None


def codes_left(db: Session, account_id: str) -> int:
    return db.scalar(select(func.count()).where(RecoveryCode.account_id == account_id)) or 0


def invitation(db: Session, code: str, today: date) -> Invitation | None:
    found = db.get(Invitation, digest(code), with_for_update=True)
    return found if found and found.expires_day >= today else None


def ticket_used(db: Session, id_hash: str) -> bool:
    return db.get(Ticket, id_hash) is not None


def idempotency_key(db: Session, key_mac: str) -> IdempotencyKey | None:
    return db.get(IdempotencyKey, key_mac)


def private_row(db: Session, drawer: Drawer, row_id: str) -> PrivateRow | None:
    return db.get(PrivateRow, (drawer.tag, row_id), populate_existing=True)


def private_rows(db: Session, drawer: Drawer) -> list[PrivateRow]:
    return list(db.scalars(select(PrivateRow).where(PrivateRow.tag == drawer.tag).order_by(PrivateRow.id)))
