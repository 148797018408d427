"""Doors for whoever writes: what would be said of their words, while nothing of them is sent. By POST, so that they stand
in no address; nothing is written, and who reads comes first."""

from typing import Any, NamedTuple

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from app.foundation.errors import Busy
from app.foundation.eyes import Eyes
from app.foundation.language import gettext as _
from app.foundation.typed import checked
from app.foundation.web.csrf import must_be_ours, must_match
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Posted, PostedForm
from app.foundation.web.templates import page
from app.foundation.web.transaction import House
from app.groups import queries as groups
from app.groups.models import Ground, Group
from app.members.deps import must_be_found
from app.members.member import AnyReader
from app.members.seeing import TokenFirst
from app.moderation.checking import as_dict
from app.moderation.marking import marked
from app.moderation.verdict import Field, Finding, Outcome, Severity, Verdict
from app.stories import quick
from app.stories.composing import Noted, numbered
from app.stories.deps import AheadDep, ApiAheadDep
from app.stories.forms import Preview, Written
from app.stories.judging import judged

for_people = Doors()
for_programs = Doors(route_class=TokenFirst)
MOST_IN_LINE = 8
"""When so many wait for their turn, words are looked at a little later: whoever reads or sends comes first."""


@for_people.post("/groups/{group_id}/ahead")
async def on_a_story(request: Request, see: AheadDep, group_id: str, typed: PostedForm) -> Response:
    def draw(eyes: Eyes, reader: AnyReader) -> Response:
        _must_be_of_our_page(request, reader, typed)
        group: Group = must_be_found(groups.readable_by(eyes.session, reader, group_id=group_id))
        return _drawn(request, eyes, group, typed)

    _must_leave_room(see.home)
    return await see.member(draw)


@for_people.post("/stories/{story_id}/ahead")
async def on_a_reply(request: Request, see: AheadDep, story_id: str, typed: PostedForm) -> Response:
    def draw(eyes: Eyes, reader: AnyReader) -> Response:
        _must_be_of_our_page(request, reader, typed)
        answered: quick.Answerable = must_be_found(quick.answerable(eyes.connection(), reader, story_id))
        return _drawn(request, eyes, answered.ground, typed, answered.wish)

    _must_leave_room(see.home)
    return await see.member(draw)


@for_programs.post("/moderation/preview", summary="How words would be judged. Nothing is stored.")
async def preview(see: ApiAheadDep, form: Preview) -> Any:
    def draw(eyes: Eyes, reader: AnyReader) -> Response:
        group: Group = must_be_found(groups.readable_by(eyes.session, reader, slug=form.group))
        wish = _wish(eyes, reader, group, form.in_reply_to) if form.in_reply_to else None
        return JSONResponse(as_dict(judged(eyes.session, group, form.body, form.title, wish=wish)))

    return await see.member(draw)


def _must_leave_room(home: House) -> None:
    if home.quick.in_line > MOST_IN_LINE:
        raise Busy(_("Many people are here right now. Please try again in a few seconds."))


def _must_be_of_our_page(request: Request, reader: AnyReader, typed: Posted) -> None:
    must_be_ours(request)
    must_match(typed.one("csrf"), reader.csrf_secret)


def _wish(eyes: Eyes, reader: AnyReader, group: Group, story_id: str) -> str | None:
    answered = quick.answerable(eyes.connection(), reader, story_id)
    found: quick.Answerable = must_be_found(answered if answered and answered.ground.id == group.id else None)
    return found.wish


def _drawn(request: Request, eyes: Eyes, group: Group | Ground, typed: Posted, wish: str | None = None) -> Response:
    """A piece of a page: the places in the words, and what is said of each. A cry for help is not corrected.
    Raises Unfit for what could not be sent."""
    form = checked(Written, {name: typed.one(name) for name in Written.model_fields})
    verdict = judged(eyes.session, group, form.body, form.title, wish=wish)
    said = [] if verdict.outcome is Outcome.URGENT else _said(eyes, group, form, verdict)
    numbers = {one.noted.n for one in said}
    parts = marked(form.body, verdict.findings, Field.BODY)
    return page(
        request, "stories/ahead.html", outcome=verdict.outcome.value, help=verdict.help, said=said,
        body_parts=[(words, n if n in numbers else None) for words, n in parts],
    )  # fmt: skip


class Said(NamedTuple):
    """A finding, with the words that it is about."""

    noted: Noted
    finding: Finding
    quoted: str


def _said(eyes: Eyes, group: Group | Ground, form: Written, verdict: Verdict) -> list[Said]:
    """What an author can do something about."""
    noted = numbered(eyes.session, group, verdict.findings)
    return [
        Said(one, found, getattr(form, found.field.value)[found.start : found.end])
        for one, found in zip(noted, verdict.findings, strict=True)
        if found.severity is not Severity.NOTE
    ]
