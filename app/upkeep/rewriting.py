"""The nightly rewrite: nothing in the files says any more in which order things were written (SECURITY.md part 3).

Until then a copy of that day's live files may tell it: pages of SQLite lie in order of writing, rows of PostgreSQL carry
the number of their transaction (`xmin`) and lie in order too (`ctid`). Afterwards both say nothing.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from app.foundation.faults import WritingStopped, is_disk_fault
from app.foundation.home import Home
from app.foundation.sealing import seal, unseal
from app.foundation.sqlite import BUSY_MS
from app.members.models import Account
from app.upkeep import heaps

AT_ONCE = 500
"""Keyrings in memory at a time: 8 KiB each, seldom more."""
BUSY_TRIES = 5
"""At night. By day there is one try, as those who write wait meanwhile."""
HURRIED_MS = 100
"""How long the one by day waits for those who read."""


def rewrite(home: Home) -> int:
    """Seal all keyrings anew, and let every row of every table be written anew in an order of chance.

    On PostgreSQL through HEARTH_MIGRATION_URL, if it is set: it needs the tables' owner. Those who write meanwhile wait;
    on SQLite the caller holds the writer's lock. Returns how many keyrings there are. Killed at any point, it left the
    database as it was, or with some tables done; the next run does them all.
    """
    if not home.database.is_sqlite:
        return heaps.rewrite(home, reseal)
    with home.database.writing() as db:
        count = reseal(db.connection(), home.keys.sealing)
        db.commit()
    _alone(home, "VACUUM")
    for _try in range(BUSY_TRIES):
        if _emptied(home, BUSY_MS):
            break
    return count


def reseal(connection: Connection, server_key: bytes) -> int:
    """New nonces for the outer seal of every keyring, in this transaction: no two copies tell whose keyring changed.
    Raises BrokenSeal for a keyring that this server did not seal."""
    everybody = list(connection.scalars(select(Account.id)))
    secrets.SystemRandom().shuffle(everybody)
    for start in range(0, len(everybody), AT_ONCE):
        _reseal_some(connection, server_key, everybody[start : start + AT_ONCE])
    return len(everybody)


def _reseal_some(connection: Connection, server_key: bytes, ids: Sequence[str]) -> None:
    found = {
        account_id: (version, keyring)
        for account_id, version, keyring in connection.execute(
            select(Account.id, Account.version, Account.keyring).where(Account.id.in_(ids))
        )
    }
    anew = []
    for account_id in ids:
        version, keyring = found[account_id]
        place = f"keyring {account_id} {version}"
        anew.append({"which": account_id, "sealed": seal(server_key, unseal(server_key, keyring, place), place)})
    table: Any = Account.__table__
    connection.execute(update(table).where(table.c.id == bindparam("which")).values(keyring=bindparam("sealed")), anew)


def checkpoint(home: Home) -> int:
    """Empty SQLite's write-ahead file, where deleted words would lie on (SECURITY.md, finding 7). 1 if that was done;
    0 on PostgreSQL, which has no such file, and when readers were in the way (then the next run does it)."""
    return int(home.database.is_sqlite and _emptied(home, HURRIED_MS))


def _emptied(home: Home, patience_ms: int) -> bool:
    busy, _pages, _done = _alone(home, "PRAGMA wal_checkpoint(TRUNCATE)", patience_ms)
    return not busy


def _alone(home: Home, order: str, patience_ms: int = BUSY_MS) -> Any:
    """Run what SQLite refuses inside a transaction. Raises WritingStopped after a fault of the disk, this one too."""
    if home.database.has_stopped_writing:
        raise WritingStopped
    raw: Any = home.database.engine.raw_connection()
    try:
        raw.driver_connection.execute(f"PRAGMA busy_timeout={patience_ms}")
        return raw.driver_connection.execute(order).fetchone()
    except Exception as wrong:
        if is_disk_fault(wrong):
            home.database.stop_writing()
        raise
    finally:
        raw.driver_connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        raw.close()
