"""What a person can do with their place: open it, come back, lock it anew, join and leave under a name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.foundation.errors import BrokenSeal, Conflict, SignedOut, Unfit
from app.foundation.ids import new_id
from app.foundation.keys import Keys
from app.foundation.language import gettext as _
from app.foundation.sealing import derive, digest, mac, new_key, same, seal, unseal
from app.foundation.site import takes_anybody
from app.foundation.times import this_month, today
from app.members import invitations, queries, sessions
from app.members.keyring import Claim, Drawer, Keyring, Waiting
from app.members.member import Member
from app.members.models import Account, Membership, RecoveryCode
from app.members.passphrases import Stretched, bare, make_recovery_codes, make_sign_in_name
from app.moderation.verdict import Verdict

Changed = TypeVar("Changed")
SAVE_TRIES = 8


@dataclass(frozen=True, slots=True)
class Lock:
    """A passphrase as the account row keeps it: how it was stretched, and what came out."""

    salt: bytes
    cost: str
    stretched: Stretched


@dataclass(frozen=True, slots=True)
class Opened:
    """What a person is shown once, after opening a place or coming back to it."""

    sign_in_name: str
    token: str
    recovery_codes: tuple[str, ...] = ()


def sign_up(db: Session, keys: Keys, lock: Lock, invitation: str, is_shared: bool) -> Opened:
    """Make a place for somebody of whom nothing is asked. No membership is touched: a role that comes
    with the invitation waits in the keyring. Raises Unfit for an invitation that cannot be used, and without one
    while nobody comes in otherwise."""
    # What a reader looks at is noted in passing, where the keyring itself is not written.
    keyring = Keyring(make_sign_in_name(), drawers={"reading": Drawer()})
    if not invitation and not takes_anybody():
        sentence = _("This place is not open yet. With an invitation you can come in already.")
        raise Unfit(sentence, {"invitation": sentence})
    if invitation:
        keyring.waiting.append(invitations.redeemed(db, invitation))
    account_key = new_key()
    account = Account(id=new_id(), name_mac=name_mac(keys, keyring.sign_in_name), opened_month=this_month())
    _lock(account, account_key, lock)
    _seal(account, keyring, account_key, keys)
    db.add(account)
    db.flush()
    codes = _new_codes(db, keys, account.id, account_key)
    token = sessions.start(db, account.id, account_key, is_shared)
    return Opened(keyring.sign_in_name, token, tuple(codes))


def sign_in(db: Session, account: Account | None, lock: Lock, is_shared: bool) -> str:
    """A new session's token. Raises SignedOut, in the same words whether the name or the passphrase was wrong."""
    # The passphrase was stretched before this transaction: the account is read anew, as it is now.
    account = account and queries.held_account(db, account.id)
    if account is None or not same(account.verifier, lock.stretched.verifier):
        raise SignedOut(_("That name and passphrase do not go together."))
    try:
        account_key = unseal(lock.stretched.wrapping_key, account.wrapped_key, f"account {account.id}")
    except BrokenSeal as changed:
        raise SignedOut(_("That name and passphrase do not go together.")) from changed
    account.opened_month = this_month()
    return sessions.start(db, account.id, account_key, is_shared)


def recover(db: Session, keys: Keys, code: str, lock: Lock, is_shared: bool) -> Opened:
    """Come back with a recovery code: it is spent, older sessions end, a new passphrase locks the place."""
    typed = bare(code)
    found = queries.recovery_code(db, mac(keys.pepper, "recovery", typed))
    if found is None:
        raise SignedOut(_("This code does not open a place. It may have been used already."))
    row, account = found[0], queries.held_account(db, found[1].id) or found[1]
    account_key = unseal(_code_key(typed), row.wrapped_key, f"recovery {account.id}")
    db.delete(row)
    keyring = Keyring.opened(account.keyring, account_key, keys.sealing, account.id, account.version)
    keyring.codes_used.append(today().isoformat())
    account.opened_month = this_month()
    _seal(account, keyring, account_key, keys)
    _lock(account, account_key, lock)
    sessions.end(db, account.id)
    return Opened(keyring.sign_in_name, sessions.start(db, account.id, account_key, is_shared))


def change_passphrase(db: Session, member: Member, old: Lock, new: Lock) -> str:
    """A new lock on the same place: every session ends, a new one begins. Raises Unfit for a wrong old one."""
    _hold(db, member)
    must_know(member, old)
    _lock(member.account, member.account_key, new)
    sessions.end(db, member.account.id)
    return sessions.start(db, member.account.id, member.account_key, member.is_shared)


