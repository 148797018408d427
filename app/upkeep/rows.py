"""Tables as JSON lines and back, the same for SQLite and PostgreSQL.

A row is a JSON array; what JSON has no word for stands in an object of one key:
{"bytes": base64}, {"day": "YYYY-MM-DD"}, {"time": RFC 3339 in UTC}, {"json": …}.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, MetaData, Table, inspect, select, text

from app.foundation.errors import BrokenSeal
from app.foundation.keys import Keys
from app.foundation.sealing import derive, seal, unseal

Row = dict[str, Any]

LEFT_OUT = frozenset({
    "alembic_version",  # the manifest says it
    "sessions", "tickets", "idempotency", "guesses",  # everybody signs in anew
    "invitations",  # one that was used since would work again
    "role_proposals",  # who asked may be no administrator any more
    "turns",  # the clock's own, of one machine
    "search_groups", "search_places", "search_waiting", "search_words",  # made anew from what readers see
})  # fmt: skip
"""Tables that are in no copy. Whatever is not named here is."""
HANG_ON = {
    "cases": ("stories", "replies"),
    "notices": ("stories", "replies"),
    "supports": ("replies",),
}
"""Rows that name a story or reply without a foreign key: they come after it in a copy."""
PART_BYTES = 1024 * 1024
FETCHED = 100
"""Rows. A keyring has up to half a MiB."""
ID_LETTERS = 32


def tables_of(connection: Connection) -> list[Table]:
    """The tables that belong in a copy, as the database itself knows them; what others point at comes first."""
    names = set(_own_tables(connection)) - LEFT_OUT
    known = MetaData()
    known.reflect(connection, only=lambda name, _metadata: name in names, resolve_fks=False)
    for name, parents in HANG_ON.items():
        for parent in parents:
            if name in known.tables and parent in known.tables:
                known.tables[name].add_is_dependent_on(known.tables[parent])
    return [table for table in known.sorted_tables if table.name in names]


def _own_tables(connection: Connection) -> list[str]:
    """Without a search index and its shadows, which are made anew."""
    if connection.dialect.name == "sqlite":
        listed = connection.execute(text("SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main'"))
        return [name for (name,) in listed if not name.startswith("sqlite_")]
    return inspect(connection).get_table_names()


def parts_of(connection: Connection, table: Table, keys: Keys) -> Iterator[tuple[str, int, bytes]]:
    """A table's rows in the order of their random keys, as parts of about a MiB: name, rows, lines.

    That order says nothing of when they were written.
    """
    names = [column.name for column in table.columns]
    head = json.dumps(names) + "\n"
    found = connection.execution_options(yield_per=FETCHED).execute(select(table).order_by(*table.primary_key.columns))
    lines, size, number = [head], len(head), 1
    for row in found:
        plain = sealed_anew(table.name, dict(zip(names, row, strict=True)), keys)
        lines.append(json.dumps([encoded(plain[name]) for name in names]) + "\n")
        size += len(lines[-1])
        if size >= PART_BYTES:
            yield f"{table.name}/{number:06}.jsonl", len(lines) - 1, "".join(lines).encode()
            lines, size, number = [head], len(head), number + 1
    if len(lines) > 1 or number == 1:
        yield f"{table.name}/{number:06}.jsonl", len(lines) - 1, "".join(lines).encode()


def rows_in(lines: bytes) -> Iterator[Row]:
    """The rows of a part, as they stand in it."""
    head, *others, _end = lines.split(b"\n")
    names = json.loads(head)
    for line in others:
        yield dict(zip(names, map(decoded, json.loads(line)), strict=True))


def encoded(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"bytes": b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"time": (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"json": value} if isinstance(value, dict | list) else value


def decoded(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, held),) = value.items()
    if kind == "bytes":
        return b64decode(held)
    if kind == "json":
        return held
    return datetime.fromisoformat(held) if kind == "time" else date.fromisoformat(held)


def sealed_anew(table: str, row: Row, keys: Keys) -> Row:
    """A row as it goes into a copy: sealed things under a seal made for this copy alone.

    Two copies then do not tell whose keyring or draft changed between them, which the version would. A keyring that
    does not open under this server's key goes as it is.
    """
    if table == "accounts":
        try:
            inner = unseal(keys.sealing, row["keyring"], _place(row))
        except BrokenSeal:
            return row
        return row | {"version": None, "keyring": seal(_key(keys), row["version"].encode() + inner, _bound(table, row))}
    if table == "private_rows":
        return row | {"sealed": seal(_key(keys), row["sealed"], _bound(table, row))}
    return row


def as_it_was(table: str, row: Row, keys: Keys) -> Row:
    """Undo `sealed_anew`; a keyring gets a fresh seal of the server's. Raises BrokenSeal for other keys."""
    if table == "accounts" and row["version"] is None:
        plain = unseal(_key(keys), row["keyring"], _bound(table, row))
        row = row | {"version": plain[:ID_LETTERS].decode()}
        return row | {"keyring": seal(keys.sealing, plain[ID_LETTERS:], _place(row))}
    if table == "private_rows":
        return row | {"sealed": unseal(_key(keys), row["sealed"], _bound(table, row))}
    return row


def _key(keys: Keys) -> bytes:
    return derive(keys.sealing, "backup")


def _place(account: Row) -> str:
    """Whereto `members.keyring` binds a keyring."""
    return f"keyring {account['id']} {account['version']}"


def _bound(table: str, row: Row) -> str:
    return f"copy {table} {row['id']}"
