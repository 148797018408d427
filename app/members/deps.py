"""Who stands at the door: a cookie or a token becomes a member, or a refusal."""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.foundation.errors import BrokenSeal, NotFound, SignedOut
from app.foundation.language import gettext as _
from app.foundation.times import now, today
from app.foundation.web.csrf import must_be_ours, must_match
from app.foundation.web.forms import PostedForm
from app.foundation.web.templates import Me
from app.foundation.web.transaction import READING, Db, House, HouseDep
from app.members import queries, sessions
from app.members.cookies import cookie
from app.members.keyring import Keyring
from app.members.member import Member


def bearer_token(authorization: Annotated[str, Header()] = "") -> str:
    kind, _space, token = authorization.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def perhaps_signed_in(
    request: Request, home: HouseDep, db: Db, token: Annotated[str, Depends(cookie)]
) -> Member | None:
    """The member whose cookie this is, for pages that are open to all."""
    member = _member(request, home, db, token)
    if member:
        request.state.me = Me(member.is_staff or member.is_waited_for_at_the_desk, member.unread, member.csrf_secret)
    return member


def signed_in(
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
        raise SignedOut(_("This call needs a token: Authorization: Bearer …"))
    return member


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
    try:
        account_key = sessions.account_key(row, split[1])
        times = sessions.times_of(row, account_key)
        keyring = Keyring.opened(account.keyring, account_key, home.keys.sealing, account.id, account.version)
    except BrokenSeal:
        return None
    if times.is_over(home.settings, now()):
        return None
    if sessions.touched(row, times, account_key) and request.method in READING:
        _note_use(home, row.id_hash, row.sealed_times)
    memberships = queries.memberships_of(db, keyring)
    limits = queries.limits_of(db, memberships, today())
    return Member(
        account, account_key, keyring, home.keys, row.id_hash, split[1], times.is_shared, memberships, limits
    )  # fmt: skip


def _note_use(home: House, id_hash: str, sealed_times: bytes) -> None:
    """A page that only reads writes this one thing, in a transaction of its own, at most every five minutes."""
    with suppress(SQLAlchemyError), home.database.writing() as db:
        row = queries.session(db, id_hash)
        if row:
            row.sealed_times = sealed_times
        db.commit()


def must_be_found(thing: Any) -> Any:
    """What one may not see does not exist."""
    if thing is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return thing
