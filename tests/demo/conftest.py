"""A small part of the demo, filled into a database of each kind by the code that fills the whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from app.demo.actions import Demo
from app.demo.cast import Person
from app.demo.people import Door
from app.demo.telling import Account, Book, Fate, Story, book
from app.foundation import keys
from app.foundation.db import Database, open_engine
from app.foundation.home import Home
from app.foundation.settings import Settings
from tests.conftest import Running, serve
from tests.members.databases import fresh

CHEAP_KIB = 8
FEW_REPLIES = 2


@dataclass
class Town:
    """A filled database with a server on it, and what was printed about it."""

    running: Running
    ready: dict[Account, Person]
    asked: Book
    """What was to be told."""
    begun: datetime
    people: int


def few(whole: Book) -> Book:
    """Every story where something happens, with few replies and gestures."""
    return whole.model_copy(update={"stories": [_short(story) for story in whole.stories if story.happens]})


def _short(story: Story) -> Story:
    quiet = [reply for reply in story.replies if reply.fate is Fate.OUT][:FEW_REPLIES]
    kept = [reply for reply in story.replies if reply.fate is not Fate.OUT or reply in quiet]
    support = dict.fromkeys(list(story.support or {})[:1], 1)
    return story.model_copy(update={"replies": kept, "support": support})


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp(f"demo-{request.param}")
    url = f"sqlite:///{folder}/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), "demo")
    told = few(book("evening-harbour"))
    demo = fill(folder, url, told)
    for running in serve(folder, url):
        yield Town(running, dict(demo.ready.items()), told, demo.now, demo.people)


def fill(folder: Path, url: str, told: Book) -> Demo:
    settings = Settings(database_url=url, secrets_dir=folder / "secrets", argon2_memory_kib=CHEAP_KIB, argon2_rounds=1)
    database = Database(open_engine(settings))
    demo = Demo(Door(Home(settings, keys.load(settings), database)), [told])
    for done in demo.fill(database.engine):
        assert done <= demo.whole
    database.engine.dispose()
    return demo
