"""Doors for people: a group's stories, one story, writing, and where one's own words stand."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.foundation.web.forms import Filled, PostedForm
from app.foundation.web.templates import page
from app.foundation.web.transaction import Db, HouseDep
from app.groups import queries as groups
from app.groups.models import Group
from app.members.deps import PageMember, PageReader, must_be_found
from app.members.member import Member
from app.members.rules import can_tend
from app.moderation.help_directory import help_for
from app.moderation.models import Fate
from app.moderation.verdict import Kind
from app.stories import actions, drafts, queries, showing, writing
from app.stories.deps import OwnReply, OwnStory, ReplyAt, StoryAt
from app.stories.forms import MOST_COUNTED, MOST_NOTES, PAGE
from app.stories.models import ContentNote, Reply, Story, StoryVersion, SupportKind
from app.stories.phrases import note_name, wait_in_words
from app.stories.statements import statement

router = APIRouter()
opened = APIRouter()
Counted = Annotated[int, Query(ge=0, le=MOST_COUNTED)]
STANDS = {Fate.HELD: "waiting", Fate.RETURNED: "returned", Fate.REMOVED: "removed", Fate.PUBLISHED: "out"}
"""The page that says where one's own words stand."""
NOTES = list(ContentNote)
"""Addresses carry a note's place in this list: a word like these does not belong into a browser's history."""


@opened.get("/groups/{group_id}")
def show_group(
    request: Request,
    db: Db,
    reader: PageReader,
    group_id: str,
    note: Annotated[int, Query(ge=0, le=MOST_NOTES)] = 0,
    after: Counted | None = None,
) -> Response:
    group: Group = must_be_found(groups.seen_by(db, reader, group_id=group_id))
    may_read = reader and groups.readable_by(db, reader, group_id=group_id)
    chosen = NOTES[note - 1].value if note else ""
    found = queries.summaries(db, group, after, PAGE + 1, chosen) if may_read else []
    fold = showing.folded_notes(db, reader) if reader else set()
    more = f"?note={note}&after={found[PAGE - 1].activity}" if len(found) > PAGE else None
    return page(
        request, "groups/group.html", group=group, membership=reader and reader.in_group(group.id),
        guidelines=groups.items(db, group), stories=showing.lines(found[:PAGE], fold), next=more,
        note=note, notes=_notes(), can_edit=bool(reader and can_tend(reader, group.id)),
        drafts=sum(d.group_id == group.id for d in drafts.of(db, reader)) if reader else 0,
    )  # fmt: skip


def _notes() -> list[tuple[int, str]]:
    return [(n, note_name(key.value)) for n, key in enumerate(NOTES, 1)]


@router.get("/stories/{story_id}")
def show_story(
    request: Request, db: Db, home: HouseDep, member: PageMember, story: StoryAt, after: Counted = 0
) -> Response:
    if member.owns(story.membership_id) and not _reads_around(db, member, story):
        return stands(request, db, home.settings.typical_wait, member, story)
    return story_page(request, db, member, story, after, Filled())


def _reads_around(db: Session, member: Member, story: Story) -> bool:
    """Whether this member may read a story with what stands around it. Who left still finds their own words, no others."""
    return story.shown is not None and groups.readable_by(db, member, group_id=story.group_id) is not None


def story_page(
    request: Request, db: Session, member: Member, story: Story, after: int, form: Filled[Any], status: int = 200
) -> Response:
    """A story and its first replies, with what this reader can do."""
    assert story.shown is not None  # noqa: S101
    group = db.get_one(Group, story.group_id)
    membership = member.in_group(group.id)
    shown = queries.replies_for(db, member, story, after, PAGE + 1)
    ids = [story.id, *(r.id for r in shown[:PAGE])]
    counts, mine = queries.support_of(db, ids), queries.own_support(db, membership, ids)
    waiting = queries.own_waiting_replies(db, member, story)
    return page(
        request, "stories/story.html", status, group=group, membership=membership, form=form,
        story=showing.story_shown(db, member, story, story.shown, showing.folded_notes(db, member)),
        replies=showing.replies_shown(member, shown[:PAGE], waiting, counts, mine), counts=counts[story.id],
        mine=mine[story.id], next=f"?after={shown[PAGE - 1].number}" if len(shown) > PAGE else None,
        writing=writing.ticket(request), draft=drafts.find(db, member, story.id) if member.owns(story.membership_id) else None,
    )  # fmt: skip


@router.get("/stories/{story_id}/state")
def show_state(request: Request, db: Db, home: HouseDep, member: PageMember, story: OwnStory) -> Response:
    if story.latest is story.shown:
        return RedirectResponse(f"/stories/{story.id}", HTTPStatus.SEE_OTHER)
    return stands(request, db, home.settings.typical_wait, member, story)


@router.get("/replies/{reply_id}")
def show_reply(request: Request, db: Db, home: HouseDep, member: PageMember, reply: ReplyAt) -> Response:
    story = db.get_one(Story, reply.story_id)
    is_there = reply.latest.fate is Fate.PUBLISHED and _reads_around(db, member, story)
    if member.owns(reply.membership_id) and not is_there:
        return stands(request, db, home.settings.typical_wait, member, reply)
    return RedirectResponse(f"/stories/{reply.story_id}#reply-{reply.id}", HTTPStatus.SEE_OTHER)


def stands(request: Request, db: Session, typical_wait: str, member: Member, telling: Story | Reply) -> Response:
    """Where one's own words stand: waiting, returned with a sentence, taken down with the reasons, or let out in a
    place that one cannot read."""
    must_be_found(telling if member.owns(telling.membership_id) else None)
    group = db.get_one(Group, telling.group_id)
    version = telling.latest
    by_rules = showing.first_by_rules(db, version)
    crisis = any(f.kind is Kind.CRISIS for f in by_rules.findings)
    said = statement(db, group, version.decision)
    return page(
        request, f"stories/{STANDS[version.fate]}.html", group=group, title=getattr(version, "title", ""), html=version.safe_html,
        path=f"/{'stories' if isinstance(version, StoryVersion) else 'replies'}/{telling.id}", crisis=crisis,
        wait=wait_in_words(typical_wait), help=help_for(groups.guidelines_of(db, group).country) if crisis else (),
        findings=showing.reasons(db, group, by_rules.findings), statement=said,
        note_html=said["note_html"], guideline_title=said["rule_title"],
    )  # fmt: skip


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
    can_read = _reads_around(db, member, db.get_one(Story, reply.story_id))
    return RedirectResponse(f"/stories/{reply.story_id}" if can_read else "/mine", HTTPStatus.SEE_OTHER)


@router.post("/stories/{story_id}/support/{kind}")
def support_story(db: Db, member: PageMember, story: StoryAt, kind: SupportKind, typed: PostedForm) -> Response:
    return _stand_by(db, member, story, kind, take_back=typed.one("do") == "take-back")


@router.post("/replies/{reply_id}/support/{kind}")
def support_reply(db: Db, member: PageMember, reply: ReplyAt, kind: SupportKind, typed: PostedForm) -> Response:
    return _stand_by(db, member, reply, kind, take_back=typed.one("do") == "take-back")


def _stand_by(db: Session, member: Member, telling: Story | Reply, kind: SupportKind, *, take_back: bool) -> Response:
    (actions.unsupport if take_back else actions.support)(db, member, telling, kind)
    place = f"#reply-{telling.id}" if isinstance(telling, Reply) else ""
    return RedirectResponse(f"/stories/{telling.story_id}{place}", HTTPStatus.SEE_OTHER)
