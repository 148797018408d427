"""Doors for programs: stories, replies, support, and a look ahead (CONTRACT.md)."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from app.foundation.errors import Forbidden, Unfit
from app.foundation.eyes import Eyes
from app.foundation.language import gettext as _
from app.foundation.typed import checked
from app.foundation.web.doors import Doors
from app.foundation.web.openapi import takes
from app.foundation.web.transaction import Db
from app.groups import queries as groups
from app.groups.models import Group
from app.members.acting import ActingDep, acting
from app.members.deps import ApiMember, bearer_token, must_be_found
from app.members.member import AnyReader, Member, Speaker, Stands
from app.members.once import LONGEST_KEY, Once, OnceDep
from app.members.seeing import ApiSeeingDep
from app.stories import actions, answers, drafts, noting, queries, quick
from app.stories.deps import ApiGroup, ApiReply, ApiStory
from app.stories.drafts import Draft
from app.stories.forms import (
    MOST_COUNTED,
    MOST_ON_A_PAGE,
    PAGE,
    ReplyChange,
    ReplyForm,
    ReplyList,
    ReplyShown,
    StoryChange,
    StoryForm,
    StoryList,
    StoryShown,
)
from app.stories.models import ContentNote, Reply, Story, SupportKind
from app.stories.quick import Head

router = Doors()
quick_doors = Doors()
Limit = Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE)]
Cursor = Annotated[str, Query(max_length=20)]
CREATED = HTTPStatus.CREATED
EMPTY = HTTPStatus.NO_CONTENT


def _counter(after: str) -> int | None:
    if not after:
        return None
    if not after.isascii() or not after.isdecimal() or int(after) > MOST_COUNTED:
        raise Unfit(_("This cursor is not one of ours."), {"after": _("Take it from “next”.")})
    return int(after)


@router.get("/groups/{slug}/stories", summary="A group's stories, newest activity first")
def list_stories(
    db: Db, group: ApiGroup, after: Cursor = "", limit: Limit = PAGE, note: ContentNote | None = None,
    order: Literal["activity"] = "activity",  # noqa: ARG001
) -> StoryList:  # fmt: skip
    found = queries.summaries(db, group.id, _counter(after), limit + 1, note.value if note else "")
    more = str(found[limit - 1].activity) if len(found) > limit else None
    return StoryList(items=[answers.summary(s, group.slug) for s in found[:limit]], next=more)


@router.post("/groups/{slug}/stories", status_code=CREATED, response_model=StoryShown, summary="Share a story")
def share(db: Db, member: ApiMember, once: OnceDep, group: ApiGroup, form: StoryForm) -> JSONResponse:
    return once.answered(CREATED, answers.sent(db, member, actions.share(db, member, group, form)))


@quick_doors.get("/stories/{story_id}", response_model=StoryShown, summary="A story with its first replies")
async def show(see: ApiSeeingDep, story_id: str) -> Response:
    return await see.member(lambda eyes, reader: JSONResponse(_shown(eyes, reader, story_id)))


def _shown(eyes: Eyes, reader: AnyReader, story_id: str) -> dict[str, Any]:
    head = quick.head(eyes.connection(), reader, story_id)
    if head and not reader.owns(head.membership_id):
        found: dict[str, Any] = must_be_found(answers.seen(eyes.connection(), head, PAGE))
        return found
    db = eyes.session
    told = queries.story_for(db, reader, story_id)
    if told is None:
        return answers.draft(db, reader, _own_draft(db, reader, story_id, is_reply=False))
    return answers.story(db, reader, told, answers.replies(db, reader, told, 0, PAGE))


@router.patch("/stories/{story_id}", response_model=StoryShown, summary="Change a story; it is judged anew")
def change(db: Db, member: ApiMember, story_id: str, form: StoryChange, once: OnceDep) -> JSONResponse:
    told = queries.story_for(db, member, story_id)
    if told is None:
        draft = _own_draft(db, member, story_id, is_reply=False)
        group: Group = must_be_found(groups.readable_by(db, member, group_id=draft.group_id))
        new = noting.changed(db, group, form, draft)
        return once.answered(200, answers.sent(db, member, actions.share(db, member, group, new, story_id)))
    _must_own(member, told)
    before = drafts.find(db, member, story_id) or noting.as_sent(db, told)
    new = noting.changed(db, db.get_one(Group, told.group_id), form, before)
    return once.answered(200, answers.sent(db, member, actions.change_story(db, member, told, new)))


def _must_own(member: Member, told: Story | Reply) -> None:
    if not member.owns(told.membership_id):
        raise Forbidden(_("These are somebody else’s words. You can read them here."))


@router.delete("/stories/{story_id}", status_code=EMPTY, summary="Delete one's own story, or take back what waits")
def delete_story(db: Db, member: ApiMember, once: OnceDep, story_id: str) -> Response:
    _erase(db, member, queries.story_for(db, member, story_id), story_id, is_reply=False)
    return once.done()


@quick_doors.get("/stories/{story_id}/replies", response_model=ReplyList, summary="Replies in their order")
async def list_replies(see: ApiSeeingDep, story_id: str, after: Cursor = "", limit: Limit = PAGE) -> Response:
    def draw(eyes: Eyes, reader: AnyReader) -> Response:
        connection, start = eyes.connection(), _counter(after) or 0
        head: Head = must_be_found(quick.head(connection, reader, story_id))
        found = queries.replies(connection, head.id, start, limit + 1)
        return JSONResponse(answers.reply_list(connection, head.id, found, limit))

    return await see.member(draw)


@quick_doors.post(
    "/stories/{story_id}/replies", status_code=CREATED, response_model=ReplyShown, summary="Answer a story",
    openapi_extra=takes(ReplyForm),
)  # fmt: skip
async def reply(act: ActingDep, story_id: str) -> Response:
    def replied(db: Session, member: Speaker[Stands], once: Once, form: ReplyForm) -> Response:
        return once.answered(CREATED, answers.sent(db, member, actions.reply(db, member, story_id, form)))

    return await act.done(ReplyForm, replied)


async def _reply_straight(request: Request) -> Response | None:
    key = request.headers.get("idempotency-key", "")
    if len(key) > LONGEST_KEY:
        return None  # for FastAPI to refuse
    token = await bearer_token(request.headers.get("authorization", ""))
    return await reply(await acting(request, token, key), request.path_params["story_id"])


straight = (("POST", "/stories/{story_id}/replies", _reply_straight),)
"""For `foundation.web.straight`."""


@router.get("/replies/{reply_id}", response_model=ReplyShown, summary="One reply")
def show_reply(db: Db, member: ApiMember, reply_id: str) -> Any:
    told = queries.reply_for(db, member, reply_id)
    if told is None:
        return answers.draft(db, member, _own_draft(db, member, reply_id, is_reply=True))
    return answers.reply(db, member, told)


@router.patch("/replies/{reply_id}", response_model=ReplyShown, summary="Change a reply; it is judged anew")
def change_reply(db: Db, member: ApiMember, reply_id: str, form: ReplyChange, once: OnceDep) -> JSONResponse:
    told = queries.reply_for(db, member, reply_id)
    if told is None:
        draft = _own_draft(db, member, reply_id, is_reply=True)
        new = checked(ReplyForm, {"body": form.body or draft.body, "as_is": form.as_is})
        return once.answered(200, answers.sent(db, member, actions.reply(db, member, draft.story_id, new, reply_id)))
    _must_own(member, told)
    kept = drafts.find(db, member, reply_id)
    new = checked(ReplyForm, {"body": form.body or (kept or told.latest).body, "as_is": form.as_is})
    return once.answered(200, answers.sent(db, member, actions.change_reply(db, member, told, new)))


@router.delete("/replies/{reply_id}", status_code=EMPTY, summary="Delete one's own reply")
def delete_reply(db: Db, member: ApiMember, once: OnceDep, reply_id: str) -> Response:
    _erase(db, member, queries.reply_for(db, member, reply_id), reply_id, is_reply=True)
    return once.done()


@router.put("/stories/{story_id}/support/{kind}", status_code=EMPTY, summary="Stand by an author")
def support_story(db: Db, member: ApiMember, once: OnceDep, story: ApiStory, kind: SupportKind) -> Response:
    actions.support(db, member, story, kind)
    return once.done()


@router.delete("/stories/{story_id}/support/{kind}", status_code=EMPTY, summary="Take a gesture back")
def unsupport_story(db: Db, member: ApiMember, once: OnceDep, story: ApiStory, kind: SupportKind) -> Response:
    actions.unsupport(db, member, story, kind)
    return once.done()


@router.put("/replies/{reply_id}/support/{kind}", status_code=EMPTY, summary="Stand by a peer")
def support_reply(db: Db, member: ApiMember, once: OnceDep, reply: ApiReply, kind: SupportKind) -> Response:
    actions.support(db, member, reply, kind)
    return once.done()


@router.delete("/replies/{reply_id}/support/{kind}", status_code=EMPTY, summary="Take a gesture back")
def unsupport_reply(db: Db, member: ApiMember, once: OnceDep, reply: ApiReply, kind: SupportKind) -> Response:
    actions.unsupport(db, member, reply, kind)
    return once.done()


def _own_draft(db: Session, member: AnyReader, draft_id: str, *, is_reply: bool) -> Draft:
    found = drafts.find(db, member, draft_id)
    kept: Draft = must_be_found(found if found and found.is_reply is is_reply else None)
    return kept


def _erase(db: Db, member: ApiMember, told: Story | Reply | None, telling_id: str, *, is_reply: bool) -> None:
    if told is None:
        draft = _own_draft(db, member, telling_id, is_reply=is_reply)
        drafts.drop(db, member, draft.group_id, draft.id)
        return
    _must_own(member, told)
    actions.erase(db, member, told)
