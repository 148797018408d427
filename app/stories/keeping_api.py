"""Doors for programs: stories to find again or to hear about, and personas one would rather not read."""

from http import HTTPStatus

from fastapi.responses import Response

from app.foundation.web.doors import Doors
from app.foundation.web.transaction import Db
from app.members.deps import ApiMember, must_be_found
from app.members.once import OnceDep
from app.stories import reading
from app.stories.deps import ApiReply, ApiStory

router = Doors()
EMPTY = HTTPStatus.NO_CONTENT


@router.put("/stories/{story_id}/saved", status_code=EMPTY, summary="Find a story again later")
def save(db: Db, member: ApiMember, once: OnceDep, story: ApiStory) -> Response:
    reading.save(db, member, story.id)
    return once.done()


@router.delete("/stories/{story_id}/saved", status_code=EMPTY, summary="Let a saved story go")
def unsave(db: Db, member: ApiMember, once: OnceDep, story_id: str) -> Response:
    reading.unsave(db, member, story_id)
    return once.done()


@router.put("/stories/{story_id}/followed", status_code=EMPTY, summary="Hear about a story’s new replies")
def follow(db: Db, member: ApiMember, once: OnceDep, story: ApiStory) -> Response:
    must_be_found(story.shown)
    reading.follow(db, member, story.id, story.last_number)
    return once.done()


@router.delete("/stories/{story_id}/followed", status_code=EMPTY, summary="Hear no more about it")
def unfollow(db: Db, member: ApiMember, once: OnceDep, story_id: str) -> Response:
    reading.unfollow(db, member, story_id)
    return once.done()


@router.put("/stories/{story_id}/muted-author", status_code=EMPTY, summary="Rather not read this story’s author")
def mute_author(db: Db, member: ApiMember, once: OnceDep, story: ApiStory) -> Response:
    reading.mute(db, member, story.membership_id)
    return once.done()


@router.delete("/stories/{story_id}/muted-author", status_code=EMPTY, summary="Read this story’s author again")
def unmute_author(db: Db, member: ApiMember, once: OnceDep, story: ApiStory) -> Response:
    reading.unmute(db, member, {reading.mark_of(member, story.membership_id)})
    return once.done()


@router.put("/replies/{reply_id}/muted-author", status_code=EMPTY, summary="Rather not read this reply’s author")
def mute_replier(db: Db, member: ApiMember, once: OnceDep, reply: ApiReply) -> Response:
    reading.mute(db, member, reply.membership_id)
    return once.done()


@router.delete("/replies/{reply_id}/muted-author", status_code=EMPTY, summary="Read this reply’s author again")
def unmute_replier(db: Db, member: ApiMember, once: OnceDep, reply: ApiReply) -> Response:
    reading.unmute(db, member, {reading.mark_of(member, reply.membership_id)})
    return once.done()
