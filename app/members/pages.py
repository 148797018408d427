"""The door for people: coming in, coming back, leaving at once."""

import math
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from app.foundation.errors import SignedOut, Unfit
from app.foundation.web.csrf import masked, must_be_ours
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, Posted, PostedForm, filled, read
from app.foundation.web.limits import Door
from app.foundation.web.templates import Me, page
from app.foundation.web.transaction import Db, HouseDep, house
from app.members import actions, sessions, tickets
from app.members.actions import Lock
from app.members.cookies import cookie, with_cookie, without_cookie
from app.members.deps import PageMember, PageReader, perhaps_signed_in, signed_in
from app.members.exits import end_soon, in_the_end
from app.members.forms import RecoveryPage, SignIn, SignUpPage, well_chosen
from app.members.locksmith import LocksmithDep
from app.members.member import csrf_secret
from app.members.models import Account
from app.members.passphrases import offer

router = Doors()
opened = Doors()
"""Doors that need nobody signed in."""
KEPT = "kept."


@opened.get("/sign-up", dependencies=[Depends(perhaps_signed_in)])
def offer_a_place(request: Request, home: HouseDep) -> Response:
    return _sign_up_page(request, Filled(), tickets.issue(home))


@opened.get("/come-in/{code}")
def open_invitation(request: Request, home: HouseDep, reader: PageReader, code: str) -> Response:
    if reader:
        return page(request, "members/invitation.html", form=Filled({"invitation": code}))
    return _sign_up_page(request, Filled({"invitation": code}), tickets.issue(home))


@router.post("/invitation")
def accept_invitation(request: Request, db: Db, member: PageMember, typed: PostedForm) -> Response:
    try:
        taken = actions.accept_invitation(db, member, typed.one("invitation"))
    except Unfit as wrong:
        return page(request, "members/invitation.html", wrong.status, form=filled(typed, wrong))
    return RedirectResponse(f"/groups/{taken.group_id}/join", HTTPStatus.SEE_OTHER)


def _signing_up(typed: Posted) -> SignUpPage:
    form = read(SignUpPage, typed)
    well_chosen(form.chosen, "passphrase")
    return form


async def _locked(request: Request, typed: PostedForm, smith: LocksmithDep) -> Lock | None:
    """The chosen passphrase stretched, before the transaction begins; None if the form is not whole yet."""
    must_be_ours(request)
    try:
        chosen = _signing_up(typed).chosen
        if tickets.seconds_left(smith.home, typed.one("ticket")):
            return None
        wait = request.state.wait = math.ceil(smith.home.limits.ask(Door.SIGN_UP, request))
        return None if wait else await smith.lock(chosen)
    except Unfit:
        return None


@opened.post("/sign-up")
def sign_up(
    request: Request, home: HouseDep, lock: Annotated[Lock | None, Depends(_locked)], db: Db, typed: PostedForm
) -> Response:
    ticket = typed.one("ticket")
    try:
        form = _signing_up(typed)
        wait = tickets.seconds_left(home, ticket) or getattr(request.state, "wait", 0)
        if wait or lock is None:  # no lock, and no wait any more: its last second went by in between
            return _sign_up_page(request, _kept_passphrase(typed), ticket, wait or 1)
        with db.begin_nested():
            tickets.spend(db, home, ticket)
            place = actions.sign_up(db, home.keys, lock, form.invitation, not form.own_device)
    except Unfit as wrong:
        fresh = tickets.issue(home) if wrong.errors.keys() & {"ticket", "challenge"} else ticket
        return _sign_up_page(request, filled(typed, wrong), fresh, status=wrong.status)
    answer = page(
        request, "members/codes.html", sign_in_name=place.sign_in_name, codes=place.recovery_codes,
        passphrase_offered=form.offered if form.which == "offered" else None,
    )  # fmt: skip
    return with_cookie(answer, home, place.token, own_device=form.own_device)


def _kept_passphrase(typed: Posted) -> Filled[SignUpPage]:
    form: Filled[SignUpPage] = filled(typed)
    form.values["passphrase"] = typed.one("passphrase")
    return form


def _sign_up_page(
    request: Request, form: Filled[SignUpPage], ticket: str, wait: int = 0, status: int = 200
) -> Response:
    return page(
        request,
        "members/sign-up.html",
        status,
        form=form,
        offered=form.values.get("offered") or offer(),
        ticket=ticket,
        wait=wait,
    )


@opened.get("/sign-in")
def ask_who(request: Request, reader: PageReader, next: str = "/") -> Response:
    if reader:
        return RedirectResponse(_inside(next), HTTPStatus.SEE_OTHER)
    return _sign_in_page(request, Filled(), _inside(next), {})


def _sign_in_page(
    request: Request, form: Filled[SignIn], next_page: str, kept: dict[str, list[str]], status: int = 200
) -> Response:
    return page(request, "members/sign-in.html", status, form=form, next=next_page, kept=kept)


