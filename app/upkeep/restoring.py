"""Bringing a copy back. It is checked whole before anything is touched, and what was deleted since stays deleted.

SQLite: a new file is built beside the old one and takes its name in one step. PostgreSQL: all in one transaction.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from pyrage import x25519
from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.foundation import keys as secrets
from app.foundation import schema
from app.foundation.db import open_engine, unhurried
from app.foundation.keys import Keys, sync_folder
from app.foundation.settings import Settings
from app.members.models import Membership
from app.stories import leaving, refiling
from app.upkeep import archive, identities, in_use, journal, loading
from app.upkeep.actions import faults
from app.upkeep.archive import Manifest
from app.upkeep.halfway import BUILDING, WHOLE, beside
from app.upkeep.loading import Deleted
from app.upkeep.trouble import Trouble

BESIDE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    manifest: Manifest
    still_deleted: int
    """Rows of the copy that did not come back."""
    notes: list[str]
    """What an operator should know beside."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that opens, and what it needs."""

    file: Path
    identity: x25519.Identity
    keys: Keys
    manifest: Manifest


def restore(settings: Settings, file: Path, identity_file: Path | None, *, replace: bool) -> Restored:
    """Replace the database by a copy. Raises Trouble, and then nothing was touched."""
    copy = _opened(settings, file, identity_file)
    with in_use.alone(settings):
        there = _members_there(settings)
        if there and not replace:
            raise Trouble(
                "There are members in this database, or it cannot be read. Say --replace to put the copy in its place."
            )
        notes: list[str] = []
        own = loading.journal_in(copy.file, copy.identity)
        deleted = Deleted(own | _other_journals(settings, notes), own)
        bring = _into_sqlite if settings.is_sqlite else _into_postgres
        bring(settings, copy, deleted)
        return Restored(copy.manifest, deleted.count, notes)


def check(settings: Settings, file: Path, identity_file: Path | None) -> Manifest:
    """Read a copy through without restoring it. Raises Trouble."""
    return _opened(settings, file, identity_file).manifest


def _opened(settings: Settings, file: Path, identity_file: Path | None) -> Copy:
    missing = [name for name in ("pepper", "sealing-key") if not (settings.secrets_dir / name).exists()]
    if missing:
        raise Trouble(
            f"{settings.secrets_dir} holds no {missing[0]}. A copy opens with the secrets of its own site alone:"
            " put that folder in place first (HEARTH_SECRETS_DIR). Nothing was touched."
        )
    identity = identities.read(identity_file) if identity_file else identities.own(settings)
    if identity is None:
        raise Trouble("There is no identity here that could open the copy. Name its file: --identity FILE")
    keys = secrets.load(settings)
    manifest = archive.check(file, identity, keys)
    if not schema.is_known(manifest.schema):
        raise Trouble("This copy was made by a newer Hearth. Bring Hearth up to date first. Nothing was touched.")
    return Copy(file, identity, keys, manifest)


def _members_there(settings: Settings) -> bool:
    """Whether there is anything that a restore would take away. A database that cannot be read may hold everything."""
    if settings.is_sqlite and not in_use.sqlite_file(settings).exists():
        return False
    engine = open_engine(settings)
    try:
        with engine.connect() as connection:
            there = set(inspect(connection).get_table_names()) & {"accounts", "memberships"}
            return any(connection.scalar(text(f"SELECT 1 FROM {name} LIMIT 1")) for name in sorted(there))  # noqa: S608
    except SQLAlchemyError:
        return True
    finally:
        engine.dispose()


def _other_journals(settings: Settings, notes: list[str]) -> journal.Journal:
    """What the file outside, the database to be replaced, and a restore that was broken off know."""
    found = journal.read(journal.file_of(settings))
    if not settings.is_sqlite:
        return found | (journal.in_database(open_engine(settings)) or {})
    file = in_use.sqlite_file(settings)
    for one in (file, beside(file, WHOLE)):
        if one.exists():
            inside = journal.in_database(open_engine(settings, f"sqlite:///{one}"))
            if inside is None:
                notes.append(f"The journal of deletions inside {one} could not be read.")
            found |= inside or {}
    return found


def _into_sqlite(settings: Settings, copy: Copy, deleted: Deleted) -> None:
    file = in_use.sqlite_file(settings)
    building, whole = beside(file, BUILDING), beside(file, WHOLE)
    try:
        _remove(building)
        engine = open_engine(settings, f"sqlite:///{building}")
        _fill_sqlite(engine, copy, deleted)
        engine.dispose()
        _sync(building)
    except BaseException:
        _remove(building)
        raise
    _remove(whole)
    building.replace(whole)
    sync_folder(file.parent)
    # From here on the new file is whole, and `halfway.is_left` sees it until it has its place. The old one's journal must go
    # first: SQLite would play it back into the new file.
    for behind in BESIDE:
        beside(file, behind).unlink(missing_ok=True)
    sync_folder(file.parent)
    whole.replace(file)
    sync_folder(file.parent)


def _fill_sqlite(engine: Engine, copy: Copy, deleted: Deleted) -> None:
    schema.upgrade(engine, copy.manifest.schema)
    engine.dispose()
    event.listen(engine, "connect", _without_references)
    with engine.begin() as connection:
        loading.load(connection, copy.file, copy.identity, copy.keys, deleted)
    event.remove(engine, "connect", _without_references)
    engine.dispose()
    schema.upgrade(engine)
    with engine.begin() as connection:
        _complete(connection, copy, deleted)


def _without_references(connection: object, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[attr-defined]


def _into_postgres(settings: Settings, copy: Copy, deleted: Deleted) -> None:
    engine = open_engine(settings, settings.migration_url)
    try:
        with engine.begin() as connection:
            unhurried(connection)
            _make_room(connection)
            schema.upgrade_within(connection, copy.manifest.schema)
            loading.load(connection, copy.file, copy.identity, copy.keys, deleted)
            schema.upgrade_within(connection)
            _complete(connection, copy, deleted)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            unhurried(connection)
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE"))
    finally:
        engine.dispose()


def _make_room(connection: Connection) -> None:
    """Take the old tables away, inside the same transaction."""
    revision = schema.revision(connection)
    if revision is None:
        return
    if not schema.is_known(revision):
        raise Trouble("The database was made by a newer Hearth. Restore into an empty one. Nothing was touched.")
    schema.downgrade_within(connection)


def _complete(connection: Connection, copy: Copy, deleted: Deleted) -> None:
    """What follows once the rows are there, and the last look before the copy takes its place. Raises Trouble."""
    with Session(connection) as db:
        _let_leave(db, deleted)
        refiling.rebuild(db)
        db.flush()
        fault = next(faults(db, copy.keys), None)
        if fault:
            raise Trouble(f"{fault} This was so when the copy was made. Nothing was touched.")


def _let_leave(db: Session, deleted: Deleted) -> None:
    """Memberships that left for good since leave again, now; one that was still to leave keeps its moment."""
    for membership_id in deleted.shells:
        membership = db.get_one(Membership, membership_id)
        deleted.count += leaving.leave_again(db, membership, deleted.knows, deleted.knew)


def _remove(file: Path) -> None:
    for behind in ("", *BESIDE):
        beside(file, behind).unlink(missing_ok=True)


def _sync(file: Path) -> None:
    if any(beside(file, behind).exists() for behind in BESIDE):
        raise Trouble("The new database could not be closed. Nothing was touched.")
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
