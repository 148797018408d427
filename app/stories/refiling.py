"""All of the index of search anew: after a restore, and for words that came in by the bulk (docs/decisions/0011-search.md)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import and_, bindparam, delete, func, insert, literal, select, text, update
from sqlalchemy.orm import Session

from app.foundation.db import unhurried
from app.moderation.models import Decision
from app.stories.index import NUMBER_BITS, Filed, ensure_group, next_place, put
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion
from app.stories.queries import let_out
from app.stories.shelves import SearchGroup, SearchPlace, SearchWaiting

FILED_AT_ONCE: Final = 1000
"""Places whose words are in one statement."""
CACHE_KIB: Final = 64 * 1024
"""What SQLite may keep in memory meanwhile, instead of its two MiB."""
_EMPTY: Final = text("DELETE FROM search_words")
_COLUMNS: Final = ("subject_id", "group_id", "story_id", "reply_id", "place")
_AT: Final = (SearchPlace.place > bindparam("low"), SearchPlace.place <= bindparam("high"))
_OF: Final = (
    SearchPlace.place,
    SearchPlace.subject_id,
    SearchPlace.group_id,
    SearchPlace.story_id,
    SearchPlace.reply_id,
)
_PLACED: Final = sa.union_all(
    select(*_OF, StoryVersion.title, StoryVersion.html)
    .join(StoryVersion, and_(StoryVersion.story_id == SearchPlace.subject_id, StoryVersion.is_shown))
    .where(*_AT),
    select(*_OF, literal(""), ReplyVersion.html)
    .join(ReplyVersion, and_(ReplyVersion.reply_id == SearchPlace.reply_id, ReplyVersion.is_shown))
    .where(*_AT),
).order_by("place")

Told = Callable[[int], None]


def _nobody(_count: int) -> None:
    """Nobody wants to know."""


def rebuild(db: Session, told: Told = _nobody) -> int:
    """File everything that readers see anew, and nothing else; gives how much that is. `told` hears each time how many more.

    For a restored database, and for words that came in by the bulk. What was filed before keeps its place; the rest
    follows in the order of hours.
    """
    db.flush()
    db.execute(_EMPTY)
    db.execute(delete(SearchWaiting))
    groups = db.scalars(sa.union(select(Story.group_id), select(SearchGroup.group_id))).all()
    with _room(db):
        return sum(_rebuild_group(db, group_id, told) for group_id in sorted(groups))


def catch_up(db: Session, told: Told = _nobody) -> int:
    """File the words of groups that were there before there was a search; gives how many. Costs nothing afterwards."""
    behind = db.scalars(select(SearchGroup.group_id).where(SearchGroup.is_behind)).all()
    if behind:
        unhurried(db.connection())
    with _room(db) if behind else nullcontext():
        return sum(_rebuild_group(db, group_id, told) for group_id in behind)


@contextmanager
def _room(db: Session) -> Iterator[None]:
    """Room for SQLite to keep at hand what it writes in an order that is not its own."""
    driver = db.connection()
    if driver.dialect.name != "sqlite":
        yield
        return
    before = driver.exec_driver_sql("PRAGMA cache_size").scalar_one()
    driver.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB}")
    try:
        yield
    finally:
        driver.exec_driver_sql(f"PRAGMA cache_size = {before}")


def _rebuild_group(db: Session, group_id: str, told: Told) -> int:
    """The database finds the places of all that is new at once; the words follow part by part, in the order of places: neither
    time nor memory grows faster than the group."""
    ensure_group(db, group_id)
    shown = _shown(group_id).subquery()
    gone = SearchPlace.subject_id.not_in(select(shown.c.id))
    db.execute(delete(SearchPlace).where(SearchPlace.group_id == group_id, gone))
    is_new = shown.c.place.is_(None)
    count = db.scalar(select(func.count()).select_from(shown).where(is_new)) or 0
    if count:
        before = next_place(db, group_id, count) - count
        number = func.row_number().over(order_by=(shown.c.created_hour, shown.c.number, shown.c.id))
        rows = select(shown.c.id, literal(group_id), shown.c.story_id, shown.c.reply_id, before + number).where(is_new)
        # In the order of ids: random keys in another order would fall on every page of the table each time.
        db.execute(insert(SearchPlace).from_select(list(_COLUMNS), rows.order_by(shown.c.id)))
    filed = 0
    for placed in _words_of(db, group_id):
        put(db, placed)
        filed += len(placed)
        told(len(placed))
    db.execute(update(SearchGroup).where(SearchGroup.group_id == group_id).values(is_behind=False))
    return filed


def _shown(group_id: str) -> sa.CompoundSelect[Any]:
    """What readers see in a group: whose words, the place they were filed at, and what tells their age."""
    known, none = SearchPlace.place, sa.cast(sa.null(), Reply.id.type)
    stories = (
        select(Story.id, Story.id.label("story_id"), none.label("reply_id"), known, Story.created_hour,
               literal(0).label("number"))
        .join(StoryVersion, StoryVersion.story_id == Story.id)
        .join(Decision, Decision.id == StoryVersion.decision_id)
        .outerjoin(SearchPlace, SearchPlace.subject_id == Story.id)
        .where(Story.group_id == group_id, let_out(StoryVersion))
    )  # fmt: skip
    replies = (
        select(Reply.id, Reply.story_id, Reply.id, known, Reply.created_hour, Reply.number)
        .join(ReplyVersion, ReplyVersion.reply_id == Reply.id)
        .join(Decision, Decision.id == ReplyVersion.decision_id)
        .outerjoin(SearchPlace, SearchPlace.subject_id == Reply.id)
        # By way of the group's stories, which has an index: else all replies of all groups are gone through for each.
        .join(Story, Story.id == Reply.story_id)
        .where(Story.group_id == group_id, let_out(ReplyVersion))
    )
    return sa.union_all(stories, replies)


def _words_of(db: Session, group_id: str) -> Iterator[list[tuple[Filed, int]]]:
    """What was given a place in a group, in parts and in the order of places."""
    found = select(SearchGroup.prefix, SearchGroup.last_number).where(SearchGroup.group_id == group_id)
    prefix, last = db.execute(found).one()
    for start in range(0, last, FILED_AT_ONCE):
        low = (prefix << NUMBER_BITS) + start
        rows = db.connection().execute(_PLACED, {"low": low, "high": low + FILED_AT_ONCE})
        placed = [(Filed._make(filed), place) for place, *filed in rows]
        if placed:
            yield placed