async def _recognised(
    request: Request, home: HouseDep, typed: PostedForm, smith: LocksmithDep
) -> tuple[Account | None, Lock] | None:
    must_be_ours(request)
    try:
        form = read(SignIn, typed)
    except Unfit:
        return None
    return await smith.lock_of(request, actions.name_mac(home.keys, form.sign_in_name), form.passphrase)


@opened.post("/sign-in")
def sign_in(
    request: Request,
    home: HouseDep,
    known: Annotated[tuple[Account | None, Lock] | None, Depends(_recognised)],
    db: Db,
    typed: PostedForm,
) -> Response:
    own_device = bool(typed.one("own_device"))
    try:
        read(SignIn, typed)
        assert known is not None  # noqa: S101
        token = actions.sign_in(db, *known, is_shared=not own_device)
    except (Unfit, SignedOut) as wrong:
        again = filled(typed, _on_field(wrong, "passphrase"))
        return _sign_in_page(request, again, _inside(typed.one("next")), _carried(typed), wrong.status)
    kept = _carried(typed)
    if kept:
        request.state.me = Me(False, 0, masked(csrf_secret(bytes.fromhex(token.split(".")[1]))))
        answer: Response = page(request, "members/kept.html", kept=kept, action=_inside(typed.one("next")))
    else:
        answer = RedirectResponse(_inside(typed.one("next")), HTTPStatus.SEE_OTHER)
    return with_cookie(answer, home, token, own_device=own_device)


@opened.get("/recover", dependencies=[Depends(perhaps_signed_in)])
def ask_for_a_code(request: Request) -> Response:
    return page(request, "members/recover.html", form=Filled(), offered=offer())


def _coming_back(typed: Posted) -> RecoveryPage:
    form = read(RecoveryPage, typed)
    well_chosen(form.chosen, "new_passphrase")
    return form


async def _new_lock(request: Request, typed: PostedForm, smith: LocksmithDep) -> Lock | None:
    must_be_ours(request)
    try:
        chosen = _coming_back(typed).chosen
        await smith.home.limits.turn(Door.RECOVERY, request)
        return await smith.lock(chosen)
    except Unfit:
        return None


@opened.post("/recover")
def recover(
    request: Request, home: HouseDep, lock: Annotated[Lock | None, Depends(_new_lock)], db: Db, typed: PostedForm
) -> Response:
    try:
        form = _coming_back(typed)
        assert lock is not None  # noqa: S101
        place = actions.recover(db, home.keys, form.recovery_code, lock, not form.own_device)
    except (Unfit, SignedOut) as wrong:
        again = filled(typed, _on_field(wrong, "recovery_code"))
        return page(request, "members/recover.html", wrong.status, form=again, offered=typed.one("offered") or offer())
    answer = page(
        request, "members/codes.html", sign_in_name=place.sign_in_name, codes=(),
        passphrase_offered=form.offered if form.which == "offered" else None,
    )  # fmt: skip
    return with_cookie(answer, home, place.token, own_device=form.own_device)


def _on_field(wrong: Unfit | SignedOut, field: str) -> Unfit:
    return wrong if isinstance(wrong, Unfit) else Unfit(wrong.detail, {field: wrong.detail})


@opened.post("/sign-out", dependencies=[Depends(in_the_end, scope="function"), Depends(signed_in)])
def sign_out(home: HouseDep, db: Db, member: PageMember) -> Response:
    sessions.end(db, member.account.id, only=member.session_hash)
    return without_cookie(RedirectResponse("/", HTTPStatus.SEE_OTHER), home)


@opened.post("/leave")
async def leave_now(request: Request) -> Response:
    """Quick exit. It must never fail: it asks for no token of the page, as it can only end one's own session,
    and waits for no database and no thread, as the cookie is gone in any case."""
    home = house(request)
    split = sessions.parts(await cookie(request))
    if split:
        await end_soon(home, split[0])
    return without_cookie(RedirectResponse("/bye", HTTPStatus.SEE_OTHER), home)


@opened.get("/bye")
async def bye(home: HouseDep) -> Response:
    """An empty page that goes on to the neutral site at once. A redirect of the form itself
    would be stopped by `form-action 'self'` (SECURITY.md, finding 2)."""
    return Response("", media_type="text/html", headers={"refresh": f"0; url={home.settings.exit_url}"})


def _carried(typed: Posted) -> dict[str, list[str]]:
    return {name.removeprefix(KEPT): values for name, values in typed.kept.items() if name.startswith(KEPT)}


def _inside(address: str) -> str:
    """An address of this site, or its front door: nobody is sent elsewhere."""
    plain = address.startswith("/") and not address.startswith("//") and address.isprintable() and "\\" not in address
    return address if plain else "/"
