"""Doors for a reader's own choices about words: save, follow, rather not read; and what was seen in passing."""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.foundation.eyes import Eyes
from app.foundation.web.doors import Doors
from app.foundation.web.forms import PostedForm
from app.foundation.web.transaction import Db, House
from app.members.deps import PageMember, must_be_found
from app.members.member import AnyReader, Member
from app.stories import reading
from app.stories.deps import ReplyAt, StoryAt
from app.stories.models import Reply, Story
from app.stories.reading import Reading
from app.stories.rules import address

router = Doors()
UNDO = "undo"


def note_looked(eyes: Eyes, home: House, reader: AnyReader, chosen: Reading, group_id: str, activity: int) -> None:
    """The newest stories of a joined group were shown to this reader."""
    if reader.in_group(group_id) and chosen.looked.get(group_id) != activity:
        eyes.ask_for_more()
        _note(home, reader, reading.look(group_id, activity))


def note_seen(eyes: Eyes, home: House, reader: AnyReader, chosen: Reading, story_id: str, number: int) -> None:
    """Replies up to this number were shown to this reader."""
    if chosen.followed.get(story_id, number) < number:
        eyes.ask_for_more()
        _note(home, reader, reading.see(story_id, number))


class KeptOf(NamedTuple):
    """What a reader keeps of a story, for its page."""

    saved: bool
    followed: bool
    muted: bool
    resting: bool


def kept_of(chosen: Reading, story_id: str, membership_id: str) -> KeptOf:
    return KeptOf(
        story_id in chosen.saved, story_id in chosen.followed, membership_id in chosen.muted, story_id in chosen.resting
    )


def _note(home: House, reader: AnyReader, change: Callable[[Reading], None]) -> None:
    """A page that only reads writes this one thing, in a transaction of its own, and goes on if it cannot."""
    with suppress(SQLAlchemyError), home.database.noting() as db:
        reading.note(db, reader, change)
        db.commit()


@router.post("/stories/{story_id}/save")
def save(db: Db, member: PageMember, story: StoryAt, typed: PostedForm) -> Response:
    (reading.unsave if typed.one("do") == UNDO else reading.save)(db, member, story.id)
    return _back(typed.one("back"), story)


@router.post("/stories/{story_id}/follow")
def follow(db: Db, member: PageMember, story: StoryAt, typed: PostedForm) -> Response:
    if typed.one("do") == UNDO:
        reading.unfollow(db, member, story.id)
    else:
        reading.follow(db, member, must_be_found(story.shown and story).id, story.last_number)
    return _back(typed.one("back"), story)


@router.post("/stories/{story_id}/mute")
def mute_author(db: Db, member: PageMember, story: StoryAt, typed: PostedForm) -> Response:
    return _mute(db, member, story, undo=typed.one("do") == UNDO)


@router.post("/replies/{reply_id}/mute")
def mute_replier(db: Db, member: PageMember, reply: ReplyAt, typed: PostedForm) -> Response:
    return _mute(db, member, reply, undo=typed.one("do") == UNDO)


def _mute(db: Session, member: Member, telling: Story | Reply, *, undo: bool) -> Response:
    if undo:
        reading.unmute(db, member, {reading.mark_of(member, telling.membership_id)})
    else:
        reading.mute(db, member, telling.membership_id)
    return _back("", telling)


def _back(to: str, telling: Story | Reply) -> Response:
    """To the words, or to the list that the button stood on."""
    if to in ("saved", "followed"):
        return RedirectResponse(f"/mine/{to}", HTTPStatus.SEE_OTHER)
    return RedirectResponse(address(telling), HTTPStatus.SEE_OTHER)
