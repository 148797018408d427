"""Doors that stay open: what is new for a member, as it happens (docs/decisions/0009)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Header, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.foundation.errors import SignedOut
from app.foundation.language import gettext as _
from app.foundation.live import Listener
from app.foundation.web.doors import Doors
from app.foundation.web.events import MEDIA_TYPE, Stream, event
from app.members.attending import ApiAttendance, Attendance, PageAttendance
from app.members.deps import must_be_found
from app.members.member import Reader, Stands
from app.mine import news
from app.mine.news import Known
from app.stories import queries as stories
from app.stories.forms import MOST_COUNTED
from app.stories.models import Story

StoryId = Annotated[str, Query(alias="story", max_length=32, description="A story to hear of new replies to as well.")]
Counted = Annotated[int, Query(ge=0, le=MOST_COUNTED)]
LastId = Annotated[str, Header(alias="Last-Event-ID", description="Where the last stream ended. Without it: now.")]
Begin = Callable[[Session, Reader[Stands]], Known]
Look = Callable[[Session, Reader[Stands]], list[bytes]]

for_people = Doors()
for_programs = Doors()


@for_people.get("/events")
def watch(who: PageAttendance, story: StoryId = "", seen: Counted = 0, unread: Counted = 0) -> Response:
    """For a page that is open: how things stand, and again when that changes. What the page shows is in its address,
    so nothing is missed or told twice, however often the stream breaks."""
    page = _Page(story, seen, unread)
    return _stream(who, page.begin, page.look)


@for_programs.get(
    "/events",
    summary="What is new, as it happens",
    response_class=Response,
    responses={200: {"description": "Server-sent events.", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
def listen(who: ApiAttendance, story: StoryId = "", last_id: LastId = "") -> Response:
    """`notice`: `{"kind", "group", "subject"}`; with `story`, also `replies`: `{"story", "count", "number"}`."""
    program = _Program(story, last_id)
    return _stream(who, program.begin, program.look)


def _stream(who: Attendance, begin: Begin, look: Look) -> Response:
    """The stream ends with its session, and when its member leaves a group."""

    def start(db: Session, reader: Reader[Stands]) -> tuple[Listener, set[str]]:
        return Listener(news.owner(reader), begin(db, reader)), _joined(reader)

    started = who.see(start)
    if started is None:
        raise SignedOut(_("You were signed out meanwhile. Sign in, and go on."))
    listener, joined = started

    def anew(db: Session, reader: Reader[Stands]) -> list[bytes] | None:
        return look(db, reader) if joined <= _joined(reader) else None

    database, live = who.home.database, who.home.database.live

    async def looked() -> list[bytes] | None:
        found: list[bytes] | None = await live.looks.found(database.reading, lambda db: who.see_by(db, anew))
        return found

    return Stream(live, listener, looked, who.home.settings.events_check_seconds)


def _joined(reader: Reader[Stands]) -> set[str]:
    return {m.id for m in reader.memberships if not m.is_left}


def _story(db: Session, reader: Reader[Stands], story_id: str) -> Story:
    found: Story = must_be_found(stories.story_for(db, reader, story_id))
    return found


@dataclass(slots=True)
class _Page:
    """What an open page shows, and what it was told last."""

    story: str
    seen: int
    unread: int
    told: str = ""

    def begin(self, db: Session, reader: Reader[Stands]) -> Known:
        known = news.known_now(reader)
        return known | {_story(db, reader, self.story).id: self.seen} if self.story else known

    def look(self, db: Session, reader: Reader[Stands]) -> list[bytes]:
        before, self.told = self.told, news.state(db, reader, self.story, self.seen, self.unread)
        return [event("message", self.told)] if self.told != before else []


class _Program:
    """How far a program has come, by the counters in the ids of its events."""

    def __init__(self, story: str, last_id: str) -> None:
        self.story, self.last_id = story, last_id
        self.known: Known = {}
        self.has_begun = False

    def begin(self, db: Session, reader: Reader[Stands]) -> Known:
        now = news.known_now(reader)
        if self.story:
            story = _story(db, reader, self.story)
            now[story.id] = story.last_number
        then = news.opened(reader.keyring, self.last_id)
        self.known.update({topic: min(number, then.get(topic, number)) for topic, number in now.items()})
        return self.known

    def look(self, db: Session, reader: Reader[Stands]) -> list[bytes]:
        found = [event("notice", json.dumps(said), at) for at, said in news.notices(db, reader, self.known)]
        if self.story:
            found += self._replies(db, reader)
        if not self.has_begun:
            # An id alone: who is cut off before the first event comes back to where they were.
            found.insert(0, f"id: {news.sealed(reader.keyring, self.known)}\n\n".encode())
            self.has_begun = True
        return found

    def _replies(self, db: Session, reader: Reader[Stands]) -> list[bytes]:
        found = news.new_replies(db, reader, self.story, self.known[self.story])
        if not found:
            return []
        self.known[self.story] = found[-1]
        said = {"story": self.story, "count": len(found), "number": found[-1]}
        return [event("replies", json.dumps(said), news.sealed(reader.keyring, self.known))]
