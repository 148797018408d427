"""The index of search: what readers see of stories and replies, filed under its group (docs/decisions/0011-search.md).

Filed in the transaction that lets words out (a new reply a moment later, see `filing`), gone in the one that takes them in
or deletes them.
"""

import secrets
from collections.abc import Iterable
from typing import Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from app.foundation.db import hold_with_others
from app.foundation.prepared import Prepared, table
from app.moderation import sanitise
from app.moderation.verdict import SafeHtml
from app.stories.models import Reply, Story, StoryVersion
from app.stories.shelves import SearchGroup, SearchPlace, SearchWaiting
from app.stories.terms import cut

PREFIX_BITS: Final = 22
NUMBER_BITS: Final = 40
"""Sixty-two bits of a row's number: the group's random prefix, and a counter inside it (SECURITY.md, "Order without time")."""
BUCKET_BITS: Final = 12
"""Four thousand places of a group that follow each other are a bucket."""
FILING: Final = "filing"
"""What is held by whoever files what waits, alone; and with others by whoever files, or takes out, one thing."""
TITLE_GAP: Final = 1
"""A place left free between title and body, so that nothing stands together across them."""
MOST_PLACES: Final = 255
"""Places of one word that PostgreSQL keeps."""

WORDS: Final = Table(
    "search_words", MetaData(), Column("rowid", BigInteger, primary_key=True), Column("group_id", Text),
    Column("title", Text), Column("body", Text), Column("words", Text),
)  # fmt: skip
"""PostgreSQL's table, for whoever writes all tables anew. It is no model, as on SQLite its place is taken by an index."""

_PUT: Final = {
    "sqlite": text("INSERT INTO search_words (rowid, title, body) VALUES (:place, :title, :body)"),
    "postgresql": text(
        "INSERT INTO search_words (rowid, group_id, title, body, words)"
        " VALUES (:place, :group_id, :title, :body, CAST(:words AS tsvector))"
    ),
}
_GROUPS: Final = table(SearchGroup)
_COUNT_ON: Final = Prepared(
    update(_GROUPS)
    .where(_GROUPS.c.group_id == bindparam("of"))
    .values(last_number=_GROUPS.c.last_number + bindparam("more", type_=BigInteger))
    .returning(_GROUPS.c.prefix, _GROUPS.c.last_number)
)
_TAKE_OUT: Final = text("DELETE FROM search_words WHERE rowid = :place")


class Filed(NamedTuple):
    """Words to be filed, and whose they are."""

    subject_id: str
    group_id: str
    story_id: str
    reply_id: str | None
    title: str
    html: str


def indexed(db: Session, telling: Story | Reply) -> None:
    """What readers see of this story or reply can be found from now on; if they see nothing of it, nothing can."""
    db.flush()
    hold_with_others(db, FILING)
    version = telling.shown
    if version is None:
        unindexed(db, telling.id)
        return
    title = version.title if isinstance(version, StoryVersion) else ""
    reply_id = telling.id if isinstance(telling, Reply) else None
    _file(db, Filed(telling.id, telling.group_id, telling.story_id, reply_id, title, version.html))


def unindexed(db: Session, telling_id: str) -> None:
    """Nothing of this story or reply can be found from now on. A deleted one needs no call: its words go with it."""
    hold_with_others(db, FILING)
    db.execute(delete(SearchPlace).where(SearchPlace.subject_id == telling_id))
    db.execute(delete(SearchWaiting).where(SearchWaiting.reply_id == telling_id))


def marker(prefix: int, bucket: int | None = None) -> str:
    """The word that stands in PostgreSQL's index for a group, or for one bucket of its places. Nobody can type it: an
    equals sign is in no word."""
    return f"={prefix:x}" if bucket is None else f"={prefix:x}.{bucket:x}"


def bucket_of(place: int) -> int:
    return (place & ((1 << NUMBER_BITS) - 1)) >> BUCKET_BITS


def _file(db: Session, words: Filed) -> None:
    place = db.scalar(select(SearchPlace.place).where(SearchPlace.subject_id == words.subject_id))
    if place is None:
        place = next_place(db, words.group_id)
        db.execute(insert(SearchPlace).values(row(words, place)))
    else:
        db.execute(_TAKE_OUT, {"place": place})
    put(db, [(words, place)])


def row(words: Filed, place: int) -> dict[str, str | int | None]:
    return {"subject_id": words.subject_id, "group_id": words.group_id, "story_id": words.story_id,
            "reply_id": words.reply_id, "place": place}  # fmt: skip


def put(db: Session, placed: Iterable[tuple[Filed, int]]) -> None:
    """Words into the index; what an eye reads, not the HTML."""
    connection = db.connection()
    rows = [_filled(connection, words, place) for words, place in placed]
    if rows:
        connection.execute(_PUT[connection.dialect.name], rows)


def _filled(db: Connection, words: Filed, place: int) -> dict[str, str | int]:
    title, body = cut(words.title), cut(sanitise.visible(SafeHtml(words.html)))
    row: dict[str, str | int] = {"place": place, "title": " ".join(title), "body": " ".join(body)}
    if db.dialect.name != "sqlite":
        row |= {"group_id": words.group_id, "words": _vector(place, title, body)}
    return row


def _vector(place: int, title: list[str], body: list[str]) -> str:
    """A tsvector as PostgreSQL reads it. Words have letters, digits and marks alone: nothing has to be escaped."""
    places: dict[str, list[int]] = {}
    for at, word in enumerate([*title, *[""] * TITLE_GAP, *body], 1):
        if word:
            places.setdefault(word, []).append(at)
    prefix = place >> NUMBER_BITS
    marks = f"'{marker(prefix)}' '{marker(prefix, bucket_of(place))}'"
    return " ".join([marks, *(f"'{word}':{','.join(map(str, at[:MOST_PLACES]))}" for word, at in places.items())])


def next_place(db: Session, group_id: str, count: int = 1) -> int:
    """The last of `count` places after the newest in this group. Two at once take their turns."""
    connection = db.connection()
    counted = _COUNT_ON.first(connection, of=group_id, more=count)
    if counted is None:
        ensure_group(db, group_id)
        counted = _COUNT_ON.first(connection, of=group_id, more=count)
    assert counted is not None  # noqa: S101
    prefix, number = counted
    return int(prefix) << NUMBER_BITS | int(number)


def ensure_group(db: Session, group_id: str) -> None:
    if db.scalar(select(SearchGroup.prefix).where(SearchGroup.group_id == group_id)) is None:
        # Somebody else may be doing the same: whoever comes second finds the row.
        db.execute(
            text(
                "INSERT INTO search_groups (group_id, prefix, last_number, is_behind)"
                " VALUES (:group_id, :prefix, 0, :no) ON CONFLICT (group_id) DO NOTHING"
            ),
            {"group_id": group_id, "prefix": _free_prefix(db), "no": False},
        )


def _free_prefix(db: Session) -> int:
    while True:
        prefix = secrets.randbits(PREFIX_BITS)
        if db.scalar(select(SearchGroup.group_id).where(SearchGroup.prefix == prefix)) is None:
            return prefix
