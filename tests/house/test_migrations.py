"""Migrations make what the models say, both ways, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from app.foundation import schema
from app.foundation.db import open_engine
from app.foundation.settings import Settings
from app.tables import TABLES

APPEND_ONLY = ("decisions", "findings", "log_entries")
SEARCH_INDEX = {
    "search_words",
    "search_words_data",
    "search_words_idx",
    "search_words_content",
    "search_words_docsize",
    "search_words_config",
}
"""Search stands beside the models: on SQLite an FTS5 table and what it is made of, on PostgreSQL one table."""
NUMBERED_BY_GROUP = {"search_words_content", "search_words_docsize", "search_words_data"}
"""Their row numbers are ours: a group's random prefix and a counter inside the group, or FTS5's own pages
(docs/decisions/0011-search.md)."""
LOG_ENTRY = text(
    "INSERT INTO log_entries (chain, number, day, act, subject, reason, previous_hash, hash)"
    " VALUES ('site', 1, '2026-11-01', 'tried', '', '', '', '')"
)


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/hearth.db"
    else:
        whole = make_url(request.getfixturevalue("postgres")).set(drivername="postgresql+psycopg")
        name = f"house_{tmp_path.name.lower()[-40:]}".replace("[", "_").replace("]", "_").replace("-", "_")
        with create_engine(whole, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        url = whole.set(database=name).render_as_string(hide_password=False)
    engine = open_engine(Settings(database_url=url))
    yield engine
    engine.dispose()


def _differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": _is_modelled}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, next(iter(TABLES.values())).metadata))


def _is_modelled(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name not in SEARCH_INDEX


@pytest.mark.measures("D-10")
def test_up_down_and_up_again_makes_what_the_models_say(empty: Engine) -> None:
    assert not schema.is_current(empty)
    assert len(_differences(empty)) >= len(TABLES)
    schema.upgrade(empty)
    assert _differences(empty) == []
    assert schema.is_current(empty)
    schema.downgrade(empty)
    assert set(inspect(empty).get_table_names()) <= {"alembic_version"}
    assert not schema.is_current(empty)
    schema.upgrade(empty)
    schema.upgrade(empty)
    assert _differences(empty) == []
    assert _checks(empty) == {
        (name, str(check.name))
        for name, table in TABLES.items()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    _refuses_to_change_what_was_done(empty)


def _checks(engine: Engine) -> set[tuple[str, str]]:
    seen = inspect(engine)
    return {(name, str(check["name"])) for name in TABLES for check in seen.get_check_constraints(name)}


def _refuses_to_change_what_was_done(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(LOG_ENTRY)
    for change in ("UPDATE log_entries SET reason = 'other'", "DELETE FROM log_entries"):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(change))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM log_entries WHERE reason = ''")) == 1


@pytest.mark.measures("M-4")
def test_what_was_decided_and_done_is_guarded_by_the_database(empty: Engine) -> None:
    schema.upgrade(empty)
    guards = {
        "sqlite": "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT DISTINCT event_object_table FROM information_schema.triggers WHERE trigger_schema = 'public'",
    }[empty.dialect.name]
    # Besides, on SQLite, filed words go with their place: there no foreign key can lead to them.
    besides = {"sqlite": {"search_places"}, "postgresql": set[str]()}[empty.dialect.name]
    with empty.connect() as connection:
        assert set(connection.scalars(text(guards))) == {*APPEND_ONLY, *besides}


def test_no_table_remembers_in_which_order_it_was_written(empty: Engine) -> None:
    schema.upgrade(empty)
    with empty.connect() as connection:
        if empty.dialect.name == "sqlite":
            made = {
                str(name): str(sql)
                for name, sql in connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
            }
            assert set(made) == {*TABLES, "alembic_version", *SEARCH_INDEX}
            with_order = {n for n, sql in made.items() if not sql.rstrip().endswith("WITHOUT ROWID")}
            assert with_order == {"alembic_version", "search_words", *NUMBERED_BY_GROUP}
            assert made["search_words"].startswith("CREATE VIRTUAL TABLE search_words USING fts5(")
            assert not any("AUTOINCREMENT" in sql.upper() for sql in made.values())
        else:
            assert connection.scalar(text("SELECT count(*) FROM information_schema.sequences")) == 0
