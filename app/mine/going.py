"""Doors for taking everything along and for closing a place for good, each after the passphrase; and for claim codes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from sqlalchemy.orm import Session

from app.foundation.errors import Forbidden, Unfit
from app.foundation.language import gettext as _
from app.foundation.times import now
from app.foundation.web.csrf import must_be_ours
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, Posted, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, HouseDep
from app.log.purging import COPY_DAYS
from app.members import private
from app.members.actions import must_know
from app.members.cookies import without_cookie
from app.members.deps import PageMember, perhaps_signed_in, signed_in
from app.members.locksmith import RelockDep, relocked
from app.members.member import Member
from app.mine import closing, cursors, parcel
from app.mine import queries as mine
from app.mine.export import Export
from app.mine.forms import MOST_SHOWN, ClaimPage, ClosePage, ExceptionsPage, PassphrasePage, PostsPage
from app.stories import leaving
from app.stories import queries as stories

router = Doors()
opened = Doors()
"""Whoever has a claim code has no place any more."""
relocking = Doors(dependencies=[Depends(relocked), Depends(signed_in)])
"""Doors that want the passphrase again: it is stretched before their transaction begins."""
ASKED = "export"
READY_MINUTES = 5
"""How long a file can be fetched after the passphrase was typed, by the session that typed it."""


@router.get("/settings/export")
def ask_to_export(request: Request, member: PageMember) -> Response:  # noqa: ARG001
    return page(request, "mine/export.html", form=Filled(), ready=False)


@relocking.post("/settings/export")
def allow_export(request: Request, lock: RelockDep, db: Db, member: PageMember, typed: PostedForm) -> Response:
    assert lock is not None  # noqa: S101  (there is a session)
    try:
        read(PassphrasePage, typed)
        must_know(member, lock.old)
    except Unfit as wrong:
        return page(request, "mine/export.html", wrong.status, form=filled(typed, wrong), ready=False)
    until = now() + timedelta(minutes=READY_MINUTES)
    private.keep_settings(db, member, ASKED, {"until": until.isoformat(), "session": member.session_hash})
    return page(request, "mine/export.html", form=Filled(), ready=True, minutes=READY_MINUTES)


@router.get("/settings/export/notes.zip")
def export(db: Db, member: PageMember) -> Response:
    """Made in a transaction that only reads: nobody who writes meanwhile waits."""
    asked = private.settings_of(db, member, ASKED)
    if asked.get("session") != member.session_hash or datetime.fromisoformat(asked["until"]) < now():
        raise Forbidden(_("Type your passphrase once more, and then take your things along."), way="/settings/export")
    made = parcel.as_zip(Export(db, member))
    headers = {"content-length": str(made.size), "content-disposition": f'attachment; filename="{parcel.NAME}"'}
    return StreamingResponse(iter(made), headers=headers, media_type="application/zip")


@router.get("/settings/close")
def ask_to_close(request: Request, db: Db, member: PageMember) -> Response:
    return _close_page(request, db, member, Filled({"posts": closing.choice_of(db, member).posts.value}))


@relocking.post("/settings/close")
def close(request: Request, home: HouseDep, lock: RelockDep, db: Db, member: PageMember, typed: PostedForm) -> Response:
    assert lock is not None  # noqa: S101  (there is a session)
    try:
        form = read(ClosePage, _fields(typed, "posts", "has_codes"))
        choice = closing.choose(db, member, form.posts)
        must_know(member, lock.old)
    except Unfit as wrong:
        return _close_page(request, db, member, filled(typed, wrong), wrong.status)
    codes = closing.claim_codes(db, member, choice)
    if codes and not form.has_codes:
        return page(request, "mine/claim-codes.html", codes=codes, form=Filled({"posts": form.posts.value}))
    closing.close(db, member, choice)
    request.state.me = None
    return without_cookie(page(request, "mine/closed.html", keeps_some=bool(codes), exit=home.settings.exit_url), home)


def _close_page(request: Request, db: Session, member: Member, form: Filled[Any], status: int = 200) -> Response:
    choice = closing.choice_of(db, member)
    return page(
        request, "mine/close.html", status, form=form, choice=choice, copy_days=COPY_DAYS,
        has_stories=bool(stories.own_stories(db, member, None, 1)),
    )  # fmt: skip


@router.post("/settings/close/choose")
def choose_for_all(db: Db, member: PageMember, typed: PostedForm) -> Response:
    closing.choose(db, member, read(PostsPage, _fields(typed, "posts")).posts)
    return RedirectResponse("/settings/close/stories", HTTPStatus.SEE_OTHER)


@router.get("/settings/close/stories")
def choose_stories(request: Request, db: Db, member: PageMember, after: str = "") -> Response:
    """One's own stories, a page at a time, with a box for each."""
    found = stories.own_stories(db, member, cursors.hour(after), MOST_SHOWN + 1)
    choice = closing.choice_of(db, member)
    shown = mine.stories_shown(db, member, found[:MOST_SHOWN])
    last = found[MOST_SHOWN - 1] if len(found) > MOST_SHOWN else None
    return page(
        request, "mine/close-stories.html", stories=shown, excepted=set(choice.exceptions), posts=choice.posts,
        next=cursors.of(last.created_hour, last.id) if last else "", most=closing.MOST_EXCEPTIONS,
    )  # fmt: skip


@router.post("/settings/close/stories")
def keep_choice(db: Db, member: PageMember, typed: PostedForm) -> Response:
    form = read(ExceptionsPage, _fields(typed, "shown", "excepted"))
    closing.except_some(db, member, form.shown, form.excepted)
    further = typed.one("do")
    cursors.hour(further)
    where = f"/settings/close/stories?after={further}" if further else "/settings/close"
    return RedirectResponse(where, HTTPStatus.SEE_OTHER)


def _fields(typed: Posted, *names: str) -> Posted:
    fields: Mapping[str, list[str]] = typed.fields
    return Posted({name: fields[name] for name in names if name in fields})


@opened.get("/claim", dependencies=[Depends(perhaps_signed_in)])
def ask_for_claim(request: Request) -> Response:
    return page(request, "mine/claim.html", form=Filled(), done=False)


@opened.post("/claim", dependencies=[Depends(perhaps_signed_in)])
def take_back(request: Request, db: Db, typed: PostedForm) -> Response:
    """What a persona that left had kept is erased, for whoever has its claim code."""
    must_be_ours(request)
    try:
        form = read(ClaimPage, _fields(typed, "code"))
        membership = closing.claimed(db, form.code)
        if membership is None:
            sentence = _("This code takes nothing back. Its words may be gone already.")
            raise Unfit(sentence, {"code": sentence})
    except Unfit as wrong:
        return page(request, "mine/claim.html", wrong.status, form=filled(typed, wrong), done=False)
    leaving.erase_what_stayed(db, membership)
    return page(request, "mine/claim.html", form=Filled(), done=True)
