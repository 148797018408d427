"""The schema: brought up to date under a lock, and compared with what the code expects."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

ROOT = Path(__file__).parents[2]
LOCK = 7_430_551_201
"""The number of the advisory lock under which PostgreSQL's schema is changed; any constant does."""


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the schema up to date. Two processes that start at once do it one after the other."""
    with engine.connect() as connection:
        _lock(connection)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()


def downgrade(engine: Engine, to: str = "base") -> None:
    """Take the schema back; for tests and for going back a version."""
    with engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, to)
        connection.commit()


def is_current(engine: Engine) -> bool:
    """Whether the database answers and has the newest schema."""
    try:
        with engine.connect() as connection:
            return revision(connection) == _newest()
    except SQLAlchemyError:
        return False


def revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})


def _config() -> Config:
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config
