"""`hearth verify`: whoever goes around the triggers is found out by the chain, at the first place that was touched."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.foundation import sqlite
from app.foundation.db import Database, open_engine
from app.foundation.ids import new_id
from app.foundation.settings import Settings
from app.log import actions as log
from app.log.queries import first_broken
from app.members.member import DESK
from app.upkeep.actions import faults, prepare
from tests.conftest import Running

ENTRIES = 6


@pytest.fixture
def db(hearth: Running) -> Iterator[Session]:
    """A transaction in which the triggers are gone and the desk's chain has some entries; never committed."""
    database = hearth.database
    with database.writing() as session:
        for _entry in range(ENTRIES):
            log.write(session, "case.claimed", group_id=DESK, by=new_id(), subject=f"story:{new_id()}")
        if database.is_sqlite:
            for name in ("log_entries_no_update", "log_entries_no_delete"):
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            session.execute(text("DROP TRIGGER log_entries_append_only ON log_entries"))
        yield session
        session.rollback()
    database.engine.dispose()


def first_fault(db: Session) -> tuple[str, int] | None:
    db.expire_all()
    found = first_broken(db)
    return (found.chain, int(found.number)) if found else None


def last_number(db: Session) -> int:
    return int(db.scalar(text("SELECT max(number) FROM log_entries WHERE chain = :desk"), {"desk": DESK}))


def touch(db: Session, order: str, number: int) -> None:
    done = db.execute(text(f"{order} WHERE chain = :desk AND number = :number"), {"desk": DESK, "number": number})
    assert done.rowcount == 1  # type: ignore[attr-defined]


def test_a_chain_that_nobody_touched_is_whole(db: Session) -> None:
    assert first_fault(db) is None


@pytest.mark.measures("M-5")
@pytest.mark.parametrize("change", ["act = 'case.released'", "subject = ''", "reason = 'kindness'", "by_membership_id = NULL",
                                    "day = '2020-01-01'", "hash = previous_hash", "previous_hash = hash"])  # fmt: skip
def test_a_changed_entry_is_named(db: Session, change: str) -> None:
    number = last_number(db) - 3
    touch(db, f"UPDATE log_entries SET {change}", number)  # noqa: S608
    assert first_fault(db) == (DESK, number)


@pytest.mark.measures("M-5")
def test_the_entry_after_a_deleted_one_is_named(db: Session) -> None:
    number = last_number(db) - 3
    touch(db, "DELETE FROM log_entries", number)
    assert first_fault(db) == (DESK, number + 1)


@pytest.mark.measures("M-5")
def test_an_inserted_entry_is_named(db: Session) -> None:
    """Room is made for it, and its own hashes are those of its neighbour."""
    number = last_number(db) - 3
    for later in range(last_number(db), number, -1):
        touch(db, "UPDATE log_entries SET number = number + 1", later)
    db.execute(
        text("INSERT INTO log_entries (chain, number, group_id, day, act, subject, reason, previous_hash, hash) "
             "SELECT chain, number + 1, group_id, day, act, '', reason, hash, hash FROM log_entries "
             "WHERE chain = :desk AND number = :number"), {"desk": DESK, "number": number},
    )  # fmt: skip
    assert first_fault(db) == (DESK, number + 1)


@pytest.mark.measures("M-5")
def test_swapped_entries_are_named(db: Session) -> None:
    number = last_number(db) - 3
    for old, new in ((number, 10**6), (number + 1, number), (10**6, number + 1)):
        touch(db, f"UPDATE log_entries SET number = {new}", old)  # noqa: S608
    assert first_fault(db) == (DESK, number)


def test_an_entry_that_was_moved_to_another_chain_is_named(db: Session) -> None:
    number = last_number(db)
    touch(db, "UPDATE log_entries SET chain = '0'", number)
    assert first_fault(db) == ("0", number)


def test_the_command_says_so_with_its_exit_status(on_sqlite: Running, tmp_path: Path) -> None:
    on_sqlite.command("invite", "--role", "moderator")
    whole = on_sqlite.command("verify")
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "the log’s chain is whole" in whole.stdout.replace("'", "’")
    copy = tmp_path / "copy.db"
    with sqlite.driver().connect(on_sqlite.environment["HEARTH_DATABASE_URL"].removeprefix("sqlite:///")) as source:
        source.execute("VACUUM INTO ?", (str(copy),))
    with sqlite.driver().connect(copy) as changed:
        changed.execute("DROP TRIGGER log_entries_no_update")
        changed.execute("UPDATE log_entries SET reason = 'x' WHERE chain = ? AND number = 1", (DESK,))
    found = Running("", {**on_sqlite.environment, "HEARTH_DATABASE_URL": f"sqlite:///{copy}"}, "", copy).command(
        "verify"
    )
    assert found.returncode == 1
    assert f"chain {DESK}, entry 1 " in found.stderr


def test_a_reference_to_nothing_is_named(tmp_path: Path) -> None:
    chosen = Settings(database_url=f"sqlite:///{tmp_path}/hearth.db")
    database = Database(open_engine(chosen))
    prepare(database, database.engine, chosen)
    with database.reading() as db:
        assert list(faults(db)) == []
    with sqlite.driver().connect(tmp_path / "hearth.db") as changed:
        changed.execute("UPDATE memberships SET group_id = 'x'")
        changed.execute("UPDATE invitations SET group_id = 'nowhere'")
    with database.reading() as db:
        assert list(faults(db)) == ["A row of invitations points at something that is not there."]
    database.engine.dispose()
