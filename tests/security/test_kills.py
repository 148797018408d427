"""What was said to be saved is there after the process was killed; what was not is not; nothing is there twice (U-1)."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.foundation.db import sqlite_driver
from tests.people import Person
from tests.security.figures import Figures
from tests.security.postgres import Postgres
from tests.security.server import Server
from tests.security.writers import SLUG, Count, Writer, Written, compare, marks_in

WRITERS = 4
MOST_WORK_SECONDS = 0.6
READY_AT_MOST = 10
FULL = 200
SHORT = 2


class Village:
    """A server, some writers with places of their own, and what they were told."""

    def __init__(self, server: Server, seed: int) -> None:
        self.server, self.told, self.stop = server, Written(), threading.Event()
        self.dice = random.Random(seed)
        people = [Person.signed_up(server.url) for _n in range(WRITERS)]
        for person in people:
            person.join(SLUG)
        self.writers = [Writer(p, self.told, self.stop, seed + n) for n, p in enumerate(people)]
        for writer in self.writers:
            writer.start()

    def work(self) -> None:
        """Let them write for a while."""
        time.sleep(self.dice.uniform(0.02, MOST_WORK_SECONDS))

    def ends(self) -> Count:
        self.stop.set()
        for writer in self.writers:
            writer.join(60)
            assert not writer.is_alive()
            writer.person.api.close()
        return compare(self.told, marks_in(self.server.running))

    def is_whole(self) -> bool:
        return self.server.running.command("verify").returncode == 0


def _killed(server: Server, kills: int, kill: Callable[[], float]) -> tuple[Count, float, bool]:
    """Kill so often, at any moment; gives what is there, the slowest return in seconds, and whether all is whole."""
    server.start()
    village, slowest = Village(server, kills), 0.0
    whole = True
    for n in range(kills):
        village.work()
        slowest = max(slowest, kill())
        whole = whole and (n % 50 != 49 or village.is_whole())
    village.work()
    count = village.ends()
    return count, slowest, whole and village.is_whole()


def _note(figures: Figures, found: tuple[Count, float, bool], kills: int, of: str) -> None:
    count, slowest, whole = found
    held = count.is_clean and whole and slowest < READY_AT_MOST
    state = "corrupt 0" if whole else "hearth verify found a fault"
    figures.note("U-1", f"{kills} kills: {count}, {state}; ready again in at most {slowest:.1f} s", held=held, of=of)
    assert held, (found, kills)


def _again(server: Server) -> float:
    server.kill()
    return server.start()


@pytest.fixture
def on_file(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path, f"sqlite:///{tmp_path}/hearth.db")
    yield server
    server.close()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Postgres]:
    made = Postgres()
    made.start()
    yield made
    made.close()


@pytest.fixture
def on_cluster(tmp_path: Path, cluster: Postgres) -> Iterator[Server]:
    cluster.ask("DROP SCHEMA public CASCADE")
    cluster.ask("CREATE SCHEMA public")
    server = Server(tmp_path, cluster.url)
    yield server
    server.close()


def test_a_killed_hearth_loses_nothing(on_file: Server, tmp_path: Path) -> None:
    count, slowest, whole = _killed(on_file, SHORT, lambda: _again(on_file))
    assert count.is_clean, count
    assert count.acknowledged > 3
    assert whole
    assert slowest < READY_AT_MOST


def test_a_killed_postgresql_loses_nothing(on_cluster: Server, cluster: Postgres) -> None:
    count, _slowest, whole = _killed(on_cluster, 1, lambda: _database_again(on_cluster, cluster))
    assert count.is_clean, count
    assert count.acknowledged > 3
    assert whole


@pytest.mark.security
@pytest.mark.measures("U-1")
def test_kills_of_hearth_on_sqlite(on_file: Server, figures: Figures) -> None:
    _note(figures, _killed(on_file, FULL, lambda: _again(on_file)), FULL, "Hearth on SQLite")


@pytest.mark.security
@pytest.mark.measures("U-1")
def test_kills_of_hearth_on_postgresql(on_cluster: Server, figures: Figures) -> None:
    _note(figures, _killed(on_cluster, FULL, lambda: _again(on_cluster)), FULL, "Hearth on PostgreSQL")


@pytest.mark.security
@pytest.mark.measures("U-1", "U-5")
def test_kills_of_postgresql(on_cluster: Server, cluster: Postgres, figures: Figures) -> None:
    found = _killed(on_cluster, FULL, lambda: _database_again(on_cluster, cluster))
    recovers = f"{FULL} restarts of the server: answers again within {found[1]:.1f} s"
    figures.note("U-5", recovers, held=found[1] < READY_AT_MOST, of="restarts")
    _note(figures, found, FULL, "the PostgreSQL server")


def _database_again(server: Server, cluster: Postgres) -> float:
    if random.Random(time.monotonic_ns()).random() < 0.5:
        cluster.kill()
    else:
        cluster.stop("immediate")
    cluster.start()
    return server.until_ready(time.monotonic())


def test_the_harness_sees_what_is_lost_doubled_or_made_up(on_file: Server) -> None:
    """A harness that cannot fail would prove nothing."""
    on_file.start()
    village = Village(on_file, 1)
    while len(village.told.acknowledged) < 4:
        time.sleep(0.02)
    village.stop.set()
    assert village.ends().is_clean
    gone, twice, unsaid = list(village.told.acknowledged)[:3]
    with sqlite_driver().connect(on_file.environment["HEARTH_DATABASE_URL"].removeprefix("sqlite:///")) as file:
        for table in ("story_versions", "reply_versions"):
            file.execute(f"UPDATE {table} SET body = replace(body, ?, 'x')", (gone,))  # noqa: S608
            file.execute(f"UPDATE {table} SET body = body || ' ' || ? WHERE body LIKE ?", (twice, f"%{twice}%"))  # noqa: S608
    del village.told.acknowledged[unsaid]
    count = compare(village.told, marks_in(on_file.running))
    assert (count.lost, count.ghosts, count.doubled) == (1, 1, 1)
