"""Passkeys as a second factor: a key on somebody's device says that it is there. They need script and a name of the site
that browsers take for one, so they are an extra beside codes (WebAuthn by py_webauthn)."""

import hashlib
import secrets
from datetime import timedelta
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from app.foundation.errors import Conflict, Unfit
from app.foundation.language import gettext as _
from app.foundation.sealing import digest
from app.foundation.settings import Settings
from app.foundation.times import this_hour
from app.foundation.web import tickets
from app.members import queries as members
from app.members.member import Member
from app.members.models import Membership, Ticket
from app.staff import actions
from app.staff.factor import MOST_PASSKEYS, Factor, Passkey

TICKET_HOURS = 1
LONGEST = 16_384
USER_BYTES = 32
LOCAL = "localhost"


class Ceremony(NamedTuple):
    """What a page's script needs to ask the device, and the ticket that goes with the answer."""

    options: str
    ticket: str


class Site(NamedTuple):
    """Under which name browsers know this site, and what stands before its addresses."""

    name: str
    origin: str


def site(settings: Settings) -> Site | None:
    """None where browsers make no passkeys: under a bare address, or without https."""
    parts = urlsplit(settings.base_url)
    name = parts.hostname or ""
    try:
        ip_address(name)
    except ValueError:
        is_safe = parts.scheme == "https" or name == LOCAL
        return Site(name, f"{parts.scheme}://{parts.netloc}") if is_safe else None
    return None


def to_add(settings: Settings, member: Member, staff: Membership, factor: Factor) -> Ceremony | None:
    """For adding a key. None where none can be added."""
    here = site(settings)
    if here is None or len(factor.passkeys) >= MOST_PASSKEYS:
        return None
    from webauthn import generate_registration_options, options_to_json  # noqa: PLC0415  (half a second, seldom needed)
    from webauthn.helpers.structs import (  # noqa: PLC0415
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    ticket = tickets.issue(member.keys.signing, _purpose(member, staff))
    # What the device would list and show to whoever looks through it says nothing of this place.
    options = generate_registration_options(
        rp_id=here.name, rp_name=_("Notes"), user_name=staff.group_id[: actions.NAME_LETTERS],
        user_id=secrets.token_bytes(USER_BYTES), challenge=_challenge(ticket),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(bytes.fromhex(p.credential_id)) for p in factor.passkeys],
    )  # fmt: skip
    return Ceremony(options_to_json(options), ticket)


def to_ask(settings: Settings, member: Member, staff: Membership, factor: Factor) -> Ceremony | None:
    """For waking a role with a key. None without one."""
    here = site(settings)
    if here is None or not factor.passkeys:
        return None
    from webauthn import generate_authentication_options, options_to_json  # noqa: PLC0415
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement  # noqa: PLC0415

    ticket = tickets.issue(member.keys.signing, _purpose(member, staff))
    options = generate_authentication_options(
        rp_id=here.name, challenge=_challenge(ticket), user_verification=UserVerificationRequirement.PREFERRED,
        allow_credentials=[PublicKeyCredentialDescriptor(bytes.fromhex(p.credential_id)) for p in factor.passkeys],
    )  # fmt: skip
    return Ceremony(options_to_json(options), ticket)


def add(db: Session, settings: Settings, member: Member, staff: Membership, ticket: str, answer: str) -> str:
    """Add a key by what the device answered; the session's new token.

    Raises Asleep unless the role was confirmed just now, Unfit for an answer that is none of this page's, Conflict where
    there is no room for another.
    """
    actions.must_be_fresh(member, staff)
    here, (row, factor) = _here(settings), actions.held(db, member, staff)
    if len(factor.passkeys) >= MOST_PASSKEYS:
        raise Conflict(_("There is no room for another passkey."))
    _spend(db, member, staff, ticket)
    from webauthn import verify_registration_response  # noqa: PLC0415

    try:
        made = verify_registration_response(
            credential=answer, expected_challenge=_challenge(ticket), expected_rp_id=here.name,
            expected_origin=here.origin,
        )  # fmt: skip
    except Exception as wrong:  # of many kinds: whatever it is, this is no answer to what was asked
        raise _not_it() from wrong
    factor.passkeys.append(Passkey(made.credential_id.hex(), made.credential_public_key.hex(), made.sign_count))
    actions.save(db, member, staff, row, factor)
    return actions.wake(db, member, staff)


def confirm(db: Session, settings: Settings, member: Member, staff: Membership, ticket: str, answer: str) -> str:
    """Wake a role by what the device answered; the session's new token. Raises Unfit for any other answer."""
    here, (row, factor) = _here(settings), actions.held(db, member, staff)
    _spend(db, member, staff, ticket)
    from webauthn import verify_authentication_response  # noqa: PLC0415
    from webauthn.helpers import parse_authentication_credential_json  # noqa: PLC0415

    try:
        shown = parse_authentication_credential_json(answer)
        known = next(p for p in factor.passkeys if p.credential_id == shown.raw_id.hex())
        right = verify_authentication_response(
            credential=shown, expected_challenge=_challenge(ticket), expected_rp_id=here.name,
            expected_origin=here.origin, credential_public_key=bytes.fromhex(known.public_key),
            credential_current_sign_count=known.sign_count,
        )  # fmt: skip
    except Exception as wrong:
        raise _not_it() from wrong
    known.sign_count, factor.misses = right.new_sign_count, 0
    actions.save(db, member, staff, row, factor)
    return actions.wake(db, member, staff)


def forget(db: Session, member: Member, staff: Membership) -> None:
    """All passkeys of this role go. Raises Asleep unless it was confirmed just now."""
    actions.must_be_fresh(member, staff)
    row, factor = actions.held(db, member, staff)
    factor.passkeys = []
    actions.save(db, member, staff, row, factor)


def _here(settings: Settings) -> Site:
    here = site(settings)
    if here is None:
        raise Conflict(_("Passkeys do not work under this address. A code does."))
    return here


def _purpose(member: Member, staff: Membership) -> str:
    return f"passkey {staff.id} {member.session_hash}"


def _challenge(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode()).digest()


def _spend(db: Session, member: Member, staff: Membership, ticket: str) -> None:
    """A device's answer is taken once, in the session that asked for it."""
    try:
        ticket_id, _age = tickets.read(member.keys.signing, _purpose(member, staff), ticket, TICKET_HOURS)
    except Unfit as foreign:  # of another session or page, or too old
        raise _not_it() from foreign
    if members.ticket_used(db, digest(ticket_id)):
        raise _not_it()
    db.add(Ticket(id_hash=digest(ticket_id), expires_at=this_hour() + timedelta(hours=TICKET_HOURS + 1)))
    db.flush()


def _not_it() -> Unfit:
    sentence = _("This device’s answer does not fit. Try once more, or type a code.")
    return Unfit(sentence, {"code": sentence})
