"""Time that passes for those who closed their place, and what is left of them in the files."""

import base64
from collections.abc import Iterable
from pathlib import Path

import ahocorasick
from sqlalchemy import select, text, update

from app.foundation import keys
from app.foundation.home import Home
from app.foundation.settings import Settings
from app.foundation.times import now
from app.members.models import Departure
from app.mine.closing import depart_due
from app.upkeep.rewriting import checkpoint, rewrite
from tests.conftest import Running

PIECE = 1 << 20
"""What is looked through at once: the search takes four times as much memory."""


def depart(hearth: Running) -> int:
    """The day passes: every membership whose turn it is leaves. How many did."""
    home = _home(hearth)
    with home.database.writing() as db:
        db.execute(update(Departure).values(expires_at=now()))
        db.commit()
    left = 0
    while departures(hearth):
        left += depart_due(home)
    assert depart_due(home) == 0
    home.database.engine.dispose()
    return left


def _home(hearth: Running) -> Home:
    settings = Settings(database_url=hearth.environment["HEARTH_DATABASE_URL"], secrets_dir=hearth.secrets)
    return Home(settings, keys.load(settings), hearth.database)


def departures(hearth: Running) -> list[Departure]:
    database = hearth.database
    with database.reading() as db:
        found = list(db.scalars(select(Departure)))
    database.engine.dispose()
    return found


def raw_files(hearth: Running) -> bytes:
    """Every byte of the database's files, after what the clock does each night."""
    home = _home(hearth)
    rewrite(home)
    database = home.database
    if database.is_sqlite:
        assert checkpoint(home) == 1
        folder = Path(database.engine.url.database or "").parent
        files = [file for file in folder.glob("hearth.db*") if file.is_file()]
    else:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            assert connection.scalar(text("SHOW wal_recycle")) == "off", "as docs/operating.md has it"
            connection.execute(text("CHECKPOINT"))
            folder = Path(str(connection.scalar(text("SHOW data_directory"))))
            number = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        # The other databases of the tests' one PostgreSQL are other places: hundreds of megabytes without a word of this one.
        parts = (f"base/{number}", "base/pgsql_tmp", "pg_wal")
        files = [file for part in parts for file in (folder / part).rglob("*") if file.is_file()]
    database.engine.dispose()
    assert files
    return b"\n".join(map(_read, files))


def in_files(files: bytes, canaries: Iterable[str]) -> set[str]:
    """Which of these words lie there in any shape: all are looked for in one go, where one after the other took longer than
    all the rest."""
    shaped = {shape.decode("latin-1"): canary for canary in canaries for shape in shapes(canary)}
    automaton = ahocorasick.Automaton()
    for shape, canary in shaped.items():
        automaton.add_word(shape, canary)
    automaton.make_automaton()
    overlap = max(map(len, shaped))
    pieces = (files[start : start + PIECE + overlap] for start in range(0, len(files), PIECE))
    return {canary for piece in pieces for _end, canary in automaton.iter(piece.decode("latin-1"))}


def _read(file: Path) -> bytes:
    """PostgreSQL takes a file away now and then while it is looked at; what is not there holds nothing."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def shapes(canary: str) -> list[bytes]:
    """A word as it could lie in a file."""
    plain = canary.encode()
    cut = [base64.b64encode(plain[start:])[:-4] for start in range(3)]
    return [plain, canary.encode("utf-16-le"), plain.hex().encode(), plain.hex().upper().encode(), *cut]
