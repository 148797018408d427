"""What has had its time goes by itself (SECURITY.md, D-4; every table stands in docs/retention.md)."""

from collections.abc import Callable

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.foundation.db import unhurried
from app.foundation.home import Home
from app.foundation.times import today
from app.log import actions as log
from app.log.anchors import anchor
from app.log.queries import is_written
from app.log.rules import SITE
from app.members.purging import unopened_accounts

Some = Callable[[Session, int], int]
"""Deletes at most so many things that are due, and tells how many; it does not commit."""
PURGED = "purged"
AT_ONCE = 200
"""Things in one transaction: nobody who writes meanwhile waits long."""
LOCK_WAIT_MS = 3000
"""As long as anybody waits for somebody who writes (`foundation.pooler`)."""


def purge(what: str, some: Some, at_once: int = AT_ONCE) -> Callable[[Home], int]:
    """An act of the clock that deletes all that is due, a transaction for each `at_once` of them. The log's site chain
    says once a day that `what` was purged; how much is not said, as a number could tell of somebody."""

    def act(home: Home) -> int:
        total = 0
        while True:
            count = _some(home, what, some, at_once)
            total += count
            if count < at_once:
                return total

    return act


def _some(home: Home, what: str, some: Some, at_once: int) -> int:
    with home.database.writing() as db:
        _take_time(db.connection())
        count = some(db, at_once)
        if count and not is_written(db, SITE, PURGED, what, today()):
            log.write(db, PURGED, group_id=None, by=None, reason=what)
        db.commit()
    return count


def _take_time(connection: Connection) -> None:
    """Looking for what is due may take longer than a person would wait. Waiting for somebody who writes may not: others
    wait behind it."""
    unhurried(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_WAIT_MS}")


def close_unopened(db: Session, limit: int) -> int:
    """Delete accounts nobody opened for 18 months, so that a backup does not bring them back either."""
    gone = unopened_accounts(db, limit)
    log.deleted(db, *gone)
    return len(gone)


def anchor_log(home: Home) -> int:
    """Anchor the chains of the log; how many had grown."""
    with home.database.writing() as db:
        count = anchor(db, home.keys)
        db.commit()
    return count
