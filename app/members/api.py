"""The door for programs: accounts, sessions, recoveries, and who one is (CONTRACT.md)."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from app.foundation.web.doors import Doors
from app.foundation.web.limits import Door
from app.foundation.web.transaction import Db, HouseDep
from app.members import actions, sessions, tickets
from app.members.actions import Lock
from app.members.deps import ApiMember, bearer
from app.members.forms import CameBack, Challenge, Codes, PlaceOpened, Recovery, SignIn, SignUp, Token
from app.members.knocking import OwnLockDep, must_be_known, own_lock
from app.members.locksmith import LocksmithDep
from app.members.models import Account

router = Doors()
opened = Doors()


@opened.get("/accounts/challenge", summary="A ticket for sign-up, good once its wait is over")
def challenge(home: HouseDep) -> Challenge:
    ticket = tickets.issue(home)
    return Challenge(challenge=ticket, wait_seconds=tickets.seconds_left(home, ticket))


async def _new_lock(request: Request, form: SignUp, smith: LocksmithDep) -> Lock:
    tickets.must_be_ripe(smith.home, form.challenge)
    smith.home.limits.must_pass(Door.SIGN_UP, request)
    return await smith.lock(form.passphrase)


@opened.post("/accounts", status_code=HTTPStatus.CREATED, summary="Open a place")
def sign_up(form: SignUp, lock: Annotated[Lock, Depends(_new_lock)], home: HouseDep, db: Db) -> PlaceOpened:
    tickets.spend(db, home, form.challenge)
    place = actions.sign_up(db, home.keys, lock, form.invitation, is_shared=False)
    return PlaceOpened(sign_in_name=place.sign_in_name, token=place.token, recovery_codes=list(place.recovery_codes))


async def _known(request: Request, form: SignIn, home: HouseDep, smith: LocksmithDep) -> tuple[Account | None, Lock]:
    return await smith.lock_of(request, actions.name_mac(home.keys, form.sign_in_name), form.passphrase)


@opened.post("/sessions", status_code=HTTPStatus.CREATED, summary="Sign in")
def sign_in(known: Annotated[tuple[Account | None, Lock], Depends(_known)], db: Db) -> Token:
    return Token(token=actions.sign_in(db, *known, is_shared=False))


async def _relock(request: Request, form: Recovery, smith: LocksmithDep) -> Lock:
    await smith.home.limits.turn(Door.RECOVERY, request)
    return await smith.lock(form.new_passphrase)


@opened.post("/recoveries", status_code=HTTPStatus.CREATED, summary="Come back with a recovery code")
def recover(form: Recovery, lock: Annotated[Lock, Depends(_relock)], home: HouseDep, db: Db) -> CameBack:
    place = actions.recover(db, home.keys, form.recovery_code, lock, is_shared=False)
    return CameBack(token=place.token, sign_in_name=place.sign_in_name)


@router.delete("/sessions/current", status_code=HTTPStatus.NO_CONTENT, summary="Sign out")
def sign_out(db: Db, member: ApiMember) -> Response:
    sessions.end(db, member.account.id, only=member.session_hash)
    return Response(status_code=HTTPStatus.NO_CONTENT)


relocking = Doors(dependencies=[Depends(own_lock), Depends(bearer)])
"""Doors that want the passphrase again: it is stretched before their transaction begins."""


@relocking.post(
    "/me/recovery-codes", status_code=HTTPStatus.CREATED, summary="Ten new recovery codes; the old ones end"
)
def renew_codes(lock: OwnLockDep, db: Db, member: ApiMember) -> Codes:
    place = actions.renew_codes(db, member, must_be_known(member, lock))
    return Codes(recovery_codes=list(place.recovery_codes), token=place.token)
