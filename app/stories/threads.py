"""A story with its replies as readers see it: drawn once for all of them, and kept until something in it changes.

What is kept depends on the story's version, which every visible change raises in its own transaction, on the hour, as
pages say how long ago something was, and on whether the reader may answer. What is one reader's alone is drawn anew
and put in its place: their gestures, their own words, what they asked to have folded.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from markupsafe import Markup
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.foundation.eyes import Eyes
from app.foundation.kept import Kept
from app.foundation.settings import settings
from app.foundation.times import this_hour
from app.foundation.web.templates import ago, macro
from app.members.member import AnyReader
from app.moderation.models import Fate
from app.moderation.verdict import SafeHtml
from app.stories import queries, quick
from app.stories.models import Reply, split_notes
from app.stories.phrases import gesture_names, note_name, speaks_as
from app.stories.queries import Shown
from app.stories.quick import Done, Head
from app.stories.reading import Reading
from app.stories.rules import THREAD_PAGE

OVERHEAD = 2048
"""Bytes that a kept thread takes beside its words, about."""


@dataclass(slots=True)
class Told:
    """A story or a reply as its template sees it. `status` and `changed` say where words stand that others do not see."""

    id: str
    html: SafeHtml
    persona: str
    hour: datetime
    counts: dict[str, int]
    mine: Collection[str] = ()
    title: str = ""
    answer_me_with: str | None = None
    content_notes: Sequence[str] = ()
    status: str = Fate.PUBLISHED.value
    changed: str = Fate.PUBLISHED.value
    edited: bool = False
    own: bool = False
    folded: bool = False
    role: str = ""
    """As what somebody speaks who is more than a peer here (SAFETY.md, SR-44)."""
    covered: bool = False
    """Whether a moderator looks at them: the words are behind a note."""

    @property
    def when(self) -> str:
        return ago(self.hour)

    @property
    def iso(self) -> str:
        return self.hour.isoformat()

    @property
    def gestures(self) -> list[tuple[str, str, int | None, bool]]:
        """Kind, label, how many gave it, whether the reader did."""
        names = gesture_names()
        return [(kind, names[kind], self.counts.get(kind), kind in self.mine) for kind in names]

    @property
    def given(self) -> str:
        """What was given, in words."""
        names = gesture_names()
        return " · ".join(f"{names[kind]} {self.counts[kind]}" for kind in names if kind in self.counts)


@dataclass(frozen=True, slots=True)
class Piece:
    """A story or a reply: what it says, and how it looks to a reader of whom nothing needs to be known."""

    told: Told
    membership_id: str
    drawn: Markup


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A thread as a reader sees it. `is_common`: as all see it of whom nothing needs to be known."""

    story: Markup
    replies: list[Markup]
    next_number: int | None
    is_common: bool = False


class Thread:
    """One page of a story, drawn for all. `next_number`: after which the next page begins, if there is one."""

    def __init__(self, story: Piece, replies: list[Piece], next_number: int | None) -> None:
        self.story = story
        self.replies = replies
        self.next_number = next_number
        self.page = Page(story.drawn, [piece.drawn for piece in replies], next_number, is_common=True)
        self.members = {story.membership_id, *(piece.membership_id for piece in replies)}
        self.size = OVERHEAD + 2 * sum(len(piece.drawn) for piece in (story, *replies))


@cache
def _kept() -> Kept[Thread]:
    return Kept(settings().page_cache_mib * 1024 * 1024, lambda thread: thread.size)


def page_of(eyes: Eyes, reader: AnyReader, head: Head, reading: Reading, after: int) -> Page | None:
    """A page of a story that was found through its reader. None if it went out of sight at this moment."""
    can_answer = reader.in_group(head.group_id) is not None
    thread = _thread(eyes, head, after, can_answer=can_answer)
    if thread is None:
        return None
    own = reader.once_in(head.group_id)
    done = quick.done(eyes.connection(), own.id, head.id) if own else Done({}, has_unseen=False)
    if _is_common(reader, thread, done, reading):
        return thread.page
    eye = _Eye(own.id if own else "", done.gestures, reading, can_answer=can_answer)
    replies = (
        _with_unseen(eyes.session, reader, head, thread, eye)
        if done.has_unseen
        else [eye.reply(p) for p in thread.replies]
    )
    return Page(eye.story(thread.story), replies, thread.next_number)


