"""The passphrase once more, for a program: in a header, at doors that give everything away or end it (I-11)."""

from typing import Annotated

from fastapi import Depends, Header, Request

from app.foundation.errors import Forbidden
from app.foundation.language import gettext as _
from app.members import actions
from app.members.actions import Lock
from app.members.deps import bearer_token
from app.members.locksmith import LocksmithDep
from app.members.member import Member


async def own_lock(
    request: Request,
    smith: LocksmithDep,
    token: Annotated[str, Depends(bearer_token)],
    x_passphrase: Annotated[str, Header()] = "",
) -> Lock | None:
    """The typed passphrase stretched, before the door's transaction begins; None without one.

    The first dependency of its router: what comes later opens the transaction.
    """
    # Headers arrive as Latin-1, whatever the letters were.
    typed = x_passphrase.encode("latin-1", "replace").decode("utf-8", "replace")
    return await smith.lock_of_session(request, token, typed) if typed else None


OwnLockDep = Annotated[Lock | None, Depends(own_lock)]


def must_be_known(member: Member, lock: Lock | None) -> Lock:
    """The lock, if it is this member's. Raises Forbidden for none and for a wrong one."""
    if lock is None or not actions.knows(member, lock):
        raise Forbidden(_("This needs the passphrase again, in X-Passphrase."))
    return lock
