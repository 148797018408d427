"""A copy of a running site: consistent, encrypted, and checked before it takes its name (SECURITY.md, D-5).

It is read in one snapshot that no writer waits for, and streams: memory does not grow with the database.
"""

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from app.foundation import keys as secrets
from app.foundation import schema
from app.foundation.db import open_engine, unhurried
from app.foundation.errors import BrokenSeal
from app.foundation.keys import PRIVATE_FILE, Keys, sync_folder
from app.foundation.sealing import unseal
from app.foundation.settings import Settings
from app.foundation.times import today
from app.upkeep import archive, identities, rows
from app.upkeep.archive import Manifest
from app.upkeep.trouble import Trouble

Tell = Callable[[str], None]
QUIET_SECONDS = 2.0
"""Progress is told after so long, and then each time so long has passed."""
READ_AT_ONCE = 1024 * 1024
SYNC_BYTES = 4 * READ_AT_ONCE
"""Sent to the disk bit by bit: one long write at the end would hold up the posts' own."""
NAMED_BY_DAY = re.compile(r"hearth-(\d{4}-\d{2}-\d{2})\.age")


def back_up(settings: Settings, file: Path, tell: Tell) -> Manifest:
    """Write a copy to `file`; what stood there before stays until the new one is whole and checked. Raises Trouble."""
    keys, recipient = secrets.load(settings), identities.recipient(settings)
    with _unfinished(file) as part:
        engine = open_engine(settings)
        try:
            with _snapshot(engine) as connection:
                manifest = _begun(connection, keys)
                written = _Digested(part)
                archive.write(_parts(connection, keys, tell), manifest, keys, written, recipient)
        finally:
            engine.dispose()
        os.fsync(part)
        _check(settings, file, keys, written.digest)
        _name(file)
    return manifest


def named_by_day(folder: Path) -> Path:
    """Where today's copy goes in a folder of copies."""
    return folder / f"hearth-{today().isoformat()}.age"


def drop_older(folder: Path, days: int, tell: Tell) -> int:
    """Delete copies that `named_by_day` named more than `days` days ago, and no other file. How many that were.

    If all copies but today's are that old, the clock may be wrong: then none goes, and that is told.
    """
    oldest = today() - timedelta(days=days)
    others = {file: day for file in sorted(folder.iterdir()) if (day := _day_of(file)) and day != today()}
    older = [file for file, day in others.items() if day < oldest]
    if older and len(older) == len(others):
        tell(f"All other copies are more than {days} days old, if the clock is right. None was removed.")
        return 0
    for file in older:
        file.unlink()
    return len(older)


def _day_of(file: Path) -> date | None:
    named = NAMED_BY_DAY.fullmatch(file.name)
    try:
        return date.fromisoformat(named.group(1)) if named and file.is_file() else None
    except ValueError:
        return None


@contextmanager
def _unfinished(file: Path) -> Iterator[int]:
    """The file under its temporary name, which goes if anything goes wrong. A killed backup's is used again."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        part = os.open(_part_of(file), os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    except OSError as wrong:
        raise Trouble(f"The copy cannot be written beside {file}: {wrong.strerror}.") from None
    try:
        fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(part, 0)
        os.fchmod(part, PRIVATE_FILE)
        yield part
    except BlockingIOError:
        raise Trouble(f"Another backup to {file} is under way.") from None
    except OSError as wrong:
        _part_of(file).unlink(missing_ok=True)
        raise Trouble(f"The copy could not be written: {wrong.strerror}. There is no new one.") from None
    except BaseException:
        _part_of(file).unlink(missing_ok=True)
        raise
    finally:
        os.close(part)


def _part_of(file: Path) -> Path:
    return file.with_name(f".{file.name}.part")


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """One moment of the database, however long it is read. Nobody who writes waits for it."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            unhurried(connection)
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        yield connection


def _begun(connection: Connection, keys: Keys) -> Manifest:
    revision = schema.revision(connection)
    if revision is None:
        raise Trouble("There is nothing to copy: the database has no tables yet.")
    if not _fit(connection, keys):
        raise Trouble(
            "The secrets folder does not belong to this database: no keyring opens. Is HEARTH_SECRETS_DIR right?"
        )
    return Manifest(schema=revision, day=today().isoformat(), site=archive.site_of(keys))


def _fit(connection: Connection, keys: Keys) -> bool:
    """Whether the server's key opens the outer seal of one of the first accounts; True if there is none."""
    first = connection.execute(text("SELECT id, version, keyring FROM accounts ORDER BY id LIMIT 5")).all()
    for account in first:
        try:
            unseal(keys.sealing, bytes(account.keyring), f"keyring {account.id} {account.version}")
        except BrokenSeal:
            continue
        return True
    return not first


def _parts(connection: Connection, keys: Keys, tell: Tell) -> Iterator[tuple[str, int, bytes]]:
    done, told = 0, time.monotonic()
    for table in rows.tables_of(connection):
        for name, count, lines in rows.parts_of(connection, table, keys):
            done += count
            if time.monotonic() - told >= QUIET_SECONDS:
                tell(f"{done:,} rows so far, now {table.name}.")
                told = time.monotonic()
            yield name, count, lines


class _Digested:
    """Writes to an open file and remembers the digest of what was written."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._hash = hashlib.sha256()
        self._unsynced = 0

    def write(self, data: bytes) -> int:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._handle, rest) :]
        self._hash.update(data)
        self._unsynced += len(data)
        if self._unsynced >= SYNC_BYTES:
            os.fdatasync(self._handle)
            self._unsynced = 0
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def _check(settings: Settings, file: Path, keys: Keys, digest: str) -> None:
    """Read it back: decrypted, if the identity is here; else byte by byte."""
    identity = None if settings.backup_recipient else identities.own(settings)
    if identity:
        archive.check(_part_of(file), identity, keys)
        return
    found = hashlib.sha256()
    with _part_of(file).open("rb") as written:
        while chunk := written.read(READ_AT_ONCE):
            found.update(chunk)
    if found.hexdigest() != digest:
        raise Trouble("The disk gave back other bytes than were written. There is no new copy.")


def _name(file: Path) -> None:
    _part_of(file).replace(file)
    sync_folder(file.parent)
