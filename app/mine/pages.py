"""Doors for a member's own home: place, notices, reading, and what locks it."""

from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.foundation.errors import BrokenSeal, Unfit
from app.foundation.settings import Settings
from app.foundation.times import now
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, PostedForm, filled, read
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, HouseDep
from app.members import actions, queries, sessions
from app.members.cookies import with_cookie
from app.members.deps import PageMember, signed_in
from app.members.forms import NewLockPage, well_chosen
from app.members.locksmith import RelockDep, relocked
from app.members.member import Member
from app.members.passphrases import offer
from app.members.sessions import Times
from app.mine import cursors
from app.mine import queries as mine
from app.mine.forms import ReadingSettings
from app.notifications import actions as notifications
from app.notifications.queries import notices
from app.stories import kept, reading
from app.stories import queries as stories
from app.stories.models import Reply, Story
from app.stories.phrases import notes_to_choose
from app.stories.reading import Reading, choose, reading_of

router = Doors()
relocking = Doors(dependencies=[Depends(relocked), Depends(signed_in)])
"""Doors that want the passphrase again: it is stretched before their transaction begins."""
PAGE = 20


@router.get("/mine")
def show_place(request: Request, db: Db, member: PageMember, after: str = "", answered: str = "") -> Response:
    """What one wrote. Stories and replies are each turned over by themselves: `after` for one, `answered` for the other."""
    told = [] if answered else stories.own_stories(db, member, cursors.hour(after), PAGE + 1)
    said = [] if after else mine.own_replies(db, member, cursors.hour(answered), PAGE + 1)
    return page(
        request, "mine/place.html", drafts=mine.drafts_shown(db, member) if not (after or answered) else [],
        stories=mine.stories_shown(db, member, told[:PAGE]), next=_older("after", told),
        replies=mine.replies_shown(db, member, said[:PAGE]), next_reply=_older("answered", said),
        own=mine.own_lists(db, member) if not (after or answered) else None,
    )  # fmt: skip


def _older(name: str, found: Sequence[Story | Reply]) -> str | None:
    """Where the page after this one begins, if one more was found than it shows."""
    if len(found) <= PAGE:
        return None
    last = found[PAGE - 1]
    return f"?{name}={cursors.of(last.created_hour, last.id)}"


@router.get("/mine/saved")
def show_saved(request: Request, db: Db, member: PageMember) -> Response:
    found = kept.stories(db, member, reading_of(db, member).saved)
    return page(request, "mine/saved.html", stories=found)


@router.get("/mine/followed")
def show_followed(request: Request, db: Db, member: PageMember) -> Response:
    return page(request, "mine/followed.html", stories=kept.followed(db, member, reading_of(db, member).followed))


@router.get("/mine/rather-not")
def show_muted(request: Request, db: Db, member: PageMember) -> Response:
    return page(request, "mine/rather-not.html", personas=kept.muted(db, member, reading_of(db, member).muted))


@router.post("/mine/rather-not/{mark}/undo")
def read_again(db: Db, member: PageMember, mark: str) -> Response:
    reading.unmute(db, member, {mark})
    return _to("/mine/rather-not")


@router.get("/notices")
def show_notices(request: Request, db: Db, member: PageMember, after: str = "") -> Response:
    found = notices(db, [m.id for m in member.memberships], cursors.day(after), PAGE + 1)
    return page(
        request, "mine/notices.html", notices=mine.gathered(mine.notices_shown(db, member, found[:PAGE])),
        next=f"?after={cursors.of(found[PAGE - 1].day, found[PAGE - 1].id)}" if len(found) > PAGE else None,
    )  # fmt: skip


@router.post("/notices/read")
def mark_read(db: Db, member: PageMember) -> Response:
    notifications.mark_read(db, member)
    return _to("/notices")


@router.get("/mine/reading")
def show_reading(request: Request, db: Db, member: PageMember) -> Response:
    values = {"fold": reading_of(db, member).fold}
    return page(request, "mine/reading.html", form=Filled(values), notes=notes_to_choose(), saved=False)


