"""What was said to be saved is there after the power was cut, at whatever moment (U-2)."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from app.foundation import sqlite
from app.foundation.db import open_engine
from app.foundation.settings import Settings
from tests.conftest import Running
from tests.people import Person
from tests.security.apsw_driver import driver
from tests.security.disk import Disk, Vfs, power_cuts
from tests.security.figures import Figures
from tests.security.inside import at_home
from tests.security.writers import SLUG, Writer, Written, compare, marks_in

FULL_CUTS, RUNS = 200, 4
FULL_WRITES = 300
"""Enough to see several checkpoints of the WAL in each run."""
SHORT_CUTS = 15
CONTROL_CUTS = 30
FILE = "hearth.db"


class Telling(dict[str, str]):
    """What was acknowledged, noted beside what the disk was asked."""

    def __init__(self, disk: Disk) -> None:
        super().__init__()
        self.disk = disk

    def __setitem__(self, mark: str, found: str) -> None:
        super().__setitem__(mark, found)
        self.disk.note(kind="told", told=mark)


def _recorded(folder: Path, acknowledged: int, seed: int) -> tuple[Disk, Written, int]:
    """So much writing, as the disk saw it; and how many notes were there before it began."""
    disk = Disk()
    told, stop = Written(acknowledged=Telling(disk)), threading.Event()
    vfs = Vfs(f"cut-{seed}", disk)
    try:
        with at_home(folder, driver=driver(f"cut-{seed}")) as (url, _app):
            people = [Person.signed_up(url) for _n in range(2)]
            for person in people:
                person.join(SLUG)
            before = len(disk.notes)
            writers = [Writer(person, told, stop, seed + n) for n, person in enumerate(people)]
            for writer in writers:
                writer.start()
            while len(told.acknowledged) < acknowledged:
                assert all(writer.is_alive() for writer in writers)
                time.sleep(0.01)
            stop.set()
            for writer in writers:
                writer.join(30)
                writer.person.api.close()
    finally:
        vfs.unregister()
    return disk, told, before


def _cut(folder: Path, cuts: int, seed: int, acknowledged: int = 60) -> dict[str, int]:
    """Record, cut, start again from what is left with the real engine, and count."""
    disk, told, before = _recorded(folder, acknowledged, seed)
    found = {"lost": 0, "ghosts": 0, "doubled": 0, "corrupt": 0, "runs that lost": 0, "acknowledged": 0}
    for n, (files, said) in enumerate(power_cuts(disk, cuts, seed, before)):
        place = folder / f"cut-{n}"
        place.mkdir()
        for name, data in files.items():
            (place / name).write_bytes(data)
        found["corrupt"] += not _is_whole(place / FILE)
        there = marks_in(Running("", {"HEARTH_DATABASE_URL": f"sqlite:///{place}/{FILE}"}, "", place))
        count = compare(told, there)
        lost = sum(1 for mark in said if not there[mark])
        found["lost"] += lost
        found["runs that lost"] += bool(lost)
        found["ghosts"] += count.ghosts
        found["doubled"] += count.doubled
        found["acknowledged"] += len(said)
        for left in place.iterdir():
            left.unlink()
    assert not told.odd, told.odd
    return found


def _is_whole(file: Path) -> bool:
    with sqlite.driver().connect(file) as connection:
        sound: bool = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        tied: bool = connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
    return sound and tied


def test_a_power_cut_loses_nothing(tmp_path: Path) -> None:
    found = _cut(tmp_path, SHORT_CUTS, seed=1, acknowledged=25)
    assert found["acknowledged"] > SHORT_CUTS
    assert (found["lost"], found["ghosts"], found["doubled"], found["corrupt"]) == (0, 0, 0, 0)


def test_the_harness_sees_what_a_weaker_setting_loses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sqlite.PRAGMAS, "synchronous", 1)
    found = _cut(tmp_path, SHORT_CUTS, seed=2, acknowledged=25)
    assert found["lost"] > 0


@pytest.mark.security
@pytest.mark.measures("U-2")
def test_power_cuts(tmp_path: Path, figures: Figures) -> None:
    total: dict[str, int] = {}
    for run in range(RUNS):
        folder = tmp_path / str(run)
        folder.mkdir()
        for name, n in _cut(folder, FULL_CUTS // RUNS, seed=run, acknowledged=FULL_WRITES).items():
            total[name] = total.get(name, 0) + n
    clean = not any(total[name] for name in ("lost", "ghosts", "doubled", "corrupt"))
    said = ", ".join(f"{name} {total[name]}" for name in ("lost", "ghosts", "doubled", "corrupt"))
    figures.note("U-2", f"{FULL_CUTS} power cuts: {said}", held=clean, of="SQLite as Hearth sets it")
    assert clean, total


@pytest.mark.security
@pytest.mark.measures("U-2")
def test_power_cuts_with_a_weaker_setting(tmp_path: Path, figures: Figures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sqlite.PRAGMAS, "synchronous", 1)
    found = _cut(tmp_path, CONTROL_CUTS, seed=9)
    said = f"{found['runs that lost']} of {CONTROL_CUTS} cuts lost something, so the harness can see it"
    figures.note("U-2", said, held=found["lost"] > 0, of="the control, synchronous=NORMAL")
    assert found["lost"] > 0


class Deaf:
    """A connection that takes every PRAGMA and heeds none of one name."""

    def __init__(self, inner: Any, name: str) -> None:
        self.inner, self.name = inner, name

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def execute(self, statement: str, *values: Any) -> Any:
        return self.inner.execute("SELECT 'no'" if f" {self.name}" in statement else statement, *values)


@pytest.mark.measures("U-2")
@pytest.mark.parametrize("name", sqlite.PRAGMAS)
def test_a_setting_that_is_not_taken_stops_the_start(tmp_path: Path, name: str) -> None:
    connection = sqlite.driver().connect(tmp_path / FILE)
    with pytest.raises(RuntimeError, match=name):
        sqlite.prepare(Deaf(connection, name), None)
    connection.close()


@pytest.mark.measures("U-2")
def test_every_connection_is_set_so(tmp_path: Path) -> None:
    engine = open_engine(Settings(database_url=f"sqlite:///{tmp_path}/{FILE}"))
    held = [engine.connect() for _n in range(5)]
    for connection in held:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in sqlite.PRAGMAS}
        assert found == sqlite.PRAGMAS
        assert (found["synchronous"], found["journal_mode"]) == (2, "wal")
        connection.close()
    engine.dispose()
