"""The journal of deletions outside the database: so that what was deleted stays deleted, whatever is restored (D-6).

Lines of "YYYY-MM-DD hash": a day by chance soon after (`log.purging`), and the SHA-256 of a random id. The operator keeps a
copy of the file elsewhere.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.home import Home
from app.foundation.keys import PRIVATE_DIR, PRIVATE_FILE
from app.foundation.settings import Settings
from app.foundation.times import today
from app.log.models import Deletion
from app.log.purging import DELETION_DAYS
from app.upkeep.trouble import Trouble

Journal = dict[str, date]
"""Hash to day."""
HASH_LETTERS = 64


def file_of(settings: Settings) -> Path:
    return (
        Path(settings.journal_file) if settings.journal_file else settings.secrets_dir.parent / "journal" / "deletions"
    )


def write_out(home: Home) -> int:
    """Due each minute: add deletions that the file does not hold yet. How many that were; a second call adds none. The
    file is written whole: the order of its lines says nothing of what was deleted in which minute.

    A line leaves the file once it is old and the database, which asks the clock with more care, has let it go too.
    """
    file = file_of(home.settings)
    with home.database.reading() as db:
        known = {row.hash: row.day for row in db.scalars(select(Deletion).order_by(Deletion.hash))}
    held = read(file)
    missing = {digest: day for digest, day in known.items() if digest not in held}
    kept = {digest: day for digest, day in held.items() if digest in known or day >= _oldest()}
    if missing or len(kept) < len(held):
        _replace(file, kept | missing)
    return len(missing)


def read(file: Path) -> Journal:
    """What a journal file holds; nothing if it is not there. A line that was cut off is left out."""
    found: Journal = {}
    try:
        lines = file.read_text("ascii", "replace").splitlines()
    except FileNotFoundError:
        return found
    except OSError as wrong:
        raise Trouble(f"The journal of deletions {file} cannot be read: {wrong.strerror}.") from None
    for line in lines:
        day, _space, digest = line.partition(" ")
        if len(digest) == HASH_LETTERS:
            with suppress(ValueError):
                found[digest] = date.fromisoformat(day)
    return found


def in_database(engine: Engine) -> Journal | None:
    """The journal inside a database; None if it cannot be read."""
    try:
        with engine.connect() as connection:
            return {row.hash: row.day for row in connection.execute(select(Deletion.hash, Deletion.day))}
    except (SQLAlchemyError, ValueError):
        return None
    finally:
        engine.dispose()


def _oldest() -> date:
    return today() - timedelta(days=DELETION_DAYS)


def _replace(file: Path, journal: Mapping[str, date]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIR)
    anew = file.with_name(f".{file.name}.part")
    handle = os.open(anew, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as made:
        made.write(_lines(journal))
        made.flush()
        os.fsync(handle)
    anew.replace(file)


def _lines(journal: Mapping[str, date]) -> bytes:
    """By hash, which is of no meaning."""
    return "".join(f"{day.isoformat()} {digest}\n" for digest, day in sorted(journal.items())).encode()
