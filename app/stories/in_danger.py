"""Doors for authors whose words may tell of danger, and for those who answered them."""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.care import actions as care
from app.care.wishes import wishes_of
from app.foundation.web.doors import Doors
from app.foundation.web.forms import PostedForm
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db
from app.members.deps import PageMember, must_be_found
from app.members.member import Member
from app.moderation.models import Case
from app.stories import fates, queries, reading
from app.stories.danger import cared, help_in
from app.stories.deps import OwnReply, OwnStory, StoryAt
from app.stories.keeping import UNDO
from app.stories.models import Reply, Story

router = Doors()


@router.get("/stories/{story_id}/care")
def show_care_for_story(request: Request, db: Db, member: PageMember, story: OwnStory) -> Response:
    return _care_page(request, db, member, story)


@router.get("/replies/{reply_id}/care")
def show_care_for_reply(request: Request, db: Db, member: PageMember, reply: OwnReply) -> Response:
    return _care_page(request, db, member, reply)


def _care_page(request: Request, db: Session, member: Member, telling: Story | Reply) -> Response:
    shown = cared(db, member, telling)
    if not shown.is_any:
        return RedirectResponse(shown.path, HTTPStatus.SEE_OTHER)
    return page(
        request, "stories/care.html", care=shown, help=help_in(db, telling.group_id), html=telling.latest.safe_html,
        title=getattr(telling.latest, "title", ""), path=shown.path,
    )  # fmt: skip


@router.post("/stories/{story_id}/wishes")
def give_with_story(db: Db, member: PageMember, story: OwnStory, typed: PostedForm) -> Response:
    return _give(db, member, story, undo=typed.one("do") == UNDO)


@router.post("/replies/{reply_id}/wishes")
def give_with_reply(db: Db, member: PageMember, reply: OwnReply, typed: PostedForm) -> Response:
    return _give(db, member, reply, undo=typed.one("do") == UNDO)


def _give(db: Session, member: Member, telling: Story | Reply, *, undo: bool) -> Response:
    """One's wishes go along with words that a person is called to: to this case, and nowhere else."""
    telling = fates.in_hand(db, telling)
    case: Case = must_be_found(queries.open_case(db, telling.id))
    shown = cared(db, member, telling)
    must_be_found(shown if shown.is_open else None)
    if undo:
        care.take_wishes_back(db, case)
    else:
        care.give_wishes(db, member.keys, case, must_be_found(wishes_of(db, member)))
    return RedirectResponse(f"{shown.path}/care", HTTPStatus.SEE_OTHER)


@router.get("/stories/{story_id}/how-are-you")
def ask_how_they_are(request: Request, db: Db, member: PageMember, story: StoryAt) -> Response:
    must_be_found(story.shown)
    return page(
        request, "stories/how-are-you.html", story_id=story.id, help=help_in(db, story.group_id),
        is_resting=story.id in reading.reading_of(db, member).resting,
    )  # fmt: skip


@router.post("/stories/{story_id}/rest")
def let_rest(db: Db, member: PageMember, story: StoryAt, typed: PostedForm) -> Response:
    must_be_found(story.shown)
    if typed.one("do") == UNDO:
        reading.read_on(db, member, story.id)
        return RedirectResponse(f"/stories/{story.id}", HTTPStatus.SEE_OTHER)
    reading.let_rest(db, member, story.id)
    return RedirectResponse(f"/stories/{story.id}/how-are-you", HTTPStatus.SEE_OTHER)
