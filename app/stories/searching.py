"""Finding shown words by what is in them, for the one who reads (docs/decisions/0011-search.md).

Whether words may be read is asked where it always is: `let_out` of the words, `READABLE` of the group. The index
only says where to look.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Final, NamedTuple

from sqlalchemy import Integer, bindparam, case, desc, or_, select
from sqlalchemy.orm import Session

from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.foundation.prepared import Ids, Numbers, Prepared, among, timed
from app.groups.models import Group
from app.groups.queries import READABLE, mine
from app.members.member import DESK, AnyReader
from app.members.models import Membership
from app.moderation import sanitise
from app.moderation.models import Decision
from app.moderation.verdict import SafeHtml
from app.stories.index import NUMBER_BITS
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion, split_notes
from app.stories.queries import let_out
from app.stories.reading import reading_of
from app.stories.shelves import SearchGroup, SearchPlace
from app.stories.sifting import Row, bounded, matches, weight
from app.stories.terms import Asked, Term, placed

MOST_GROUPS: Final = 50
"""Groups that are searched at once: those one joined come first."""
RANKED: Final = 1000
"""Of the newest that match, so many are put into the order of how well they match: all would take seconds (SPEED.md)."""
HEAD: Final = 7
"""Hits that are looked up at a time in each of several groups."""
BEFORE, SNIPPET = 60, 220
"""Code points shown before the first marked place, and in all."""
TOP: Final = 1 << 62
"""Above every place."""
LONGEST_CURSOR: Final = 17 * MOST_GROUPS
_PLACE: Final = r"[0-3]?[0-9a-f]{1,15}"
"""Sixty-two bits at most, in hexadecimal."""
_NEWEST: Final = re.compile(rf"n{_PLACE}(?:\.{_PLACE}){{0,{MOST_GROUPS - 1}}}")
_BEST: Final = re.compile(rf"b[0-9a-f]{{1,8}}\.{_PLACE}")


class Room(NamedTuple):
    """A group one may search in. `prefix` is None while nothing was written there."""

    id: str
    slug: str
    name: str
    prefix: int | None


class Hit(NamedTuple):
    """A story or reply that was found. `reply_id` is empty for a story."""

    place: int
    story_id: str
    reply_id: str
    group_slug: str
    group_name: str
    title: str
    persona: str
    hour: datetime
    notes: list[str]
    html: SafeHtml

    @property
    def words(self) -> str:
        """What an eye reads of it. Made when it is asked for: more is found than is shown."""
        return sanitise.visible(self.html)


class Snippet(NamedTuple):
    """Some of the words around what was found, as plain text, and the places in it to mark (code points)."""

    text: str
    marks: list[tuple[int, int]]


class Found(NamedTuple):
    hits: list[Hit]
    next: str | None


_READABLE_ROOMS = (
    select(Group.id, Group.slug, Group.name, SearchGroup.prefix)
    .outerjoin(SearchGroup, SearchGroup.group_id == Group.id)
    .where(READABLE, Group.id != DESK)
)
_ROOMS = Prepared(
    _READABLE_ROOMS.order_by(desc(among(Group.id, bindparam("mine", type_=Ids))), Group.name, Group.id).limit(
        bindparam("most", type_=Integer)
    )
)
_NAMED_ROOM = Prepared(_READABLE_ROOMS.where(or_(Group.id == bindparam("named"), Group.slug == bindparam("named"))))
_STORIES = Prepared(
    select(
        SearchPlace.place, SearchPlace.story_id, SearchPlace.reply_id, Group.slug, Group.name, Story.membership_id,
        Membership.persona, Story.created_hour, StoryVersion.title, StoryVersion.content_notes,
        case((SearchPlace.reply_id.is_(None), StoryVersion.html), else_=""),
    )
    .select_from(SearchPlace)
    .join(Story, Story.id == SearchPlace.story_id)
    .join(Group, Group.id == Story.group_id)
    .join(StoryVersion, StoryVersion.story_id == Story.id)
    .join(Decision, Decision.id == StoryVersion.decision_id)
    .join(Membership, Membership.id == Story.membership_id)
    .where(
        among(SearchPlace.place, bindparam("places", type_=Numbers)), READABLE, Group.id != DESK, let_out(StoryVersion),
        Story.is_covered.is_(False),
    )
)  # fmt: skip
"""What is filed at these places: stories, and the stories that the replies answer."""
_REPLIES = Prepared(
    select(Reply.id, Reply.membership_id, Membership.persona, Reply.created_hour, ReplyVersion.html)
    .join(ReplyVersion, ReplyVersion.reply_id == Reply.id)
    .join(Decision, Decision.id == ReplyVersion.decision_id)
    .join(Membership, Membership.id == Reply.membership_id)
    .where(among(Reply.id, bindparam("ids", type_=Ids)), let_out(ReplyVersion), Reply.is_covered.is_(False))
)


def rooms(db: Session, reader: AnyReader, named: str = "") -> list[Room]:
    """The groups this reader may search in, those they joined first; and the one that is named, by id or slug."""
    connection, joined = db.connection(), mine(reader)
    found = [Room._make(row) for row in _ROOMS.rows(connection, mine=joined, most=MOST_GROUPS)]
    if named and not any(named in (room.id, room.slug) for room in found):
        found += [Room._make(row) for row in _NAMED_ROOM.rows(connection, mine=joined, named=named)]
    return found


class Search:
    """One question of one reader, in groups that `rooms` gave them."""

    def __init__(self, db: Session, reader: AnyReader, asked: Asked, among: Sequence[Room]) -> None:
        self.db, self.reader, self.asked = db, reader, asked
        self.prefixes = [room.prefix for room in among if room.prefix is not None]
        self.muted = set(reading_of(db, reader).muted)
        self.known: dict[int, Hit | None] = {}
        """Places that were looked up: what stands there, None if it is not for this reader."""

    def found(self, after: str, limit: int, *, best_first: bool = False) -> Found:
        """A page of what is there. Raises Unfit for a strange cursor, and for words that would take too long."""
        if not self.asked.wanted:
            return Found([], None)
        return self.best(after, limit) if best_first else self.newest(after, limit)

    def newest(self, after: str, limit: int) -> Found:
        """What matches, the newest first: in a group in the order in which words came out; of several groups each
        time the one whose next words have the latest hour, as nothing counts over groups."""
        below = {p >> NUMBER_BITS: p for p in _numbers(after, _NEWEST) if p >> NUMBER_BITS in self.prefixes}
        with bounded(self.db):
            hits = list(islice(self._together(below, limit + 1), limit + 1))
        below |= {hit.place >> NUMBER_BITS: hit.place for hit in hits[:limit]}
        return Found(hits[:limit], "n" + ".".join(f"{p:x}" for p in below.values()) if len(hits) > limit else None)

    def _together(self, below: dict[int, int], most: int) -> Iterator[Hit]:
        size = most if len(self.prefixes) == 1 else min(most, HEAD)
        heads = {p: matches(self.db, p, self.asked, below.get(p, TOP), size) for p in self.prefixes}
        self._look_up(row for rows in heads.values() for row in rows)
        streams = (self._stream(prefix, rows, size) for prefix, rows in heads.items())
        return merge(*streams, key=lambda hit: (-hit.hour.timestamp(), hit.place >> NUMBER_BITS))

    def _stream(self, prefix: int, rows: list[Row], size: int) -> Iterator[Hit]:
        while rows:
            yield from self._look_up(rows)
            full = len(rows) == size
            rows = matches(self.db, prefix, self.asked, rows[-1].place, size) if full else []

    def best(self, after: str, limit: int) -> Found:
        """Of the newest that match, those first in which the words stand most and in the fewest others."""
        before = tuple(_numbers(after, _BEST)) or (TOP, TOP)
        share = RANKED // max(1, len(self.prefixes))
        with bounded(self.db):
            rows = [row for p in self.prefixes for row in matches(self.db, p, self.asked, TOP, share)]
            ranked = sorted(((weight(row, self.asked.wanted), row.place, row) for row in rows), reverse=True)
            rest = [one for one in ranked if one[:2] < before]
            hits = list(islice(self._in_order([row for _weight, _place, row in rest], limit + 1), limit + 1))
        if len(hits) <= limit:
            return Found(hits, None)
        weights = {place: w for w, place, _row in rest}
        last = hits[limit - 1].place
        return Found(hits[:limit], f"b{weights[last]:x}.{last:x}")

    def _in_order(self, rows: list[Row], size: int) -> Iterator[Hit]:
        for start in range(0, len(rows), size):
            yield from self._look_up(rows[start : start + size])

    def _look_up(self, rows: Iterable[Row]) -> list[Hit]:
        """What stands at these places, in their order, as far as this reader may and wants to read it."""
        places = [row.place for row in rows]
        new = [place for place in places if place not in self.known]
        if new:
            self.known |= dict.fromkeys(new) | {hit.place: hit for hit in self._readable(new)}
        return [hit for place in places if (hit := self.known[place])]

    def _readable(self, places: list[int]) -> Iterator[Hit]:
        connection = self.db.connection()
        filed = _STORIES.rows(connection, places=places, mine=mine(self.reader))
        answers = [row[2] for row in filed if row[2]]
        replies = {row[0]: row for row in _REPLIES.rows(connection, ids=answers)} if answers else {}
        for place, story_id, reply_id, slug, group, *told in filed:
            by, persona, hour, title, notes, html = told
            if by in self.muted or (reply_id and reply_id not in replies):
                continue
            _id, who, name, at, words = replies[reply_id] if reply_id else (story_id, by, persona, hour, html)
            if who not in self.muted:
                yield Hit(
                    place, story_id, reply_id or "", slug, group, title, name, timed(at), split_notes(notes), SafeHtml(words)
                )  # fmt: skip


def _numbers(cursor: str, shape: re.Pattern[str]) -> list[int]:
    if not cursor:
        return []
    if not shape.fullmatch(cursor):
        raise Unfit(_("This cursor is not one of ours."), {"after": _("Take it from “next”.")})
    return [int(number, 16) for number in cursor[1:].split(".")]


def snippet(words: str, wanted: Sequence[Term]) -> Snippet:
    """The words around the first place that was found; their beginning if only the title has it."""
    text = " ".join(unicodedata.normalize("NFC", words).split())
    marks = placed(text, wanted)
    start = _gap_before(text, marks[0][0] - BEFORE) if marks else 0
    end = min(len(text), start + SNIPPET)
    lead, tail = "… " if start else "", " …" if end < len(text) else ""
    inside = [(a - start + len(lead), min(b, end) - start + len(lead)) for a, b in marks if a < end]
    return Snippet(f"{lead}{text[start:end].rstrip()}{tail}", inside)


def _gap_before(text: str, at: int) -> int:
    """Where the word at this place begins, if that is near; 0 near the beginning."""
    if at <= 0:
        return 0
    gap = text.rfind(" ", max(0, at - BEFORE // 2), at)
    return at if gap < 0 else gap + 1