def _is_common(reader: AnyReader, thread: Thread, done: Done, reading: Reading) -> bool:
    """Whether nothing in it is this reader's alone."""
    is_own = any(m.id in thread.members for m in reader.memberships)
    return not (
        done.gestures
        or done.has_unseen
        or is_own
        or reading.muted
        or (thread.story.told.content_notes and reading.fold)
    )


def _thread(eyes: Eyes, head: Head, after: int, *, can_answer: bool) -> Thread | None:
    key = (head.id, head.version, after, can_answer, this_hour())
    found = _kept().get(key)
    if found is None:
        eyes.ask_for_more()
        made = _made(eyes.connection(), head, after, can_answer=can_answer)
        found = made and _kept().keep(key, made)
    return found


def _made(db: Connection, head: Head, after: int, *, can_answer: bool) -> Thread | None:
    words = quick.words(db, head.id)
    if words is None:
        return None
    shown = queries.replies(db, head.id, after, THREAD_PAGE + 1)
    counts = queries.support_of(db, [head.id, *(r.id for r in shown[:THREAD_PAGE])])
    story = Told(
        head.id, SafeHtml(words.html), words.persona, words.hour, counts[head.id], title=words.title, edited=words.was_out_before,
        answer_me_with=head.answer_me_with, content_notes=[note_name(note) for note in split_notes(head.content_notes)],
        covered=bool(head.is_covered), role=speaks_as(words.roles),
    )  # fmt: skip
    replies = [_piece(reply, counts[reply.id], can_answer=can_answer) for reply in shown[:THREAD_PAGE]]
    next_number = shown[THREAD_PAGE - 1].number if len(shown) > THREAD_PAGE else None
    return Thread(Piece(story, head.membership_id, _draw_story(story, can_answer=can_answer)), replies, next_number)


def _piece(reply: Shown, counts: dict[str, int], *, can_answer: bool) -> Piece:
    told = Told(
        reply.id,
        SafeHtml(reply.html),
        reply.persona,
        reply.hour,
        counts,
        covered=bool(reply.is_covered),
        role=speaks_as(reply.roles),
    )
    return Piece(told, reply.membership_id, _draw_reply(told, can_answer=can_answer))


class _Eye:
    """One reader looking at pieces that were drawn for all."""

    def __init__(self, own: str, gestures: dict[str, set[str]], reading: Reading, *, can_answer: bool) -> None:
        self.own = own
        self.gestures = gestures
        self.fold = {note_name(note) for note in reading.fold}
        self.muted = set(reading.muted)
        self.can_answer = can_answer

    def story(self, piece: Piece) -> Markup:
        own = piece.membership_id == self.own
        mine = self.gestures.get(piece.told.id, set())
        folded = not own and (bool(self.fold & set(piece.told.content_notes)) or piece.membership_id in self.muted)
        if not (own or mine or folded):
            return piece.drawn
        return _draw_story(replace(piece.told, mine=mine, own=own, folded=folded), can_answer=self.can_answer)

    def reply(self, piece: Piece, changed: str = Fate.PUBLISHED.value) -> Markup:
        own = piece.membership_id == self.own
        mine = self.gestures.get(piece.told.id, set())
        if piece.membership_id in self.muted:
            return macro("_shared/reply_muted.html", "muted_reply")(piece.told)
        if not (own or mine):
            return piece.drawn
        return _draw_reply(replace(piece.told, mine=mine, own=own, changed=changed), can_answer=self.can_answer)


def _with_unseen(db: Session, reader: AnyReader, head: Head, thread: Thread, eye: _Eye) -> list[Markup]:
    """Replies with one's own that others do not see, or see as they were before."""
    waiting = {r.id: r for r in queries.own_waiting_replies(db, reader, head.id)}
    drawn = []
    for piece in thread.replies:
        newer = waiting.pop(piece.told.id, None)
        drawn.append(eye.reply(piece, (newer.latest.fate if newer else Fate.PUBLISHED).value))
    own = reader.once_in(head.group_id)
    return drawn + [_unseen(reply, own.persona if own else "") for reply in waiting.values() if reply.shown is None]


def _unseen(reply: Reply, persona: str) -> Markup:
    words = reply.latest
    told = Told(reply.id, words.safe_html, persona, reply.created_hour, {}, status=words.fate.value, own=True)
    return _draw_reply(told, can_answer=True)


def _draw_story(story: Told, *, can_answer: bool) -> Markup:
    return macro("_shared/telling.html", "telling")(story, can_answer)


def _draw_reply(reply: Told, *, can_answer: bool) -> Markup:
    return macro("_shared/reply.html", "reply_piece")(reply, can_answer)
