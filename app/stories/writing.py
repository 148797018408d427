"""Doors for writing: a new story, a reply, a change, a draft. Each is the same few steps."""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.foundation.errors import Unfit
from app.foundation.sealing import digest
from app.foundation.web import tickets
from app.foundation.web.doors import Doors
from app.foundation.web.forms import Filled, Posted, PostedForm, filled
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, house
from app.groups.models import Group
from app.groups.rules import accepted_current
from app.members.cookies import cookie_name
from app.members.deps import PageMember, must_be_found
from app.members.member import Member
from app.stories import drafts, noting, queries
from app.stories.composing import Desk, draft_as_typed, look_page, step, write_page
from app.stories.deps import DraftAt, GroupAt, OwnReply, OwnStory, StoryAt
from app.stories.drafts import Draft
from app.stories.models import Reply, Story
from app.stories.rules import must_speak

router = Doors()
PURPOSE = "writing"
HOURS = 7 * 24
"""How long a page may stay open before its words are sent."""


LEAST_SECONDS = 3
"""Nobody reads a page and writes under it in less (R-5)."""
SENDING = frozenset({"share", "as_is"})


def ticket(request: Request) -> str:
    """A fresh id for what is about to be written, signed: the same form sent twice is one story. It is good for this
    form alone, in this session."""
    return tickets.issue(house(request).keys.signing, _purpose(request))


def _purpose(request: Request) -> str:
    # A story's page holds the form of its reply, which is sent to an address below it.
    form = request.scope["path"].removesuffix("/reply")
    return f"{PURPOSE} {form} {digest(request.cookies.get(cookie_name(house(request)), ''))}"


def _ticketed(request: Request, typed: Posted) -> tuple[str, Posted]:
    """The id that this form brings, and what was typed. A form without a ticket of ours, or with one that is old, of
    another form or session, or seconds young, is not sent yet: its words are shown once more, with a good ticket."""
    home = house(request)
    try:
        told, age = tickets.read(home.keys.signing, _purpose(request), typed.one("writing"), HOURS)
    except Unfit:
        return "", _not_yet(typed, ticket(request))
    is_young = home.settings.rate_limits and age < LEAST_SECONDS
    return told, _not_yet(typed, typed.one("writing")) if is_young else typed


def _not_yet(typed: Posted, good: str) -> Posted:
    left = {name: values for name, values in typed.fields.items() if name != "do" or typed.one("do") not in SENDING}
    return Posted({**left, "writing": [good]})


@router.get("/groups/{group_id}/write")
def begin(request: Request, member: PageMember, group: GroupAt) -> Response:
    if not (group.is_closed or accepted_current(member, group)):
        return RedirectResponse(f"/groups/{group.id}/join", HTTPStatus.SEE_OTHER)
    if group.is_closed:
        return RedirectResponse(f"/groups/{group.id}", HTTPStatus.SEE_OTHER)
    must_speak(member, group)
    return write_page(request, Desk(group, f"/groups/{group.id}/write"), member, Filled({"writing": ticket(request)}))


@router.post("/groups/{group_id}/write")
def write(request: Request, db: Db, member: PageMember, group: GroupAt, typed: PostedForm) -> Response:
    told, typed = _ticketed(request, typed)
    desk = Desk(group, f"/groups/{group.id}/write", told)
    return step(request, db, member, desk, typed)


@router.post("/stories/{story_id}/reply")
def answer(request: Request, db: Db, member: PageMember, story: StoryAt, typed: PostedForm) -> Response:
    must_be_found(story.shown)
    group = db.get_one(Group, story.group_id)
    told, typed = _ticketed(request, typed)
    desk = Desk(group, f"/stories/{story.id}/reply", told, answered=story)
    return step(request, db, member, desk, typed)


@router.get("/stories/{story_id}/edit")
def open_story(request: Request, db: Db, member: PageMember, story: OwnStory) -> Response:
    return _open(request, db, member, _change(db, story))


@router.post("/stories/{story_id}/edit")
def change_story(request: Request, db: Db, member: PageMember, story: OwnStory, typed: PostedForm) -> Response:
    return step(request, db, member, _change(db, story), typed)


@router.get("/replies/{reply_id}/edit")
def open_reply(request: Request, db: Db, member: PageMember, reply: OwnReply) -> Response:
    return _open(request, db, member, _change(db, reply))


@router.post("/replies/{reply_id}/edit")
def change_reply(request: Request, db: Db, member: PageMember, reply: OwnReply, typed: PostedForm) -> Response:
    return step(request, db, member, _change(db, reply), typed)


@router.get("/drafts/{draft_id}")
def show_draft(request: Request, db: Db, member: PageMember, draft: DraftAt) -> Response:
    desk, typed = _resume(db, member, draft), draft_as_typed(draft)
    if not draft.body.strip() or not (draft.title.strip() or draft.is_reply):
        return write_page(request, desk, member, filled(typed))
    return look_page(request, db, member, desk, typed)


@router.post("/drafts/{draft_id}")
def go_on(request: Request, db: Db, member: PageMember, draft: DraftAt, typed: PostedForm) -> Response:
    return step(request, db, member, _resume(db, member, draft), typed)


@router.get("/drafts/{draft_id}/delete")
def ask_to_drop(request: Request, member: PageMember, draft: DraftAt) -> Response:  # noqa: ARG001
    return page(request, "stories/drop-draft.html", draft=draft)


@router.post("/drafts/{draft_id}/delete")
def drop(db: Db, member: PageMember, draft: DraftAt) -> Response:
    drafts.drop(db, member, draft.group_id, draft.id)
    return RedirectResponse("/mine", HTTPStatus.SEE_OTHER)


def _open(request: Request, db: Session, member: Member, desk: Desk) -> Response:
    """One's words to be changed: an unfinished change if there is one, else as they were sent last."""
    assert desk.changed is not None  # noqa: S101
    draft = drafts.find(db, member, desk.changed.id)
    return write_page(request, desk, member, filled(draft_as_typed(draft or noting.as_sent(db, desk.changed))))


def _change(db: Session, telling: Story | Reply) -> Desk:
    group = db.get_one(Group, telling.group_id)
    if isinstance(telling, Reply):
        answered = db.get_one(Story, telling.story_id)
        return Desk(group, f"/replies/{telling.id}/edit", telling.id, answered, telling)
    return Desk(group, f"/stories/{telling.id}/edit", telling.id, None, telling)


def _resume(db: Session, member: Member, draft: Draft) -> Desk:
    """Where a draft goes on: a new story or reply, or a change of one that is out."""
    group = db.get_one(Group, draft.group_id)
    action = f"/drafts/{draft.id}"
    if draft.is_reply:
        answered: Story = must_be_found(queries.story_for(db, member, draft.story_id))
        return Desk(group, action, draft.id, answered, db.get(Reply, draft.id))
    return Desk(group, action, draft.id, None, db.get(Story, draft.id))
