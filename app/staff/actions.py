"""What staff do with their own second factor: set it up, wake a role with it, have spare codes, add a passkey."""

import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from app.foundation.errors import Asleep, BrokenSeal, Conflict, SignedOut, TooMany, Unfit
from app.foundation.language import gettext as _
from app.foundation.sealing import derive, seal, unseal
from app.foundation.settings import settings
from app.foundation.times import now
from app.members import queries as members
from app.members import sessions
from app.members.member import AnyReader, Member
from app.members.models import Membership
from app.staff import queries
from app.staff.factor import Factor, Tried, address, new_secret
from app.staff.models import StaffFactor

OFFER_HOURS = 1
"""How long a key that was shown can be taken."""
NAME_LETTERS = 4
"""Of the group's random id: by these an app tells two roles apart, and nobody else knows what they mean."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A key that an app may take. Nothing of it is stored until a code shows that the app has it."""

    secret: str
    address: str
    sealed: str


def must_be_fresh(member: AnyReader, staff: Membership) -> None:
    """Raise Asleep unless this membership's role was confirmed within the last minutes: for what opens sealed material or
    hands out a role (I-11, I-14)."""
    if not member.powers.fresh(staff.id):
        raise Asleep(_("This wants a code of your second factor once more, whoever holds this device."), staff.group_id)


def offer(member: Member, staff: Membership, secret: str = "") -> Offer:
    """A new key for this membership's second factor, or the one that was offered before."""
    secret = secret or new_secret()
    plain = json.dumps([secret, now().timestamp()]).encode()
    sealed = seal(derive(member.keys.sealing, "factor offer"), plain, staff.id).hex()
    return Offer(secret, address(secret, staff.group_id[:NAME_LETTERS], _("Notes")), sealed)


def offered(member: Member, staff: Membership, sealed: str) -> str:
    """The key of an offer made before. Raises Unfit if that was not for this membership, or is too old."""
    try:
        secret, made = json.loads(unseal(derive(member.keys.sealing, "factor offer"), bytes.fromhex(sealed), staff.id))
    except (BrokenSeal, ValueError) as wrong:
        raise _stale() from wrong
    if abs(now().timestamp() - made) > timedelta(hours=OFFER_HOURS).total_seconds():
        raise _stale()
    return str(secret)


def _stale() -> Unfit:
    sentence = _("This key was shown too long ago. Here is a new one: take it into your app instead.")
    return Unfit(sentence, {"offer": sentence})


def enrol(db: Session, member: Member, staff: Membership, sealed: str, code: str) -> tuple[list[str], str]:
    """Take the offered key, once its code shows that the app has it. Spare codes, and the session's new token.

    A factor that is there already is replaced: whoever does that has woken the role with it just now, or raises Asleep.
    Raises Unfit for an offer that cannot be taken, or a code that is not the key's.
    """
    row = queries.held_factor(db, staff.id)
    if row:
        must_be_fresh(member, staff)
    made = Factor(offered(member, staff, sealed))
    if made.try_code(code, now()) is not Tried.RIGHT:
        sentence = _(
            "This code does not fit the key. If it just changed, type the new one; the telephone’s clock must be right."
        )
        raise Unfit(sentence, {"code": sentence})
    codes = made.new_spare_codes()
    if row is None:
        row = StaffFactor(membership_id=staff.id, group_id=staff.group_id, sealed=b"")
        db.add(row)
    save(db, member, staff, row, made)
    return codes, wake(db, member, staff)


def confirm(db: Session, member: Member, staff: Membership, code: str) -> tuple[Tried, str]:
    """Try a code: what came of it, and the session's new token if the role is awake now.

    A wrong one counts, so the caller must let the transaction be committed. Raises TooMany after many of them, Conflict
    where there is no second factor yet.
    """
    row, factor = held(db, member, staff)
    if code.strip() and factor.wait(now()) and _is_of_an_app(code):
        wait = factor.wait(now())
        raise TooMany(
            _("Several codes were wrong, so the next one has to wait. A spare code or a passkey works at once."), wait
        )
    tried = factor.try_code(code, now())
    save(db, member, staff, row, factor)
    return tried, wake(db, member, staff) if tried is Tried.RIGHT else ""


def _is_of_an_app(code: str) -> bool:
    return code.replace(" ", "").isdigit()


def held(db: Session, member: Member, staff: Membership) -> tuple[StaffFactor, Factor]:
    """This membership's second factor, opened and held. Raises Conflict where there is none."""
    row = queries.held_factor(db, staff.id)
    if row is None:
        raise Conflict(_("There is no second factor for this role yet. Set one up first."))
    return row, opened(member, staff, row)


def opened(member: Member, staff: Membership, row: StaffFactor) -> Factor:
    return Factor.opened(row.sealed, _key(member, staff), staff.id)


def save(db: Session, member: Member, staff: Membership, row: StaffFactor, factor: Factor) -> None:
    """Seal a factor that was changed."""
    row.sealed = factor.sealed(_key(member, staff), staff.id)
    db.flush()


def _key(member: Member, staff: Membership) -> bytes:
    """Under the server's key and the membership's claim secret together: a stolen database opens it with neither, a stolen
    server not without an open keyring."""
    claim = next(c for c in member.keyring.claims if c.membership_id == staff.id)
    return derive(member.keys.sealing, "staff factor", bytes.fromhex(claim.secret))


def wake(db: Session, member: Member, staff: Membership) -> str:
    """From now on, and for some hours, this role is awake in this session, which goes on under a new token: whoever copied
    the old one does not stand at the desk with it (I-7)."""
    row = members.held_session(db, member.session_hash)
    if row is None:
        raise SignedOut(_("You were signed out meanwhile. Sign in, and go on."))
    times = sessions.times_of(row, member.account_key).woken(staff.id)
    token = sessions.renewed(db, row, member.account_key, times)
    member.session_hash, member.session_key = sessions.parts(token) or ("", b"")
    member.powers = times.powers(settings())
    return token


def new_spare_codes(db: Session, member: Member, staff: Membership) -> list[str]:
    """Ten new ones; the old ones end. Raises Asleep unless the role was confirmed just now."""
    must_be_fresh(member, staff)
    row, factor = held(db, member, staff)
    codes = factor.new_spare_codes()
    save(db, member, staff, row, factor)
    return codes