def renew_codes(db: Session, member: Member, lock: Lock) -> Opened:
    """Ten new codes. The account key is exchanged, which ends the old codes and every other session."""
    _hold(db, member)
    must_know(member, lock)
    account_key = new_key()
    _lock(member.account, account_key, lock)
    _seal(member.account, member.keyring, account_key, member.keys)
    db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == member.account.id))
    codes = _new_codes(db, member.keys, member.account.id, account_key)
    sessions.end(db, member.account.id)
    token = sessions.start(db, member.account.id, account_key, member.is_shared)
    return Opened(member.keyring.sign_in_name, token, tuple(codes))


def must_know(member: Member, lock: Lock) -> None:
    """Raise Unfit unless the passphrase that was just typed is this member's."""
    if not knows(member, lock):
        sentence = _("That is not the passphrase of this place.")
        raise Unfit(sentence, {"passphrase": sentence})


def knows(member: Member, lock: Lock) -> bool:
    return same(member.account.verifier, lock.stretched.verifier)


def change_keyring(db: Session, member: Member, change: Callable[[Keyring], Changed]) -> Changed:
    """Change the keyring and save it, by compare-and-set on its version: two requests at once lose nothing.

    `change` may run more than once, each time on the newest keyring.
    """
    for _try in range(SAVE_TRIES):
        account = member.account
        result = change(member.keyring)
        version = new_id()
        sealed = member.keyring.sealed(member.account_key, member.keys.sealing, account.id, version)
        saved = db.execute(
            update(Account)
            .where(Account.id == account.id, Account.version == account.version)
            .values(keyring=sealed, version=version)
            .returning(Account.id)
            .execution_options(synchronize_session=False)
        ).first()
        db.refresh(account)
        if saved:
            return result
        _open_again(member)
    raise Conflict(_("Several things happened in your place at once. Please try again."))


def _hold(db: Session, member: Member) -> None:
    """Before the lock or the account key change: nothing that another request saved meanwhile may be lost."""
    member.account = queries.held_account(db, member.account.id) or member.account
    _open_again(member)


def _open_again(member: Member) -> None:
    account = member.account
    try:
        member.keyring = Keyring.opened(
            account.keyring, member.account_key, member.keys.sealing, account.id, account.version
        )
    except BrokenSeal as renewed:
        raise SignedOut(_("Your recovery codes were renewed elsewhere. Sign in again to go on.")) from renewed


def take_membership(
    db: Session,
    member: Member,
    group_id: str,
    persona: str,
    skeleton: str,
    verdict: Verdict,
    version: int,
    roles: list[str],
) -> Membership:
    """Join under a judged name. The nullifier keeps it to one membership a person and group. Raises Conflict if
    another request of the same person was quicker, or somebody took the name."""
    claim = change_keyring(db, member, lambda keyring: _claimed(keyring, group_id))
    membership = Membership(
        id=claim.membership_id,
        group_id=group_id,
        persona=persona,
        skeleton=skeleton,
        roles=roles,
        claim_hash=digest(claim.secret),
        nullifier=member.keyring.nullifier(group_id),
        guidelines_version=version,
    )
    membership.words_judged(verdict, group_id)
    db.add(membership)
    try:
        db.flush()
    except IntegrityError as taken:
        raise Conflict(_("Somebody took this name just now. Choose another one.")) from taken
    member.memberships.append(membership)
    return membership


def _claimed(keyring: Keyring, group_id: str) -> Claim:
    claim = keyring.claim_on(group_id)
    if claim is None:
        claim = Claim(new_id(), group_id)
        keyring.claims.append(claim)
    keyring.waiting = [w for w in keyring.waiting if w.group_id != group_id]
    return claim


def accept_invitation(db: Session, member: Member, code: str) -> Waiting:
    """Take an invitation into the open keyring, where it waits for the first visit to its group."""
    taken = invitations.redeemed(db, code)
    change_keyring(db, member, lambda keyring: keyring.waiting.append(taken))
    return taken


def name_mac(keys: Keys, sign_in_name: str) -> str:
    """By what an account is found: nobody can look it up without the pepper."""
    return mac(keys.pepper, "sign-in name", sign_in_name.strip().lower())


def _lock(account: Account, account_key: bytes, lock: Lock) -> None:
    account.salt, account.cost, account.verifier = lock.salt, lock.cost, lock.stretched.verifier
    account.wrapped_key = seal(lock.stretched.wrapping_key, account_key, f"account {account.id}")


def _seal(account: Account, keyring: Keyring, account_key: bytes, keys: Keys) -> None:
    account.version = new_id()
    account.keyring = keyring.sealed(account_key, keys.sealing, account.id, account.version)


def _new_codes(db: Session, keys: Keys, account_id: str, account_key: bytes) -> list[str]:
    codes = make_recovery_codes()
    for code in map(bare, codes):
        wrapped = seal(_code_key(code), account_key, f"recovery {account_id}")
        db.add(RecoveryCode(code_mac=mac(keys.pepper, "recovery", code), account_id=account_id, wrapped_key=wrapped))
    db.flush()
    return codes


def _code_key(code: str) -> bytes:
    return derive(code.encode(), "recovery code")
