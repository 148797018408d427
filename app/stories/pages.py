"""Doors for people: where one's own words stand, taking them back, gestures, and where a link in words leads."""

from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.foundation.web import outward
from app.foundation.web.doors import Doors
from app.foundation.web.forms import PostedForm
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, HouseDep
from app.members.deps import PageMember, must_be_found
from app.members.member import AnyReader
from app.moderation import sanitise
from app.moderation.models import Fate
from app.stories import actions, answering, queries, quick
from app.stories.deps import OwnReply, OwnStory, ReplyAt
from app.stories.models import Reply, Story, SupportKind
from app.stories.rules import address
from app.stories.standing import stands

router = Doors()
BACK = "back "
"""Before a gesture: it is taken back."""
KINDS = frozenset(kind.value for kind in SupportKind)


@router.get("/stories/{story_id}/state")
def show_state(request: Request, db: Db, home: HouseDep, member: PageMember, story: OwnStory) -> Response:
    if story.latest is story.shown:
        return RedirectResponse(f"/stories/{story.id}", HTTPStatus.SEE_OTHER)
    return stands(request, db, home.settings.typical_wait, member, story)


def _reads_around(db: Session, member: AnyReader, story_id: str) -> bool:
    """Whether this member may read a story with what stands around it. Who left still finds their own words, no others."""
    return quick.head(db.connection(), member, story_id) is not None


@router.get("/replies/{reply_id}")
def show_reply(request: Request, db: Db, home: HouseDep, member: PageMember, reply: ReplyAt) -> Response:
    is_there = reply.latest.fate is Fate.PUBLISHED and _reads_around(db, member, reply.story_id)
    if member.owns(reply.membership_id) and not is_there:
        return stands(request, db, home.settings.typical_wait, member, reply)
    return RedirectResponse(address(reply), HTTPStatus.SEE_OTHER)


@router.post("/stories/{story_id}/withdraw")
def withdraw_story(db: Db, member: PageMember, story: OwnStory) -> Response:
    return RedirectResponse(f"/drafts/{actions.withdraw(db, member, story).id}", HTTPStatus.SEE_OTHER)


@router.post("/replies/{reply_id}/withdraw")
def withdraw_reply(db: Db, member: PageMember, reply: OwnReply) -> Response:
    return RedirectResponse(f"/drafts/{actions.withdraw(db, member, reply).id}", HTTPStatus.SEE_OTHER)


@router.get("/stories/{story_id}/delete")
def ask_to_delete_story(request: Request, member: PageMember, story: OwnStory) -> Response:  # noqa: ARG001
    return _ask_to_delete(request, story, f"/stories/{story.id}", story.latest.title, story.reply_count)


@router.get("/replies/{reply_id}/delete")
def ask_to_delete_reply(request: Request, member: PageMember, reply: OwnReply) -> Response:  # noqa: ARG001
    return _ask_to_delete(request, reply, f"/replies/{reply.id}", "", 0)


def _ask_to_delete(request: Request, telling: Story | Reply, path: str, title: str, reply_count: int) -> Response:
    return page(
        request, "stories/delete.html", path=path, title=title, html=telling.latest.safe_html, reply_count=reply_count
    )


@router.post("/stories/{story_id}/delete")
def delete_story(db: Db, member: PageMember, story: OwnStory) -> Response:
    actions.erase(db, member, story)
    return RedirectResponse(f"/groups/{story.group_id}", HTTPStatus.SEE_OTHER)


@router.post("/replies/{reply_id}/delete")
def delete_reply(db: Db, member: PageMember, reply: OwnReply) -> Response:
    actions.erase(db, member, reply)
    can_read = _reads_around(db, member, reply.story_id)
    return RedirectResponse(f"/stories/{reply.story_id}" if can_read else "/mine", HTTPStatus.SEE_OTHER)


@router.post("/stories/{story_id}/quiet")
def want_no_replies(db: Db, member: PageMember, story: OwnStory) -> Response:
    answering.want_replies(db, member, story, wants=False)
    return RedirectResponse(f"/stories/{story.id}", HTTPStatus.SEE_OTHER)


@router.post("/stories/{story_id}/hear")
def want_replies(db: Db, member: PageMember, story: OwnStory) -> Response:
    answering.want_replies(db, member, story, wants=True)
    return RedirectResponse(f"/stories/{story.id}", HTTPStatus.SEE_OTHER)


@router.post("/gestures")
def give(db: Db, member: PageMember, typed: PostedForm) -> Response:
    """One button of a story page says it all: whether a gesture is taken back, which, and whose words it is for."""
    said = typed.one("do").removeprefix(BACK).split(" ")
    kind, subject = must_be_found(said if len(said) == 2 and said[0] in KINDS else None)
    telling: Story | Reply = must_be_found(
        queries.reply_for(db, member, subject) or queries.story_for(db, member, subject)
    )
    act = actions.unsupport if typed.one("do").startswith(BACK) else actions.support
    act(db, member, telling, SupportKind(kind))
    return RedirectResponse(address(telling), HTTPStatus.SEE_OTHER)


@router.get("/away/{token}")
def show_away(request: Request, member: PageMember, token: str) -> Response:  # noqa: ARG001
    """Names the place that a link in somebody's words leads to. Nobody is led there without a press of their own."""
    address = outward.place(token) or ""
    must_be_found(sanitise.is_web_link(address) or None)
    return page(request, "stories/away.html", address=address, host=urlsplit(address).netloc)
