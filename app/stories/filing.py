"""New replies are filed for search a moment after they came out, many at a time: by the first who looks for something, or
within a minute. The index is the dearest thing that a reply would write (docs/decisions/0014-the-fast-lane.md)."""

from collections import Counter
from contextlib import suppress
from time import sleep
from typing import Final

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.foundation.db import Database, hold
from app.foundation.home import Home
from app.foundation.prepared import Prepared, insertion
from app.moderation.models import Decision
from app.stories import index
from app.stories.index import Filed
from app.stories.models import Reply, ReplyVersion
from app.stories.queries import let_out
from app.stories.shelves import SearchPlace, SearchWaiting

AT_ONCE: Final = 200
"""Replies that are filed in one transaction: a twentieth of a second, in which whoever looks for something waits."""

BREATH_SECONDS: Final = 0.12
"""Between two of them by the clock: on SQLite, who waits to write looks every tenth of a second whether it is their turn."""

_SOON: Final = insertion(SearchWaiting)
_ANY: Final = Prepared(select(SearchWaiting.reply_id).limit(1))
_NEXT: Final = select(SearchWaiting.reply_id).order_by(SearchWaiting.activity, SearchWaiting.reply_id).limit(AT_ONCE)


def file_soon(db: Connection, reply_id: str, group_id: str, activity: int) -> None:
    """A reply that comes out now, and was never filed. `activity`: the group's counter, raised for it."""
    _SOON.run(db, reply_id=reply_id, group_id=group_id, activity=activity)


def catch_up(database: Database) -> None:
    """What waits is filed for whoever looks for something now. Not worth waiting for: while somebody else writes it goes on
    without."""
    with database.looking() as eyes:
        waits = _ANY.first(eyes.connection()) is not None
    if waits:
        with suppress(SQLAlchemyError), database.noting() as db:
            file_some(db)
            db.commit()


def file_all(home: Home) -> int:
    """File all that waits; how many replies that was."""
    filed = 0
    while True:
        with home.database.writing() as db:
            count = file_some(db)
            db.commit()
        filed += count
        if count < AT_ONCE:
            return filed
        sleep(BREATH_SECONDS)


def file_some(db: Session) -> int:
    """File what waits longest, in the order in which it came out; how many replies waited. What readers do not see any more,
    or was filed meanwhile because it changed, only stops waiting."""
    hold(db, index.FILING)
    waiting = list(db.scalars(_NEXT))
    if waiting:
        found = db.execute(
            select(Reply.id, Reply.group_id, Reply.story_id, Reply.id, ReplyVersion.html)
            .join(ReplyVersion, ReplyVersion.reply_id == Reply.id)
            .join(Decision, Decision.id == ReplyVersion.decision_id)
            .outerjoin(SearchPlace, SearchPlace.subject_id == Reply.id)
            .where(
                Reply.id.in_(waiting),
                let_out(ReplyVersion),
                Reply.is_covered.is_(False),
                SearchPlace.subject_id.is_(None),
            )
        )
        shown = {row[0]: Filed(row[0], row[1], row[2], row[3], "", row[4]) for row in found}
        _file(db, [shown[reply_id] for reply_id in waiting if reply_id in shown])
        db.execute(delete(SearchWaiting).where(SearchWaiting.reply_id.in_(waiting)))
    return len(waiting)


def _file(db: Session, words: list[Filed]) -> None:
    many = Counter(filed.group_id for filed in words)
    last = {group_id: index.next_place(db, group_id, count) - count for group_id, count in sorted(many.items())}
    placed = list[tuple[Filed, int]]()
    for filed in words:
        last[filed.group_id] += 1
        placed.append((filed, last[filed.group_id]))
    if placed:
        db.execute(insert(SearchPlace), [index.row(filed, place) for filed, place in placed])
        index.put(db, placed)
