"""A streaming replica takes the pages that are read, and nobody is ever shown less than what is saved."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from app.foundation.db import Database, open_engine
from app.foundation.eyes import Eyes
from app.foundation.replica import Replica
from app.foundation.settings import Settings
from tests.api.village import QUIET, joined, opened
from tests.people import NO_TLS, PASSPHRASE, Visitor
from tests.scale.standby import Standby
from tests.security.postgres import Postgres
from tests.security.server import Server

TIMES = 8
SECONDS = 10


@pytest.fixture(scope="module")
def standby(primary: Postgres) -> Iterator[Standby]:
    standby = Standby(primary)
    standby.start()
    yield standby
    standby.close()


@pytest.fixture
def database(primary: Postgres, standby: Standby) -> Iterator[Database]:
    settings = Settings(database_url=primary.url)
    made = Database(open_engine(settings), replica=Replica(open_engine(settings, standby.url)))
    standby.until_it_has(primary)
    yield made
    made.engine.dispose()


@pytest.fixture
def plain(primary: Postgres, standby: Standby) -> Iterator[str]:
    """The name of a role with no rights but to come in."""
    primary.ask("CREATE ROLE plain LOGIN")
    standby.until_it_has(primary)
    yield "plain"
    primary.ask("DROP ROLE plain")


def test_asking_needs_no_rights(primary: Postgres, standby: Standby, plain: str) -> None:
    settings = Settings(database_url=primary.url.replace("postgres@", f"{plain}@"))
    made = Database(
        open_engine(settings), replica=Replica(open_engine(settings, standby.url.replace("postgres@", f"{plain}@")))
    )
    assert _seen_by_replica(made)
    made.engine.dispose()


def _is_replica(eyes: Eyes) -> bool:
    return bool(eyes.connection().scalar(text("SELECT pg_is_in_recovery()")))


def _seen_by_replica(database: Database) -> bool:
    with database.looking() as eyes:
        return database.look(eyes, _is_replica)


def test_a_replica_that_has_everything_is_read(database: Database) -> None:
    assert _seen_by_replica(database)


def test_one_that_is_behind_is_not_read_until_it_has_caught_up(
    database: Database, primary: Postgres, standby: Standby
) -> None:
    standby.ask("SELECT pg_wal_replay_pause()")
    try:
        primary.ask("CREATE TABLE written_meanwhile ()")
        assert not _seen_by_replica(database)
    finally:
        standby.ask("SELECT pg_wal_replay_resume()")
    standby.until_it_has(primary)
    assert _seen_by_replica(database)


def test_what_it_cannot_answer_the_primary_does(database: Database) -> None:
    asked = []

    def look(eyes: Eyes) -> bool:
        asked.append(_is_replica(eyes))
        eyes.connection().execute(text("CREATE TEMPORARY TABLE t ()"))
        return True

    with database.looking() as eyes:
        assert database.look(eyes, look)
    assert asked == [True, False]
    # It is left alone for a while.
    assert not _seen_by_replica(database)


@pytest.mark.security
def test_another_database_is_not_taken_for_it(primary: Postgres, standby: Standby) -> None:
    other = Postgres()
    other.start()
    try:
        settings = Settings(database_url=other.url)
        made = Database(open_engine(settings), replica=Replica(open_engine(settings, standby.url)))
        assert not _seen_by_replica(made)
        made.engine.dispose()
    finally:
        other.close()


@pytest.mark.security
def test_members_see_at_once_what_they_wrote(primary: Postgres, standby: Standby, tmp_path: Path) -> None:
    server = Server(tmp_path, primary.url, HEARTH_REPLICA_URL=standby.url)
    server.start()
    try:
        hearth = server.running
        slug = opened(hearth)
        author = joined(hearth, slug)
        story = author.share(slug, "Tonight", QUIET)["id"]
        browser = _signed_in(hearth.url, author.sign_in_name)
        before = _reads(standby)
        for n in range(TIMES):
            author.reply(story, f"Line {n}.")
            assert len(browser.open(f"/stories/{story}").page.select("li.reply")) == n + 1
        standby.until_it_has(primary)
        # PostgreSQL counts what a connection read with its next transaction a second later.
        soon = time.monotonic() + SECONDS
        while _reads(standby) == before and time.monotonic() < soon:
            assert browser.open(f"/stories/{story}").status == 200
        assert _reads(standby) > before
        standby.stop()
        author.reply(story, "While it was away.")
        assert "While it was away." in browser.open(f"/stories/{story}").text
        assert httpx.get(f"{hearth.url}/groups", timeout=10, verify=NO_TLS).status_code == 200
        standby.start()
    finally:
        server.close()


def _signed_in(url: str, name: str) -> Visitor:
    browser = Visitor(url)
    return browser.open("/sign-in").press("Sign in", sign_in_name=name, passphrase=PASSPHRASE)


def _reads(standby: Standby) -> int:
    """How many rows of replies were looked up on the replica by an index or a scan."""
    found = standby.ask(
        "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'story_versions'"
    )
    assert found and re.fullmatch(r"\d+", str(found[0][0]))
    return int(str(found[0][0]))
