"""PostgreSQL's part of the nightly rewrite: one transaction number on all rows, and an order that is chance.

Every row is written anew in one transaction, in an order of chance, so that `xmin`, `xmax` and the numbers of values kept
aside (TOAST) say nothing; then each table is laid out along its random keys (CLUSTER), so that `ctid` says nothing and
what was deleted is out of the files.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Connection, Engine, LargeBinary, Table, Text, text
from sqlalchemy.exc import OperationalError

from app.foundation.db import Base, open_engine, unhurried
from app.foundation.home import Home
from app.foundation.turns import MARK, Turn, mark
from app.stories.index import WORDS

LOCK_WAIT_MILLISECONDS = 700
"""Shorter than PostgreSQL's deadlock_timeout: when somebody holds what the rewrite waits for, the rewrite gives way."""
LOCK_TRIES = 60
REST_SECONDS = 2.0
MOST_BYTES = 512 * 1024 * 1024
"""A larger table gets new rows written anew alone, and is not laid out anew: readers would wait too long for it."""
PLAN = ("enable_hashjoin", "enable_mergejoin", "enable_seqscan")
"""Switched off, rows are written in the order of the lot and not in the order in which they lie."""
NO_LOCK = "55P03"
DEADLOCK = "40P01"


def rewrite(home: Home, reseal: Callable[[Connection, bytes], int]) -> int:
    """Write every row anew, with `reseal` in the same transaction; what that returns. Raises OperationalError if
    somebody held a table all the while."""
    with _owner(home) as owner:
        count = _patiently(partial(_all_rows, owner, home, reseal))
        for table in _tables():
            _patiently(partial(_lay_out, owner, table))
        _leave_the_log_behind(owner)
    return count


def _leave_the_log_behind(owner: Engine) -> None:
    """Let PostgreSQL begin a new file of its own log: those before it, with words that were deleted, go at its next
    checkpoint, if it was told not to use them again (docs/operating.md). An operator gives the right to; without it
    nothing happens."""
    may = text("SELECT has_function_privilege('pg_switch_wal()', 'EXECUTE')")
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.scalar(may):
            connection.execute(text("SELECT pg_switch_wal()"))


@contextmanager
def _owner(home: Home) -> Iterator[Engine]:
    if not home.settings.migration_url:
        yield home.database.engine
        return
    engine = open_engine(home.settings, home.settings.migration_url)
    yield engine
    engine.dispose()


def _tables() -> list[Table]:
    return [*(table for table in Base.metadata.sorted_tables if table is not Turn.__table__), WORDS]


def _patiently(work: Callable[[], int]) -> int:
    for _try in range(LOCK_TRIES):
        try:
            return work()
        except OperationalError as wrong:
            if getattr(wrong.orig, "sqlstate", "") not in (NO_LOCK, DEADLOCK):
                raise
        time.sleep(secrets.SystemRandom().uniform(0, REST_SECONDS))
    return work()


def _all_rows(owner: Engine, home: Home, reseal: Callable[[Connection, bytes], int]) -> int:
    with owner.begin() as connection:
        _begin(connection)
        # EXCLUSIVE lets others read, and nobody lock a row that the rewrite then waits for.
        names = ", ".join(table.name for table in _tables())
        connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
        for setting in PLAN:
            connection.execute(text(f"SET LOCAL {setting} = off"))
        count = reseal(connection, home.keys.sealing)
        for table in _tables():
            _anew(connection, table)
        mark(connection)
    return count


def _begin(connection: Connection) -> None:
    unhurried(connection)
    connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_WAIT_MILLISECONDS}"))


def _anew(connection: Connection, table: Table) -> None:
    """Every row as a new one with the same values. Guards against change are off for this transaction alone: it changes
    nothing."""
    newer = "" if _is_small(connection, table) else f"WHERE age(xmin) < {_age_of_the_last()}"
    guarded = _has_guards(connection, table)
    if guarded:
        connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
    connection.execute(
        text(
            f"WITH lot AS MATERIALIZED (SELECT ctid AS place FROM {table.name} {newer} ORDER BY gen_random_uuid()) "  # noqa: S608
            f"UPDATE {table.name} SET {_same_values(table)} FROM lot WHERE {table.name}.ctid = lot.place"
        )
    )
    if guarded:
        connection.execute(text(f"ALTER TABLE {table.name} ENABLE TRIGGER USER"))


def _is_small(connection: Connection, table: Table) -> bool:
    size = connection.scalar(text("SELECT pg_total_relation_size(CAST(:name AS regclass))"), {"name": table.name})
    return int(size or 0) <= MOST_BYTES


def _age_of_the_last() -> str:
    """In transactions; any age is less while there was none."""
    return f"coalesce((SELECT age(xmin) FROM {Turn.__tablename__} WHERE name = '{MARK}'), 2147483647)"  # noqa: S608


def _has_guards(connection: Connection, table: Table) -> bool:
    asked = "SELECT count(*) FROM pg_trigger WHERE tgrelid = CAST(:name AS regclass) AND NOT tgisinternal"
    return bool(connection.scalar(text(asked), {"name": table.name}))


def _same_values(table: Table) -> str:
    """Long values are put together anew: left as they are, they would keep their place and number aside."""
    plain = [column for column in table.columns if column.computed is None]
    one = next((column for column in plain if not column.primary_key), plain[0])
    long = [column for column in plain if isinstance(column.type, Text | LargeBinary)]
    made = {column.name: f'"{column.name}" || {_nothing(column.type)}' for column in long}
    return ", ".join(f'"{name}" = {value}' for name, value in ({one.name: f'"{one.name}"'} | made).items())


def _nothing(kind: object) -> str:
    return "CAST('' AS bytea)" if isinstance(kind, LargeBinary) else "''"


def _lay_out(owner: Engine, table: Table) -> int:
    """Along its random keys."""
    with owner.begin() as connection:
        if not _is_small(connection, table):
            return 0
        _begin(connection)
        connection.execute(text(f"CLUSTER {table.name} USING pk_{table.name}"))
    return 1
