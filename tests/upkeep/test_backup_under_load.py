"""A backup holds nobody up (U-13), and its memory does not grow with the database."""

import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from app.foundation.db import open_engine
from app.members.models import PrivateRow
from tests.conftest import ROOT, Running, serve
from tests.members.databases import fresh
from tests.people import Person
from tests.security.figures import Figures
from tests.upkeep.site import GROUP, settings_of

WRITERS = 4
BACKUPS = 3
BALLAST = 40_000
"""Private rows of a KiB, so that a backup takes a while."""
MOST_SECONDS = 1.0
MOST_GROWTH_MIB = 24


@pytest.fixture(params=["sqlite", "postgres"])
def loaded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    url = f"sqlite:///{tmp_path}/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), "loaded")
    yield from serve(tmp_path, url)


def _ballast(running: Running, count: int) -> None:
    engine = open_engine(settings_of(running.secrets.parent, running.environment["HEARTH_DATABASE_URL"]))
    with engine.begin() as connection:
        for _batch in range(count // 1000):
            made = [
                {"tag": secrets.token_hex(16), "id": secrets.token_hex(16), "sealed": secrets.token_bytes(1024)}
                for _row in range(1000)
            ]
            connection.execute(insert(PrivateRow), made)
    engine.dispose()


@pytest.mark.security
@pytest.mark.measures("U-13")
def test_no_post_waits_for_a_backup(loaded: Running, tmp_path: Path, figures: Figures) -> None:
    _ballast(loaded, BALLAST)
    people = [loaded.person() for _writer in range(WRITERS)]
    waited, stop, under_way = list[tuple[bool, float]](), threading.Event(), threading.Event()

    def write(person: Person) -> None:
        while not stop.is_set():
            begun, during = time.monotonic(), under_way.is_set()
            person.share(GROUP, "Under load", "One evening after the other, and each of them is all right.")
            waited.append((during or under_way.is_set(), time.monotonic() - begun))

    for person in people:
        person.join(GROUP)
    writers = [threading.Thread(target=write, args=[person]) for person in people]
    for writer in writers:
        writer.start()
    stop.wait(3)
    under_way.set()
    for _backup in range(BACKUPS):
        assert loaded.command("backup", str(tmp_path / "copy.age")).returncode == 0
    under_way.clear()
    stop.set()
    for writer in writers:
        writer.join()
    during = [seconds for was_during, seconds in waited if was_during]
    longest, before = max(during), max(seconds for was_during, seconds in waited if not was_during)
    kind = "SQLite" if loaded.environment["HEARTH_DATABASE_URL"].startswith("sqlite") else "PostgreSQL"
    said = f"{len(during)} posts of {WRITERS} writers during {BACKUPS} backups: longest {longest:.2f} s, before {before:.2f} s"
    figures.note("U-13", said, held=longest <= MOST_SECONDS, of=kind)
    assert len(during) > 50
    assert longest <= MOST_SECONDS, said


MEASURED = """
import resource, sys
from pathlib import Path
from app.foundation.settings import Settings
from app.upkeep import backups
backups.back_up(Settings(), Path(sys.argv[1]), print)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _peak_mib(running: Running, file: Path) -> float:
    done = subprocess.run([sys.executable, "-c", MEASURED, str(file)], cwd=ROOT, env={**os.environ, **running.environment},
                          capture_output=True, text=True, timeout=300, check=True)  # fmt: skip
    return int(done.stdout.split()[-1]) / 1024


@pytest.mark.security
def test_memory_does_not_grow_with_the_database(loaded: Running, tmp_path: Path) -> None:
    small = _peak_mib(loaded, tmp_path / "small.age")
    _ballast(loaded, BALLAST)
    large = _peak_mib(loaded, tmp_path / "large.age")
    assert (tmp_path / "large.age").stat().st_size > 2 * MOST_GROWTH_MIB * 1024 * 1024
    assert large - small <= MOST_GROWTH_MIB
