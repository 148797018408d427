"""Migrations run over the connection that `app.foundation.schema` gives, or one of their own for the alembic command."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from app.foundation.db import Base, Utc, open_engine
from app.foundation.settings import settings
from app.tables import TABLES

assert TABLES is Base.metadata.tables  # noqa: S101  (every room's models are known)


def plainly(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write our own types as what the database stores: a migration must not change when the code does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Utc) else False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=False,
        compare_type=True,
        compare_server_default=True,
        render_item=plainly,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with open_engine(settings(), settings().migration_url).connect() as own:
        run(own)
        own.commit()
