"""Databases of one's own, and everything a thief would find in them."""

from typing import Any

from sqlalchemy import create_engine, make_url, select, text

from app.foundation.db import Database
from app.tables import TABLES

Row = dict[str, Any]
Dump = dict[str, list[Row]]


def fresh(postgres: str, name: str) -> str:
    """The address of a new, empty database on this PostgreSQL."""
    whole = make_url(postgres).set(drivername="postgresql+psycopg")
    with create_engine(whole, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    return whole.set(database=name).render_as_string(hide_password=False)


def dump(database: Database) -> Dump:
    """Every row of every table, in the order the database hands them out."""
    with database.engine.connect() as connection:
        found = {
            name: [dict(row) for row in connection.execute(select(table)).mappings()] for name, table in TABLES.items()
        }
    database.engine.dispose()
    return found


def as_bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def everything(stolen: Dump) -> bytes:
    """All cells of a dump in one, to look for words in."""
    return b"\n".join(as_bytes(cell) for rows in stolen.values() for row in rows for cell in row.values())
