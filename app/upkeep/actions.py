"""What an operator does: prepare the database, make the first administrator, check what is stored."""

from collections.abc import Iterator

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.foundation import schema
from app.foundation.db import Database
from app.foundation.settings import Settings
from app.groups import actions as groups
from app.groups.queries import every_one, seen_desk
from app.log import actions as log
from app.log.queries import first_broken
from app.members import invitations
from app.members.member import DESK
from app.members.models import Role
from app.members.queries import has_any_account


def prepare(database: Database, owner: Engine, settings: Settings) -> str | None:
    """Schema, desk and starter groups; on the very first start a code that makes the first administrator.

    `owner` may change the schema; it can be the same engine. Does nothing twice.
    """
    schema.upgrade(owner)
    with database.writing() as db:
        if not seen_desk(db):
            groups.make_desk(db)
        if settings.seed and not every_one(db):
            groups.seed(db)
        code = (
            None if has_any_account(db) else invitations.invite(db, Role.ADMINISTRATOR, DESK, settings.invitation_days)
        )
        db.commit()
    return code


def invite(db: Session, role: Role, group_id: str, days: int) -> str:
    """A one-time code, made by the operator: the log says that it was made, and by no persona."""
    code = invitations.invite(db, role, group_id, days)
    log.write(db, "invitation.made", group_id=group_id, by=None, reason=role.value)
    return code


def faults(db: Session) -> Iterator[str]:
    """What is wrong with the database, in the order of checking: schema, foreign keys, the log's chain."""
    engine = db.get_bind()
    assert isinstance(engine, Engine)  # noqa: S101
    if not schema.is_current(engine):
        yield "The schema is not the one this version of Hearth expects. Run: hearth migrate"
        return
    if engine.dialect.name == "sqlite":
        for table, *_rest in db.execute(text("PRAGMA foreign_key_check")):
            yield f"A row of {table} points at something that is not there."
        result = db.scalar(text("PRAGMA integrity_check"))
        if result != "ok":
            yield f"SQLite says: {result}"
    else:
        yield from _unvalidated_keys(db)
    broken = first_broken(db)
    if broken:
        yield f"The moderation log was changed: chain {broken.chain}, entry {broken.number} does not follow the one before."


def _unvalidated_keys(db: Session) -> Iterator[str]:
    """PostgreSQL holds its foreign keys itself, unless somebody switched one off."""
    off = db.scalars(
        text("SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated ORDER BY conname")
    )
    for name in off:
        yield f"The foreign key {name} is not being held."