@router.post("/mine/reading")
def choose_reading(request: Request, db: Db, member: PageMember, typed: PostedForm) -> Response:
    try:
        form = read(ReadingSettings, typed)
    except Unfit as wrong:
        return page(
            request, "mine/reading.html", wrong.status, form=filled(typed, wrong), notes=notes_to_choose(), saved=False
        )
    fold = [str(note) for note in form.fold]

    def folded(reading: Reading) -> None:
        reading.fold = fold

    choose(db, member, folded)
    return page(request, "mine/reading.html", form=Filled({"fold": fold}), notes=notes_to_choose(), saved=True)


@router.get("/settings")
def show_settings(request: Request, home: HouseDep, db: Db, member: PageMember) -> Response:
    return page(
        request, "members/settings.html", codes_left=queries.codes_left(db, member.account.id),
        spent_codes=member.keyring.codes_used, sign_in_name=member.keyring.sign_in_name,
        has_role=bool(member.with_a_role),
        sessions=[
            {"id": i, "started_day": t.started.date(), "shared": t.is_shared, "current": i == member.session_hash}
            for i, t in _live_sessions(db, home.settings, member)
        ],
    )  # fmt: skip


def _live_sessions(db: Session, settings: Settings, member: Member) -> list[tuple[str, Times]]:
    """One's sessions that still open the door, the newest first."""
    found = list[tuple[str, Times]]()
    for row in queries.sessions_of(db, member.account.id):
        with suppress(BrokenSeal):
            found.append((row.id_hash, sessions.times_of(row, member.account_key)))
    live = [(i, times) for i, times in found if not times.is_over(settings, now())]
    return sorted(live, key=lambda one: one[1].started, reverse=True)


@router.post("/settings/sessions/end-others")
def end_others(db: Db, member: PageMember) -> Response:
    sessions.end(db, member.account.id, but=member.session_hash)
    return _to("/settings")


@router.post("/settings/sessions/{session_id}/end")
def end_one(db: Db, member: PageMember, session_id: str) -> Response:
    sessions.end(db, member.account.id, only=session_id)
    return _to("/settings")


@router.get("/settings/passphrase")
def ask_for_passphrase(request: Request, member: PageMember) -> Response:  # noqa: ARG001
    return page(request, "members/passphrase.html", form=Filled(), offered=offer())


@relocking.post("/settings/passphrase")
def change_passphrase(
    request: Request, home: HouseDep, lock: RelockDep, db: Db, member: PageMember, typed: PostedForm
) -> Response:
    assert lock is not None  # noqa: S101  (there is a session)
    try:
        form = read(NewLockPage, typed)
        well_chosen(form.chosen, "new_passphrase")
        token = actions.change_passphrase(db, member, lock.old, lock.new)
    except Unfit as wrong:
        offered = typed.one("offered") or offer()
        return page(request, "members/passphrase.html", wrong.status, form=filled(typed, wrong), offered=offered)
    return with_cookie(_to("/settings"), home, token, own_device=not member.is_shared)


@router.get("/settings/codes")
def ask_for_codes(request: Request, member: PageMember) -> Response:  # noqa: ARG001
    return page(request, "members/show-codes.html", form=Filled())


@relocking.post("/settings/codes")
def renew_codes(
    request: Request, home: HouseDep, lock: RelockDep, db: Db, member: PageMember, typed: PostedForm
) -> Response:
    assert lock is not None  # noqa: S101  (there is a session)
    try:
        place = actions.renew_codes(db, member, lock.old)
    except Unfit as wrong:
        return page(request, "members/show-codes.html", wrong.status, form=filled(typed, wrong))
    answer = page(
        request,
        "members/codes.html",
        sign_in_name=place.sign_in_name,
        codes=place.recovery_codes,
        passphrase_offered=None,
    )
    return with_cookie(answer, home, place.token, own_device=not member.is_shared)


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
