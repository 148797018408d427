"""Who stands at the door: a cookie or a token becomes a member, or a refusal."""

from contextlib import suppress
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Header, Request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.foundation.errors import BrokenSeal, NotFound, SignedOut
from app.foundation.eyes import Connected
from app.foundation.language import gettext as _
from app.foundation.times import now, today
from app.foundation.web.csrf import masked, must_be_ours, must_match
from app.foundation.web.forms import PostedForm
from app.foundation.web.templates import Me
from app.foundation.web.transaction import READING, Db, House, HouseDep
from app.members import queries, sessions
from app.members.cookies import cookie
from app.members.keyring import Keyring
from app.members.member import AnyReader, Member, Reader, Stands
from app.members.sessions import Seat, Times


async def bearer_token(authorization: Annotated[str, Header()] = "") -> str:
    kind, _space, token = authorization.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def perhaps_signed_in(
    request: Request, home: HouseDep, db: Db, token: Annotated[str, Depends(cookie)]
) -> Member | None:
    """The member whose cookie this is, for pages that are open to all."""
    member = _member(request, home, db, token)
    if member:
        request.state.me = known_as(member)
    return member


async def signed_in(
    request: Request, typed: PostedForm, member: Annotated[Member | None, Depends(perhaps_signed_in)]
) -> Member:
    """The member at a page's door. A post must come from Hearth's own page (W-5)."""
    if request.method not in READING:
        must_be_ours(request)
    if member is None:
        raise SignedOut(_("You were signed out meanwhile. Your words are still here: sign in, and go on."))
    if request.method not in READING:
        must_match(typed.one("csrf"), member.csrf_secret)
    return member


def bearer(request: Request, home: HouseDep, db: Db, token: Annotated[str, Depends(bearer_token)]) -> Member:
    """The member whose token a program shows."""
    member = _member(request, home, db, token)
    if member is None:
        raise no_token()
    return member


def no_token() -> SignedOut:
    """What a program hears that shows no good token."""
    return SignedOut(_("This call needs a token: Authorization: Bearer …"))


def perhaps_bearer(
    request: Request, home: HouseDep, db: Db, token: Annotated[str, Depends(bearer_token)]
) -> Member | None:
    """The member whose token a program shows, if it shows one. A wrong token is refused, not ignored."""
    return bearer(request, home, db, token) if request.headers.get("authorization") else None


PageMember = Annotated[Member, Depends(signed_in)]
PageReader = Annotated[Member | None, Depends(perhaps_signed_in)]
ApiMember = Annotated[Member, Depends(bearer)]
ApiReader = Annotated[Member | None, Depends(perhaps_bearer)]


def _member(request: Request, home: House, db: Session, token: str) -> Member | None:
    split = sessions.parts(token)
    found = queries.session_of(db, split[0]) if split else None
    if split is None or found is None:
        return None
    row, account = found
    seat = Seat(row.id_hash, account.id, row.wrapped_key, row.sealed_times, account.keyring, account.version)
    opened = _opened(home, seat, split[1])
    if opened is None:
        return None
    if request.method in READING:
        home.limits.open_page(account.id)
    used = sessions.touched(seat, opened.times, opened.account_key)
    if used:
        if request.method in READING:
            note_use(home, seat, used)
        else:
            queries.note_use(db, seat.id_hash, seat.sealed_times, used)
    memberships = queries.memberships_of(db, opened.keyring)
    # With the request too: should it be refused because a role sleeps, the answer says so.
    request.state.powers = opened.times.powers(home.settings)
    return Member(
        opened.keyring, home.keys, row.id_hash, split[1], opened.times.is_shared, memberships,
        queries.limits_of(db, memberships, today()), account, opened.account_key,
        powers=request.state.powers,
    )  # fmt: skip


class Opened(NamedTuple):
    """What a session's cookie opens."""

    account_key: bytes
    times: Times
    keyring: Keyring


def _opened(home: House, seat: Seat, session_key: bytes) -> Opened | None:
    """None for a cookie that is not this session's, and for a session that is over."""
    try:
        account_key = sessions.account_key(seat, session_key)
        times = sessions.times_of(seat, account_key)
        keyring = Keyring.opened(seat.keyring, account_key, home.keys.sealing, seat.account_id, seat.version)
    except BrokenSeal:
        return None
    return None if times.is_over(home.settings, now()) else Opened(account_key, times, keyring)


def note_use(home: House, seat: Seat, sealed_times: bytes) -> None:
    """A page that only reads writes this one thing, in a transaction of its own, at most every five minutes."""
    with suppress(SQLAlchemyError), home.database.noting() as db:
        queries.note_use(db, seat.id_hash, seat.sealed_times, sealed_times)
        db.commit()


def reader_of(home: House, db: Connected, token: str) -> Reader[Stands] | None:
    """Who reads by this token. That it was used is not noted: an open stream is no use of a session."""
    found = sat(home, db, token)
    return reading_as(home, db, found) if found else None


def sat(home: House, db: Connected, token: str) -> tuple[Seat, Opened, bytes] | None:
    """The session that a token opens, and the token's own key; None if there is none, or it is over."""
    split = sessions.parts(token)
    seat = queries.seat_of(db, split[0]) if split else None
    opened = _opened(home, seat, split[1]) if seat and split else None
    return (seat, opened, split[1]) if seat and opened and split else None


def reading_as(home: House, db: Connected, found: tuple[Seat, Opened, bytes]) -> Reader[Stands]:
    seat, opened, session_key = found
    return Reader(
        opened.keyring,
        home.keys,
        seat.id_hash,
        session_key,
        opened.times.is_shared,
        queries.stands_of(db, opened.keyring),
        powers=opened.times.powers(home.settings),
    )


def known_as(reader: AnyReader) -> Me:
    return Me(reader.could_be_staff or reader.is_waited_for_at_the_desk, reader.unread, masked(reader.csrf_secret))


def must_be_found(thing: Any) -> Any:
    """What one may not see does not exist."""
    if thing is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return thing
