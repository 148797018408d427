"""A session that writes on a connection at hand: prepared statements and entities are one transaction, or none of it is."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, PendingRollbackError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.foundation import live
from app.foundation.db import Database, open_engine
from app.foundation.faults import WritingStopped
from app.foundation.prepared import insertion
from app.foundation.settings import Settings


class Base(DeclarativeBase): ...


class Drop(Base):
    __tablename__ = "drops"

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(unique=True)


FALLEN = insertion(Drop)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(open_engine(Settings(database_url=f"sqlite:///{tmp_path}/hearth.db")))
    Base.metadata.create_all(made.engine)
    return made


def _there(database: Database) -> list[int]:
    with database.reading() as db:
        return list(db.scalars(select(Drop.id).order_by(Drop.id)))


def _prepared(db: Session) -> None:
    FALLEN.run(db.connection(), id=1, size=1)


def _entity(db: Session) -> None:
    db.add(Drop(id=2, size=2))


def _core(db: Session) -> None:
    db.connection().execute(insert(Drop).values(id=3, size=3))


def _orm(db: Session) -> None:
    db.execute(insert(Drop).values(id=4, size=4))


ACTS = {1: _prepared, 2: _entity, 3: _core, 4: _orm}
ORDERS = [[1], [2], [3], [4], [1, 2, 3, 4], [4, 3, 2, 1], [3, 2], [2, 1, 3], [3, 1], [1, 3, 4, 2]]


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_all_that_was_written_is_there_after_the_commit_and_nothing_before(
    database: Database, order: list[int]
) -> None:
    with database.writing_quickly() as db:
        for one in order:
            ACTS[one](db)
        db.flush()
        assert _there(database) == []
        db.commit()
        assert _there(database) == sorted(order)
    with database.writing_quickly() as db:
        assert db.scalar(select(func.count()).select_from(Drop)) == len(order)


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("by", ["close", "rollback"])
def test_what_is_not_committed_is_nowhere(database: Database, order: list[int], by: str) -> None:
    for _again in range(2):
        db = database.writing_quickly()
        for one in order:
            ACTS[one](db)
        db.flush()
        getattr(db, by)()
        db.close()
        assert _there(database) == []
    _writes(database)


def _writes(database: Database) -> None:
    """Nobody holds the writer's place: another transaction begins and ends at once."""
    with database.engine.connect() as other:
        driver: Any = other.connection.dbapi_connection
        driver.execute("PRAGMA busy_timeout = 0")
        driver.execute("BEGIN IMMEDIATE")
        driver.rollback()


def test_a_statement_that_fails_leaves_nothing_and_no_lock(database: Database) -> None:
    with pytest.raises(Exception, match="UNIQUE"), database.writing_quickly() as db:
        _prepared(db)
        FALLEN.run(db.connection(), id=9, size=1)
    assert _there(database) == []
    _writes(database)


def test_after_a_fault_nothing_more_is_written(database: Database) -> None:
    for commits in (False, True):
        with database.writing_quickly() as db:
            _prepared(db)
            with suppress(IntegrityError):
                FALLEN.run(db.connection(), id=9, size=1)
            with pytest.raises(PendingRollbackError):
                db.commit() if commits else FALLEN.run(db.connection(), id=5, size=5)
        assert _there(database) == []
    _writes(database)


def test_who_comes_second_waits_and_is_told(database: Database) -> None:
    with database.writing_quickly() as first, database.writing_quickly() as second:
        _prepared(first)
        with database.engine.connect() as impatient:
            impatient.exec_driver_sql("PRAGMA busy_timeout = 0")
            database._at_hand.given_back(impatient)  # type: ignore[union-attr]
            with pytest.raises(OperationalError, match="locked"):
                _entity(second)
                second.flush()
        first.commit()
    assert _there(database) == [1]


def test_news_is_told_once_it_is_committed_and_not_otherwise(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[tuple[str, int, list[int]]]()

    def tell(_live: Any, topic: str, number: int) -> None:
        told.append((topic, number, _there(database)))

    monkeypatch.setattr(live.Live, "tell", tell)
    for act, ends in ((_prepared, "close"), (_prepared, "commit"), (_core, "commit"), (_entity, "commit")):
        with database.writing_quickly() as db:
            act(db)
            live.raised(db, act.__name__, 7)
            getattr(db, ends)()
    assert told == [("_prepared", 7, [1]), ("_core", 7, [1, 3]), ("_entity", 7, [1, 2, 3])]


def test_after_a_fault_of_the_disk_it_writes_no_more(database: Database) -> None:
    with database.writing_quickly() as db:
        _prepared(db)
        database.stop_writing()
        with pytest.raises(WritingStopped):
            db.commit()
    with pytest.raises(WritingStopped):
        database.writing_quickly()
    assert _there(database) == []
    with database.reading() as db:
        assert db.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
