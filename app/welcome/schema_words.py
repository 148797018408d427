"""Every stored field, from the tables themselves, with what is written down about it (SECURITY.md, A-17).

There is one source for what a field is: `docs/decisions/0001-the-tables.md`, and for how long it stays: `docs/retention.md`.
The tests compare both with the tables, so a field that is not written down fails them."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from app.foundation.db import Base
from app.foundation.settings import Settings
from app.welcome.promises import kept

DOCS = Path(__file__).parents[2] / "docs"
ROW = re.compile(r"^\| ([a-z_]+\.[^|]+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
TIME = re.compile(r"^\| ([a-z_]+) \| (.+) \| (.+) \|$", re.MULTILINE)
NOTE = re.compile(r" ?\*\(read\)\*|`")
"""Marks of the page for those who build, of no use to those who read it."""


class Field(NamedTuple):
    """Columns that are written down together."""

    names: tuple[str, ...]
    what: str
    learns: str
    """What somebody learns of it who has stolen the database and every key of the server."""


class Table(NamedTuple):
    name: str
    why: tuple[str, ...]
    how_long: str
    fields: tuple[Field, ...]


@cache
def every_field() -> tuple[tuple[str, str, tuple[Field, ...]], ...]:
    """Each table by name, how long its rows stay, and its fields in the order in which they are written down.

    Raises LookupError for a field or a table that is written down nowhere.
    """
    written = _written()
    times = {name: how_long for name, how_long, _by in TIME.findall((DOCS / "retention.md").read_text("utf-8"))}
    found = []
    for name, table in sorted(Base.metadata.tables.items()):
        fields = written.get(name, [])
        lacking = {column.name for column in table.columns} - {one for field in fields for one in field.names}
        if lacking or name not in times:
            raise LookupError(f"not written down: {name} {sorted(lacking)}")
        found.append((name, _plain(times[name]), tuple(fields)))
    return tuple(found)


def _written() -> dict[str, list[Field]]:
    """Fields by table, as decision 1 names them: "`table.column, column; table.column`"."""
    found: dict[str, list[Field]] = {}
    for cell, what, learns in ROW.findall((DOCS / "decisions" / "0001-the-tables.md").read_text("utf-8")):
        for part in cell.split(";"):
            table, _dot, columns = part.strip().partition(".")
            names = tuple(column.strip() for column in columns.split(","))
            found.setdefault(table, []).append(Field(names, _plain(what), _plain(learns)))
    return found


def _plain(text: str) -> str:
    return NOTE.sub("", text).strip()


def tables(settings: Settings) -> list[Table]:
    """Every table for the page, with why it is there in the words of the page on privacy."""
    why: dict[str, list[str]] = {}
    for line in kept(settings):
        for name in line.tables:
            if line.why not in why.setdefault(name, []):
                why[name].append(line.why)
    return [Table(name, tuple(why[name]), how_long, fields) for name, how_long, fields in every_field()]
