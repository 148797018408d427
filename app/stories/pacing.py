"""How much one membership may say in a day, and what is said twice (R-7, R-12). docs/limits.md has the numbers.

Who is new is slower, never silent: a first story is out at once. Counted from what is stored, so that it holds in all
processes and over a restart; only the same words from many are remembered in this process alone, as marks under a key.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import bindparam, func, select, union_all
from sqlalchemy.orm import Session

from app.foundation.db import Utc
from app.foundation.errors import Forbidden, Repeated, TooMany
from app.foundation.language import gettext as _
from app.foundation.prepared import Prepared
from app.foundation.sealing import mac, new_key
from app.foundation.settings import settings
from app.foundation.times import now, this_hour
from app.groups.models import Ground, Group, Pace
from app.members.member import Stands
from app.members.models import Membership
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion

HOURS_A_DAY = 24
SETTLED_AFTER = 10
"""Stories and replies let out, until a membership is no longer new."""
NEW_STORIES_A_DAY = 3
NEW_REPLIES_A_DAY = 10
STORIES_A_DAY = 20
REPLIES_A_DAY = 200
SLOW_STORIES_A_DAY = 1
SLOW_REPLIES_AN_HOUR = 3
"""In a group whose facilitator slowed it down."""
RETRY_SECONDS = 3600
LONG_LETTERS = 80
"""Shorter words may be said again: many people are thanked with the same ones."""
SAME_FROM = 3
"""From so many memberships the same long words wait for a person."""
MOST_MARKS = 20_000


_SAID = {
    telling: Prepared(
        select(func.count()).where(
            telling.membership_id == bindparam("who"), telling.created_hour >= bindparam("since", type_=Utc)
        )
    )
    for telling in (Story, Reply)
}
_STORIES_SENT = (
    select(Story.id)
    .join(StoryVersion)
    .where(Story.membership_id == bindparam("who"), Story.created_hour >= bindparam("since", type_=Utc))
    .where(StoryVersion.body == bindparam("body"))
    .limit(1)
)
_REPLIES_SENT = (
    select(Reply.id)
    .join(ReplyVersion)
    .where(Reply.membership_id == bindparam("who"), Reply.created_hour >= bindparam("since", type_=Utc))
    .where(ReplyVersion.body == bindparam("body"))
    .limit(1)
)
_STORY_SENT = Prepared(_STORIES_SENT.where(StoryVersion.title == bindparam("title")))
_REPLY_SENT = Prepared(_REPLIES_SENT)
_REPLY_SENT_HERE = Prepared(_REPLIES_SENT.where(Reply.story_id == bindparam("story_id")))
Author = Membership | Stands


def must_have_room(db: Session, author: Author, group: Group | Ground, telling: type[Story] | type[Reply]) -> None:
    """Raises TooMany when this membership said as much today as one may, Forbidden while the group rests."""
    must_be_awake(group)
    if not settings().rate_limits:
        return
    if group.pace is Pace.SLOW:
        _must_be_under(_SLOW[telling], _said(db, author, telling, _since(1 if telling is Reply else HOURS_A_DAY)))
    today = _said(db, author, telling, _since(HOURS_A_DAY))
    _must_be_under(_A_DAY[telling], today)
    if today >= _NEW[telling] and not _is_settled(db, author):
        raise TooMany(
            _(
                "This is much for a first day here. Your words are still here: keep them, and send them tomorrow. "
                "After ten stories or replies there is more room."
            ),
            RETRY_SECONDS,
        )


def must_be_awake(group: Group | Ground) -> None:
    """Raises Forbidden while the group rests, and once it is closed."""
    if group.is_closed:
        raise Forbidden(_("This group is closed: nothing new is written here. Your words are still here."))
    if group.pace is Pace.QUIET:
        raise Forbidden(
            _("This group rests for a while: nothing new is written here just now. Your words are still here.")
        )


_SLOW: dict[type, int] = {Story: SLOW_STORIES_A_DAY, Reply: SLOW_REPLIES_AN_HOUR}
_A_DAY: dict[type, int] = {Story: STORIES_A_DAY, Reply: REPLIES_A_DAY}
_NEW: dict[type, int] = {Story: NEW_STORIES_A_DAY, Reply: NEW_REPLIES_A_DAY}


def _must_be_under(most: int, said: int) -> None:
    if said >= most:
        raise TooMany(
            _("You have written very much here already. Your words are still here: keep them, and send them later."),
            RETRY_SECONDS,
        )


def _since(hours: int) -> datetime:
    return this_hour() - timedelta(hours=hours - 1)


def _said(db: Session, author: Author, telling: type[Story] | type[Reply], since: datetime) -> int:
    found = _SAID[telling].first(db.connection(), who=author.id, since=since)
    return int(found[0]) if found else 0


def _is_settled(db: Session, author: Author) -> bool:
    stories = select(Story.id).join(StoryVersion).where(Story.membership_id == author.id, StoryVersion.is_shown)
    replies = select(Reply.id).join(ReplyVersion).where(Reply.membership_id == author.id, ReplyVersion.is_shown)
    shown = union_all(stories, replies).limit(SETTLED_AFTER).subquery()
    return (db.scalar(select(func.count()).select_from(shown)) or 0) >= SETTLED_AFTER


def must_be_new_words(db: Session, author: Author, body: str, *, title: str = "", story_id: str = "") -> None:
    """Raises Repeated for words this membership sent before: a story within a day, a reply to the same story within
    a day, long ones anywhere in the group."""
    if not settings().rate_limits:
        return
    since, connection = now() - timedelta(hours=HOURS_A_DAY), db.connection()
    if not story_id:
        sent = _STORY_SENT.first(connection, who=author.id, body=body, since=since, title=title)
    elif len(body) < LONG_LETTERS:
        sent = _REPLY_SENT_HERE.first(connection, who=author.id, body=body, since=since, story_id=story_id)
    else:
        sent = _REPLY_SENT.first(connection, who=author.id, body=body, since=since)
    if sent:
        raise Repeated(_("You sent these words already today. You find them under “My place”."), way="/mine")


class Echoes:
    """The same long words from many memberships: a thing people do not do. Letters alone count, so that spaces, signs
    and numbers between them change nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._begin()

    def heard(self, membership_id: str, body: str) -> bool:
        """Note that this membership says this. True if so many others did that a person must look first."""
        letters = "".join(filter(str.isalpha, body.casefold()))
        if len(letters) < LONG_LETTERS:
            return False
        with self._lock:
            if self._clock() - self._born > HOURS_A_DAY * 3600:
                self._begin()
            said = self._by.setdefault(mac(self._key, "words", letters), set())
            if len(said) < SAME_FROM:
                said.add(mac(self._key, "membership", membership_id))
            self._by.move_to_end(mac(self._key, "words", letters))
            while len(self._by) > MOST_MARKS:
                self._by.popitem(last=False)
            return len(said) >= SAME_FROM

    def _begin(self) -> None:
        self._key = new_key()
        self._by: OrderedDict[str, set[str]] = OrderedDict()
        self._born = self._clock()


_echoes = Echoes()


def is_an_echo(author: Author, body: str) -> bool:
    """Whether a person should look first, because so many memberships say the same."""
    return settings().rate_limits and _echoes.heard(author.id, body)
