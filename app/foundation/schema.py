"""The schema: brought up to date under a lock, and compared with what the code expects."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.db import unhurried

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic takes 8 MiB and a good part of a start. It comes when there is something to change.
ROOT = Path(__file__).parents[2]
VERSIONS = ROOT / "migrations" / "versions"
REVISION = re.compile(r'^(revision|down_revision): str(?: \| None)? = "(\w+)"$', re.MULTILINE)
LOCK = 7_430_551_201
"""The number of the advisory lock under which PostgreSQL's schema is changed; any constant does."""


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the schema up to date. Two processes that start at once do it one after the other."""
    if to == "head" and is_current(engine):
        return
    with engine.connect() as connection:
        upgrade_within(connection, to)
        connection.commit()


def upgrade_within(connection: Connection, to: str = "head") -> None:
    """The same inside a transaction of the caller's, who commits."""
    from alembic import command  # noqa: PLC0415

    unhurried(connection)
    _lock(connection)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def downgrade(engine: Engine, to: str = "base") -> None:
    """Take the schema back; for tests and for going back a version."""
    with engine.connect() as connection:
        downgrade_within(connection, to)
        connection.commit()


def downgrade_within(connection: Connection, to: str = "base") -> None:
    """The same inside a transaction of the caller's, who commits."""
    from alembic import command  # noqa: PLC0415

    config = _config()
    config.attributes["connection"] = connection
    command.downgrade(config, to)


def is_current(engine: Engine) -> bool:
    """Whether the database answers and has the newest schema."""
    try:
        with engine.connect() as connection:
            return revision(connection) == newest()
    except SQLAlchemyError:
        return False


def revision(connection: Connection) -> str | None:
    """The revision that the database has; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def is_known(wanted: str) -> bool:
    """Whether this version of Hearth has that revision, and can go on from it."""
    return wanted in {found for name, found in _revisions() if name == "revision"}


@cache
def newest() -> str | None:
    """The revision that this version of Hearth expects: the one that no other builds on."""
    known = {name: {found for said, found in _revisions() if said == name} for name in ("revision", "down_revision")}
    return next(iter(known["revision"] - known["down_revision"]), None)


def _revisions() -> list[tuple[str, str]]:
    """What the migrations say of themselves, without running them."""
    return [said for file in VERSIONS.glob("*.py") for said in REVISION.findall(file.read_text("utf-8"))]


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415

    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config
