"""Passphrases stretched at the door: a few at once, a few more waiting, none in the event loop."""

from dataclasses import dataclass
from typing import Annotated

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Depends, Request

from app.foundation.errors import Busy
from app.foundation.language import gettext as _
from app.foundation.sealing import mac
from app.foundation.web.csrf import must_be_ours
from app.foundation.web.forms import PostedForm
from app.foundation.web.limits import Door
from app.foundation.web.transaction import House
from app.members import queries, sessions
from app.members.actions import Lock
from app.members.cookies import cookie
from app.members.guesses import Guesses
from app.members.models import Account
from app.members.passphrases import cost_now, new_salt, stretch


@dataclass(frozen=True, slots=True)
class Relock:
    """The passphrase as it was typed, and the one that shall come after it."""

    old: Lock
    new: Lock


class Locksmith:
    """Stretches passphrases: a few at once, a few more waiting, none in the event loop (SECURITY.md, O-5)."""

    def __init__(self, home: House) -> None:
        self.home = home
        self.guesses = Guesses(home)
        self._at_once = CapacityLimiter(home.settings.argon2_at_once)

    @property
    def waiting(self) -> int:
        """How many passphrases wait to be stretched."""
        return self._at_once.statistics().tasks_waiting

    async def lock(self, passphrase: str, account: Account | None = None, name_mac: str = "") -> Lock:
        """Stretch a passphrase as an account does, or anew. An unknown name costs the same time as a known one."""
        if self.waiting >= self.home.settings.argon2_queue:
            raise Busy(_("Many people are at the door right now. Try again in a few seconds."))
        pepper = self.home.keys.pepper
        salt, cost = new_salt(), cost_now(self.home.settings)
        if account:
            salt, cost = account.salt, account.cost
        elif name_mac:
            salt = bytes.fromhex(mac(pepper, "no such name", name_mac))[: len(salt)]
        stretched = await run_sync(stretch, passphrase, salt, cost, pepper, limiter=self._at_once)
        return Lock(salt, cost, stretched)

    async def lock_of(self, request: Request, name_mac: str, passphrase: str) -> tuple[Account | None, Lock]:
        """The account of that name, if there is one, and the passphrase stretched the way it would be, when it is this
        try's turn (I-12). Raises TooMany if that would be too long."""
        await self.home.limits.turn(Door.SIGN_IN, request)
        await self.guesses.turn(request, name_mac)
        account = await run_sync(self._account, name_mac)
        return account, await self.lock(passphrase, account, name_mac)

    async def lock_of_session(self, request: Request, token: str, passphrase: str) -> Lock | None:
        """The passphrase stretched the way the account of this session does it; None without a session. Whoever found
        a device open guesses no faster than whoever stands at the door."""
        account = await run_sync(self._account_of, token)
        if account is None:
            return None
        await self.guesses.turn(request, account.name_mac)
        return await self.lock(passphrase, account)

    def _account_of(self, token: str) -> Account | None:
        split = sessions.parts(token)
        with self.home.database.reading() as db:
            found = queries.session_of(db, split[0]) if split else None
        return found[1] if found else None

    def _account(self, name_mac: str) -> Account | None:
        with self.home.database.reading() as db:
            return queries.account_named(db, name_mac)


async def locksmith(request: Request) -> Locksmith:
    found = request.app.state.locksmith
    assert isinstance(found, Locksmith)  # noqa: S101
    return found


LocksmithDep = Annotated[Locksmith, Depends(locksmith)]


async def relocked(
    request: Request, typed: PostedForm, smith: LocksmithDep, token: Annotated[str, Depends(cookie)]
) -> Relock | None:
    """Passphrases of a page's form, stretched before the page's transaction begins, so that nobody waits for it.

    None without a session. The first dependency of its router: what comes later opens the transaction.
    """
    must_be_ours(request)
    old = await smith.lock_of_session(request, token, typed.one("passphrase"))
    chosen = typed.one("new_passphrase" if typed.one("which") == "own" else "offered")
    return Relock(old, await smith.lock(chosen) if chosen else old) if old else None


RelockDep = Annotated[Relock | None, Depends(relocked)]
