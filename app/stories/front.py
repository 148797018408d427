"""The two pages that are read most, a group and a story: no tree of dependencies around them, one thread each, few
tuples, and drawn again only when something in them changed (docs/decisions/0014-the-fast-lane.md)."""

from functools import cache
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.foundation.errors import Unfit
from app.foundation.eyes import Eyes
from app.foundation.language import gettext as _
from app.foundation.web.forms import Filled
from app.foundation.web.templates import page, page_again, page_once
from app.foundation.web.transaction import house
from app.groups import queries as groups
from app.groups.models import Group
from app.members import private
from app.members.deps import must_be_found
from app.members.member import AnyReader
from app.members.rules import could_tend
from app.members.seeing import Seeing, signed_in_alone
from app.stories import drafts, keeping, lists, queries, quick, threads, writing
from app.stories.danger import cared
from app.stories.forms import MOST_COUNTED, MOST_NOTES
from app.stories.lists import Lines
from app.stories.models import ContentNote, Story
from app.stories.phrases import note_name
from app.stories.quick import GroupHead
from app.stories.reading import reading_of
from app.stories.standing import stands

NOTES = list(ContentNote)
"""Addresses carry a note's place in this list: a word like these does not belong into a browser's history."""
NO_LINES = Lines([])
NO_FORM: Filled[Any] = Filled()


async def show_group(request: Request) -> Response:
    """A group, its guidelines, and for who may read them its stories. `note`: those with one content note, by its place."""
    group_id = request.path_params["group_id"]
    note, after = _counted(request, "note", MOST_NOTES), _counted(request, "after", MOST_COUNTED)

    def draw(eyes: Eyes, reader: AnyReader | None) -> Response:
        if reader is None:
            return _group_from_outside(request, eyes.session, group_id)
        group: GroupHead = must_be_found(quick.group(eyes.connection(), reader, group_id))
        reading = reading_of(eyes, reader)
        if not (note or after):
            keeping.note_looked(eyes, house(request), reader, reading, group.id, group.activity)
        claim, membership = reader.keyring.claim_on(group.id), reader.in_group(group.id)
        chosen = NOTES[note - 1].value if note else ""
        stories = lists.stories(eyes, group, after, chosen, frozenset(reading.fold)) if group.may_read else NO_LINES
        return page_again(
            request, "groups/group.html", {}, group=group, persona=membership.persona if membership else "",
            guidelines=lists.guidelines(eyes, group), stories=stories, note=note, notes=_notes(),
            next=f"?note={note or 0}&after={stories.next_activity}" if stories.next_activity else None,
            can_edit=could_tend(reader, group.id), drafts=private.count(eyes, claim.drafts) if claim else 0,
        )  # fmt: skip

    return await Seeing(request).at_once(draw)


def _group_from_outside(request: Request, db: Session, group_id: str) -> Response:
    group: Group = must_be_found(groups.seen_by(db, None, group_id=group_id))
    return page(
        request, "groups/group.html", group=group, persona="", guidelines=groups.items(db, group), stories=NO_LINES, next=None,
        note=None, notes=_notes(), can_edit=False, drafts=0,
    )  # fmt: skip


@cache
def _notes() -> tuple[tuple[int, str], ...]:
    return tuple((n, note_name(key.value)) for n, key in enumerate(NOTES, 1))


async def show_story(request: Request) -> Response:
    """A story with a page of its replies; for its author, where it stands while others do not see it."""
    story_id, after = request.path_params["story_id"], _counted(request, "after", MOST_COUNTED) or 0

    def draw(eyes: Eyes, reader: AnyReader) -> Response:
        seen = _thread(request, eyes, reader, story_id, after)
        if seen:
            return seen
        own: Story = must_be_found(queries.story_for(eyes.session, reader, story_id))
        return stands(request, eyes.session, house(request).settings.typical_wait, reader, own)

    return await Seeing(request).at_once(signed_in_alone(draw))


def _thread(request: Request, eyes: Eyes, reader: AnyReader, story_id: str, after: int) -> Response | None:
    """A story and a page of its replies, with what this reader can do; None if it is not to be read as others read it."""
    head = quick.head(eyes.connection(), reader, story_id)
    reading = reading_of(eyes, reader)
    thread = head and threads.page_of(eyes, reader, head, reading, after)
    if head is None or thread is None:
        return None
    keeping.note_seen(eyes, house(request), reader, reading, head.id, thread.next_number or head.last_number)
    own = reader.owns(head.membership_id)
    draft = drafts.find(eyes.session, reader, story_id) if own else None
    shown = page_again if thread.is_common else page_once
    return shown(
        request, "stories/story.html", {"writing": writing.ticket(request)}, head=head, thread=thread, after=after, own=own,
        membership=reader.in_group(head.group_id) is not None, newer=_newer(eyes, story_id) if own else "",
        care=own and _is_cared_for(eyes, reader, story_id), draft=draft is not None,
        keeping=keeping.kept_of(reading, head.id, head.membership_id),
        next=f"?after={thread.next_number}" if thread.next_number else None, form=NO_FORM,
    )  # fmt: skip


def _is_cared_for(eyes: Eyes, reader: AnyReader, story_id: str) -> bool:
    """Whether a person looks after one's own words, or has written to one about them."""
    return cared(eyes.session, reader, eyes.session.get_one(Story, story_id)).is_any


def _newer(eyes: Eyes, story_id: str) -> str:
    """What became of a change that readers do not see; empty if there is none."""
    story = eyes.session.get_one(Story, story_id)
    return "" if story.latest is story.shown else story.latest.fate.value


def _counted(request: Request, name: str, most: int) -> int | None:
    """A number in an address; None if there is none. Raises Unfit for what is no number, or none that could be."""
    typed = request.query_params.get(name, "") if request.scope["query_string"] else ""
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= len(str(most)) and int(typed) <= most):
        raise Unfit(_("Something needs another look."), {name: _("A number belongs here.")})
    return int(typed)


GROUP, STORY = "/groups/{group_id}", "/stories/{story_id}"
doors = (Route(GROUP, show_group), Route(STORY, show_story))
"""`Seeing` is their guard."""
straight = (("GET", GROUP, show_group), ("GET", STORY, show_story))
"""For `foundation.web.straight`."""
