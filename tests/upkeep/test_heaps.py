"""PostgreSQL's part of the nightly rewrite: it gives way to people, and leaves what is large for the most part alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from app.foundation.home import Home
from app.upkeep import heaps
from app.upkeep.rewriting import rewrite
from tests.members.databases import fresh
from tests.upkeep.indoors import SLUG, Indoors

WORDS = "It was a quiet evening and I went for a walk."


@pytest.fixture
def house(postgres: str, tmp_path: Path) -> Iterator[Indoors]:
    made = Indoors(fresh(postgres, "heaps"), tmp_path)
    yield made
    made.home.database.engine.dispose()


def numbers(house: Indoors, table: str) -> dict[str, int]:
    """The number of the transaction that wrote each row."""
    with house.home.database.engine.connect() as connection:
        rows = connection.execute(text(f"SELECT id, xmin::text::bigint FROM {table}"))  # noqa: S608
        return {row[0]: row[1] for row in rows}


def test_of_a_large_table_only_new_rows_are_written_anew(house: Indoors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heaps, "MOST_BYTES", 0)
    author = house.person()
    author.join(SLUG)
    story = author.share(SLUG, "Tonight", WORDS)["id"]
    author.reply(story, "And then I came home.")
    rewrite(house.home)
    first = numbers(house, "decisions")
    assert len(set(first.values())) == 1
    for n in range(2):
        author.reply(story, f"I slept well {n}.")
    written = numbers(house, "decisions")
    newer = set(written) - set(first)
    assert len({written[one] for one in newer}) == len(newer) == 2
    rewrite(house.home)
    second = numbers(house, "decisions")
    assert {one: second[one] for one in first} == first
    assert len({second[one] for one in newer}) == 1


def test_it_gives_way_to_somebody_who_writes(house: Indoors) -> None:
    """Who holds what it waits for, and then wants what it holds, gets it: a deadlock would turn one of the two away."""
    house.person().join(SLUG)
    before = house.rows("accounts")[0]["keyring"]
    with ThreadPoolExecutor(1) as thread, house.home.database.engine.connect() as somebody:
        somebody.execute(text("SELECT id FROM memberships FOR UPDATE"))
        night = thread.submit(rewrite, house.home)
        _until_it_waits(house.home)
        somebody.execute(text("UPDATE accounts SET cost = cost"))
        somebody.execute(text("UPDATE memberships SET is_left = is_left"))
        somebody.commit()
        assert night.result(60) == 1
    assert house.rows("accounts")[0]["keyring"] != before


def _until_it_waits(home: Home) -> None:
    with home.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
        while not looking.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            pass


def test_what_was_decided_and_done_is_guarded_again(house: Indoors) -> None:
    rewrite(house.home)
    with house.home.database.engine.connect() as connection:
        off = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'"
        assert connection.scalar(text(off)) == 0
        assert connection.scalar(text("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")) >= 3
