"""How the pages read most look at the database: at one moment of it, and with nothing left behind."""

from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select

from app.foundation import sqlite
from app.foundation.db import Database, open_engine
from app.foundation.prepared import Prepared
from app.foundation.settings import Settings

DROPS = Table("drops", MetaData(), Column("id", Integer, primary_key=True))
HOW_MANY = Prepared(select(func.count()).select_from(DROPS))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(open_engine(Settings(database_url=f"sqlite:///{tmp_path}/hearth.db")))
    DROPS.metadata.create_all(made.engine)
    return made


def _one_more(database: Database) -> None:
    with database.writing() as db:
        db.execute(insert(DROPS))
        db.commit()


def test_all_that_one_look_sees_is_of_one_moment(database: Database) -> None:
    _one_more(database)
    with database.looking() as eyes:
        assert HOW_MANY.first(eyes.connection()) == (1,)
        _one_more(database)
        assert HOW_MANY.first(eyes.connection()) == (1,)
        assert eyes.session.scalar(select(func.count()).select_from(DROPS)) == 1
    with database.looking() as eyes:
        assert HOW_MANY.first(eyes.connection()) == (2,)


def test_its_connection_is_given_back_whatever_happens(database: Database) -> None:
    pool = database.engine.pool
    for asks_for_entities in (False, True):
        with pytest.raises(KeyError), database.looking() as eyes:
            assert HOW_MANY.first(eyes.connection()) == (0,)
            if asks_for_entities:
                assert eyes.session.scalar(select(func.count()).select_from(DROPS)) == 0
            raise KeyError
        assert pool.checkedout() == 0  # type: ignore[attr-defined]
    with database.looking():
        pass
    assert pool.checkedout() == 0  # type: ignore[attr-defined]


def test_a_look_leaves_its_connection_for_the_next_one_and_no_transaction_on_it(database: Database) -> None:
    pool = database.engine.pool
    for _look in range(3):
        with database.looking() as eyes:
            assert HOW_MANY.first(eyes.connection()) == (0,)
            assert eyes.session.scalar(select(func.count()).select_from(DROPS)) == 0
        assert pool.checkedout() == 1  # type: ignore[attr-defined]
    with database.engine.connect() as whole:  # would be told that the table is locked
        whole.exec_driver_sql("PRAGMA busy_timeout = 0")
        assert whole.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0] == 0
    with database.looking() as one, database.looking() as another, database.looking() as third:
        assert len({id(eyes.connection().connection.dbapi_connection) for eyes in (one, another, third)}) == 3
    database.engine.dispose()
    with database.looking() as eyes:
        assert HOW_MANY.first(eyes.connection()) == (0,)


def test_closed_files_stay_closed(database: Database) -> None:
    with database.looking() as eyes:
        HOW_MANY.first(eyes.connection())
        driver = eyes.connection().connection.dbapi_connection
    database.engine.dispose()
    with pytest.raises(sqlite.driver().ProgrammingError, match="closed"):
        driver.execute("SELECT 1")  # type: ignore[union-attr]
