"""What was said to be saved is there after the process was killed; what was not is not; nothing is there twice (U-1)."""

import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from app.foundation import sqlite
from tests.people import Person
from tests.security.figures import Figures
from tests.security.postgres import Postgres
from tests.security.server import Server
from tests.security.writers import SLUG, Count, Writer, Written, compare, marks_in

WRITERS = 4
MOST_WORK_SECONDS = 0.6
WHILE_STARTING = 0.1
"""The share of kills that are followed by one more while it starts again."""
MOST_START_SECONDS = 2.0
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


@dataclass
class Found:
    """What came of so many kills."""

    kills: int
    count: Count = field(default_factory=lambda: Count(0, 0, 0, 0, 0))
    returns: list[float] = field(default_factory=list)
    """Seconds until it was ready again, each time."""
    starting: int = 0
    """Kills on top of these, while it started."""
    is_whole: bool = True

    @property
    def is_ready_in_time(self) -> bool:
        return max(self.returns) < READY_AT_MOST

    @property
    def recovery(self) -> str:
        return f"ready again in {statistics.median(self.returns):.1f} s, at most {max(self.returns):.1f} s"

    def __str__(self) -> str:
        more = f" and {self.starting} more while it started" if self.starting else ""
        state = "corrupt 0" if self.is_whole else "hearth verify found a fault"
        return f"{self.kills} kills{more}: {self.count}, {state}; {self.recovery}"


def _killed(server: Server, kills: int, kill: Callable[[Found, random.Random], float]) -> Found:
    """Kill so often, at any moment, under writers."""
    server.start()
    found, village = Found(kills), Village(server, kills)
    for n in range(kills):
        village.work()
        found.returns.append(kill(found, village.dice))
        found.is_whole = found.is_whole and (n % 50 != 49 or village.is_whole())
    village.work()
    found.count = village.ends()
    found.is_whole = found.is_whole and village.is_whole()
    return found


def _note(figures: Figures, found: Found, of: str) -> None:
    held = found.count.is_clean and found.is_whole and found.is_ready_in_time
    figures.note("U-1", str(found), held=held, of=of)
    assert held, str(found)


def _hearth_again(server: Server, found: Found, dice: random.Random) -> float:
    server.kill()
    if dice.random() < WHILE_STARTING:
        server.start(wait=False)
        time.sleep(dice.uniform(0.1, MOST_START_SECONDS))
        server.kill()
        found.starting += 1
    return server.start()


def _database_again(server: Server, cluster: Postgres, dice: random.Random) -> float:
    began = time.monotonic()
    if dice.random() < 0.5:
        cluster.kill()
    else:
        cluster.stop("immediate")
    cluster.start()
    return server.until_ready(began)


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


def test_a_killed_hearth_loses_nothing(on_file: Server) -> None:
    found = _killed(on_file, SHORT, partial(_hearth_again, on_file))
    assert found.count.is_clean, str(found)
    assert found.count.acknowledged > 3
    assert found.is_whole
    assert found.is_ready_in_time


def test_a_killed_postgresql_loses_nothing(on_cluster: Server, cluster: Postgres) -> None:
    found = _killed(on_cluster, 1, lambda _found, dice: _database_again(on_cluster, cluster, dice))
    assert found.count.is_clean, str(found)
    assert found.count.acknowledged > 3
    assert found.is_whole


@pytest.mark.security
@pytest.mark.measures("U-1")
def test_kills_of_hearth_on_sqlite(on_file: Server, figures: Figures) -> None:
    _note(figures, _killed(on_file, FULL, partial(_hearth_again, on_file)), "Hearth on SQLite")


@pytest.mark.security
@pytest.mark.measures("U-1")
def test_kills_of_hearth_on_postgresql(on_cluster: Server, figures: Figures) -> None:
    _note(figures, _killed(on_cluster, FULL, partial(_hearth_again, on_cluster)), "Hearth on PostgreSQL")


@pytest.mark.security
@pytest.mark.measures("U-1", "U-5")
def test_kills_of_postgresql(on_cluster: Server, cluster: Postgres, figures: Figures) -> None:
    found = _killed(on_cluster, FULL, lambda _found, dice: _database_again(on_cluster, cluster, dice))
    told = f"{FULL} restarts of the server, its own recovery counted: {found.recovery}"
    figures.note("U-5", told, held=found.is_ready_in_time, of="restarts")
    _note(figures, found, "the PostgreSQL server")


def test_the_harness_sees_what_is_lost_doubled_or_made_up(on_file: Server) -> None:
    """A harness that cannot fail would prove nothing."""
    on_file.start()
    village = Village(on_file, 1)
    while len(village.told.acknowledged) < 4:
        time.sleep(0.02)
    village.stop.set()
    assert village.ends().is_clean
    gone, twice, unsaid = list(village.told.acknowledged)[:3]
    with sqlite.driver().connect(on_file.environment["HEARTH_DATABASE_URL"].removeprefix("sqlite:///")) as file:
        for table in ("story_versions", "reply_versions"):
            file.execute(f"UPDATE {table} SET body = replace(body, ?, 'x')", (gone,))  # noqa: S608
            file.execute(f"UPDATE {table} SET body = body || ' ' || ? WHERE body LIKE ?", (twice, f"%{twice}%"))  # noqa: S608
    del village.told.acknowledged[unsaid]
    count = compare(village.told, marks_in(on_file.running))
    assert (count.lost, count.ghosts, count.doubled) == (1, 1, 1)
