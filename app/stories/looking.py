"""Doors for looking for words. By POST, so that they never stand in an address (SECURITY.md, P-5); nothing is written."""

from functools import partial
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.foundation.errors import Unfit
from app.foundation.eyes import Eyes
from app.foundation.site import country
from app.foundation.web.csrf import must_be_ours, must_match
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, Posted, PostedForm, filled, read
from app.foundation.web.templates import page
from app.members.deps import must_be_found
from app.members.member import AnyReader
from app.members.seeing import SeeingDep
from app.moderation.guidelines import Guidelines
from app.moderation.judge import help_with
from app.stories import filing
from app.stories.forms import SearchForm, SearchOrder
from app.stories.phrases import note_name
from app.stories.reading import reading_of
from app.stories.searching import Hit, Room, Search, Snippet, rooms, snippet
from app.stories.terms import Asked, asked

quick_doors = Doors()
ID_LETTERS = 32


@quick_doors.get("/search")
async def show_search(
    request: Request, see: SeeingDep, group: Annotated[str, Query(max_length=ID_LETTERS)] = ""
) -> Response:
    def draw(eyes: Eyes, reader: AnyReader) -> Response:
        there = rooms(eyes.session, reader, group)
        chosen = group if any(room.id == group for room in there) else ""
        return _page(request, there, Filled({"group": chosen}))

    return await see.member(draw)


@quick_doors.post("/search")
async def search(request: Request, see: SeeingDep, typed: PostedForm) -> Response:
    await see.home.quick.do(partial(filing.catch_up, see.home.database))

    def draw(eyes: Eyes, reader: AnyReader) -> Response:
        must_be_ours(request)
        must_match(typed.one("csrf"), reader.csrf_secret)
        return _found(request, eyes.session, reader, typed, country())

    return await see.member(draw)


def _found(request: Request, db: Session, reader: AnyReader, typed: Posted, place: str) -> Response:
    there = rooms(db, reader, typed.one("group"))
    try:
        form = read(SearchForm, typed)
        among = _chosen(there, form.group)
        what = asked(form.words)
        found = Search(db, reader, what, among).found(form.after, form.limit, best_first=form.order is SearchOrder.BEST)
    except Unfit as wrong:
        return _page(request, there, filled(typed, wrong), status=wrong.status)
    fold = set(reading_of(db, reader).fold)
    return _page(
        request, there, filled(typed), asked=what, hits=[_line(hit, what, fold) for hit in found.hits], next=found.next,
        help=help_with(Guidelines(country=place), form.words), is_later=bool(form.after),
    )  # fmt: skip


def _chosen(there: list[Room], group_id: str) -> list[Room]:
    found = [room for room in there if not group_id or room.id == group_id]
    return found or must_be_found(None if group_id else found)


def _page(
    request: Request,
    there: list[Room],
    form: Filled[Any],
    *,
    status: int = 200,
    asked: Asked | None = None,
    **more: Any,
) -> Response:
    shown = {"hits": [], "next": None, "help": (), "is_later": False, **more}
    return page(request, "stories/search.html", status, rooms=there, form=form, asked=asked, **shown)


def _line(hit: Hit, what: Asked, fold: set[str]) -> dict[str, Any]:
    return {
        "href": f"/replies/{hit.reply_id}" if hit.reply_id else f"/stories/{hit.story_id}",
        "is_reply": bool(hit.reply_id),
        "title": hit.title,
        "group_name": hit.group_name,
        "persona": hit.persona,
        "hour": hit.hour,
        "content_notes": [note_name(note) for note in hit.notes],
        "folded": bool(fold & set(hit.notes)),
        "parts": _parts(snippet(hit.words, what.wanted)),
    }


def _parts(shown: Snippet) -> list[tuple[str, bool]]:
    """The text in parts, in order: words, and whether they are marked."""
    parts, at = list[tuple[str, bool]](), 0
    for start, end in shown.marks:
        parts += [(shown.text[at:start], False), (shown.text[start:end], True)]
        at = end
    return [*parts, (shown.text[at:], False)]
