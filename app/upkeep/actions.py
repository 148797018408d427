"""What an operator does: prepare the database, make the first administrator, check what is stored."""

from collections.abc import Iterator

from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from app.foundation import schema
from app.foundation.db import Database, hold, unhurried
from app.foundation.keys import Keys
from app.foundation.settings import Settings
from app.groups import actions as groups
from app.groups.queries import every_one, seen_desk
from app.log import actions as log
from app.log import anchors
from app.log.queries import first_broken
from app.members import invitations
from app.members.member import DESK
from app.members.models import Role
from app.members.queries import has_any_account
from app.stories import refiling


def prepare(database: Database, owner: Engine, settings: Settings) -> str | None:
    """Schema, desk and starter groups; on the very first start a code that makes the first administrator.

    `owner` may change the schema; it can be the same engine. Does nothing twice.
    """
    schema.upgrade(owner)
    with database.writing() as db:
        hold(db, "prepare")
        if not seen_desk(db):
            groups.make_desk(db)
        if settings.seed and not every_one(db):
            groups.seed(db)
        code = (
            None if has_any_account(db) else invitations.invite(db, Role.ADMINISTRATOR, DESK, settings.invitation_days)
        )
        refiling.catch_up(db)
        db.commit()
    return code


def invite(db: Session, role: Role, group_id: str, days: int) -> str:
    """A one-time code, made by the operator: the log says that it was made, and by no persona."""
    code = invitations.invite(db, role, group_id, days)
    log.write(db, "invitation.made", group_id=group_id, by=None, reason=role.value)
    return code


def faults(db: Session, keys: Keys | None = None) -> Iterator[str]:
    """What is wrong with the database, in the order of checking: schema, foreign keys, the log's chain, its anchors.

    Without the server's keys nobody can tell whether an anchor is its own. Looking through a large database takes longer
    than a person would wait.
    """
    connection = db.connection()
    unhurried(connection)
    if schema.revision(connection) != schema.newest():
        yield "The schema is not the one this version of Hearth expects. Run: hearth migrate"
        return
    if connection.dialect.name == "sqlite":
        for table, *_rest in db.execute(text("PRAGMA foreign_key_check")):
            yield f"A row of {table} points at something that is not there."
        result = db.scalar(text("PRAGMA integrity_check"))
        if result != "ok":
            yield f"SQLite says: {result}"
    else:
        yield from _unvalidated_keys(db)
        yield from _dangling(db)
    broken = first_broken(db)
    if broken:
        yield f"The moderation log was changed: chain {broken.chain}, entry {broken.number} does not follow the one before."
    yield from _lost_anchors(db, keys)


def _lost_anchors(db: Session, keys: Keys | None) -> Iterator[str]:
    forged = anchors.forged(db, keys) if keys else None
    if forged:
        yield f"An anchor of the moderation log is not this server's own: chain {forged.chain}, entry {forged.number}."
    lost = anchors.missing(db)
    if lost:
        yield f"The moderation log was cut: chain {lost.chain} had another entry {lost.number} on {lost.day}, or has none now."


def _unvalidated_keys(db: Session) -> Iterator[str]:
    """PostgreSQL holds its foreign keys itself, unless somebody switched one off."""
    off = db.scalars(
        text("SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated ORDER BY conname")
    )
    for name in off:
        yield f"The foreign key {name} is not being held."


def _dangling(db: Session) -> Iterator[str]:
    """Somebody may have switched one off and on again: then only the rows themselves tell."""
    seen = inspect(db.connection())
    for table in seen.get_table_names():
        for key in seen.get_foreign_keys(table):
            pairs = list(zip(key["constrained_columns"], key["referred_columns"], strict=True))
            lost = f"SELECT 1 FROM {table} c WHERE " + " AND ".join(f'c."{own}" IS NOT NULL' for own, _to in pairs)  # noqa: S608
            there = " AND ".join(f'p."{to}" = c."{own}"' for own, to in pairs)
            asked = f"{lost} AND NOT EXISTS (SELECT 1 FROM {key['referred_table']} p WHERE {there}) LIMIT 1"  # noqa: S608
            if db.scalar(text(asked)):
                yield f"A row of {table} points at something that is not there."
