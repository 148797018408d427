"""One process serves a SQLite file, and writing from everywhere at once leaves it whole (U-3)."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from app.foundation import sqlite
from app.foundation.alone import Alone, AlreadyServed
from app.foundation.db import open_engine
from app.foundation.settings import Settings
from app.foundation.sqlite import BUSY_MS
from tests.people import Person
from tests.security.figures import Figures
from tests.security.life import Life
from tests.security.server import Server
from tests.security.writers import SLUG, Writer, Written, compare, marks_in

STRESS_SECONDS = 600
SHORT_SECONDS = 2
WRITERS = 8
READINGS = 3


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path, f"sqlite:///{tmp_path}/hearth.db")
    made.start()
    yield made
    made.close()


@pytest.mark.measures("U-3")
def test_a_second_process_is_refused_and_commands_are_not(server: Server, tmp_path: Path) -> None:
    chosen = Settings(database_url=server.environment["HEARTH_DATABASE_URL"])
    with pytest.raises(AlreadyServed), Alone(chosen):
        pass
    second = server.running.command("serve", "--port", "0")
    assert second.returncode == 1
    assert "Another process serves this database" in second.stderr
    assert server.running.command("verify").returncode == 0
    assert server.is_ready()
    server.kill()
    elsewhere = Settings(database_url="postgresql://nobody@127.0.0.1/none")
    with Alone(chosen), Alone(elsewhere), Alone(elsewhere):
        for _time in range(2):
            with pytest.raises(AlreadyServed), Alone(chosen):
                pass
    server.start()


@pytest.mark.measures("U-3")
def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sqlite.driver().sqlite_version_info >= sqlite.AT_LEAST >= (3, 51, 3)
    monkeypatch.setattr(sqlite, "AT_LEAST", (99, 0, 0))
    with pytest.raises(RuntimeError, match="can corrupt"):
        open_engine(Settings(database_url=f"sqlite:///{tmp_path}/hearth.db"))


def test_who_reads_waits_for_nobody_who_writes(server: Server) -> None:
    """What reading notes in passing is left out when somebody else has the database for long."""
    life = Life(server.running)
    assert life.person.api.put(f"/stories/{life.story}/followed").status_code == 204
    with sqlite.driver().connect(server.environment["HEARTH_DATABASE_URL"].removeprefix("sqlite:///")) as other:
        for _n in range(READINGS):
            life.person.reply(life.story, "Something new to see.")
            other.execute("BEGIN IMMEDIATE")
            read = life.reads()
            other.execute("ROLLBACK")
            assert read.status == 200
            assert "Something new to see." in read.answer.text
            assert read.seconds < BUSY_MS / 1000 / 2
    life.close()


def _stressed(server: Server, seconds: float) -> tuple[str, bool, int]:
    told, stop = Written(), Event()
    people = [Person.signed_up(server.url) for _n in range(WRITERS)]
    for person in people:
        person.join(SLUG)
    writers = [Writer(person, told, stop, n) for n, person in enumerate(people)]
    for writer in writers:
        writer.start()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends or not told.acknowledged:
        # From another process, beside the server: each opens the file, writes or reads, and closes it.
        assert server.running.command("invite", "--role", "moderator").returncode == 0
        assert server.running.command("verify").returncode == 0
    stop.set()
    for writer in writers:
        writer.join(60)
        writer.person.api.close()
    count = compare(told, marks_in(server.running))
    return str(count), count.is_clean and server.running.command("verify").returncode == 0, count.acknowledged


def test_writing_from_everywhere_leaves_it_whole(server: Server) -> None:
    said, whole, acknowledged = _stressed(server, SHORT_SECONDS)
    assert whole, said
    assert acknowledged


@pytest.mark.security
@pytest.mark.measures("U-3")
def test_ten_minutes_of_writing_from_everywhere(server: Server, figures: Figures) -> None:
    said, whole, _acknowledged = _stressed(server, STRESS_SECONDS)
    figures.note("U-3", f"{STRESS_SECONDS} s, {WRITERS} writers and commands beside them: {said}, integrity ok", held=whole,
                 of="stress")  # fmt: skip
    assert whole, said
