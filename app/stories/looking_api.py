"""A door for programs that look for words (CONTRACT.md). By POST, as its words must stand in no address; it only reads."""

from dataclasses import asdict
from functools import partial
from typing import Any

from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.foundation.eyes import Eyes
from app.foundation.site import country
from app.foundation.web.doors import Doors
from app.members.deps import must_be_found
from app.members.member import AnyReader
from app.members.seeing import ApiSeeingDep, TokenFirst
from app.moderation.guidelines import Guidelines
from app.moderation.judge import help_with
from app.stories import filing
from app.stories.answers import rfc3339
from app.stories.forms import FoundList, FoundShown, SearchForm, SearchOrder
from app.stories.searching import Hit, Search, rooms, snippet
from app.stories.terms import Asked, asked

quick_doors = Doors(route_class=TokenFirst)


@quick_doors.post("/search", response_model=FoundList, summary="Find stories and replies by their words")
async def search(see: ApiSeeingDep, form: SearchForm) -> Any:
    await see.home.quick.do(partial(filing.catch_up, see.home.database))

    def draw(eyes: Eyes, reader: AnyReader) -> Response:
        found = _found(eyes.session, reader, form, country())
        return Response(found.model_dump_json(), media_type="application/json")

    return await see.member(draw)


def _found(db: Session, reader: AnyReader, form: SearchForm, place: str) -> FoundList:
    among = [room for room in rooms(db, reader, form.group) if form.group in ("", room.slug)]
    must_be_found(among or None if form.group else among)
    what = asked(form.words)
    found = Search(db, reader, what, among).found(form.after, form.limit, best_first=form.order is SearchOrder.BEST)
    people = [asdict(line) for line in help_with(Guidelines(country=place), form.words)]
    return FoundList(items=[_item(hit, what) for hit in found.hits], next=found.next, help=people)


def _item(hit: Hit, what: Asked) -> FoundShown:
    shown = snippet(hit.words, what.wanted)
    return FoundShown(
        story=hit.story_id, reply=hit.reply_id or None, group=hit.group_slug, title=hit.title, persona=hit.persona,
        snippet=shown.text, marks=shown.marks, created_at=rfc3339(hit.hour),
    )  # fmt: skip
