"""A Hearth with many stories in one group, put in by the bulk and filed afterwards."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from app.foundation.db import Base, Database
from app.foundation.ids import new_id
from app.foundation.settings import Settings
from app.groups.models import Group
from app.main import build
from app.members.models import Membership
from app.moderation.sanitise import clean
from app.stories import refiling
from app.stories.shelves import SearchGroup
from app.upkeep.actions import prepare
from tests.members.databases import fresh
from tests.people import PASSPHRASE

SLUG = "kitchen-table"


@dataclass
class Filled:
    """The stories stand in the order in which they came out: the newest is the last."""

    client: httpx.Client
    database: Database
    group_id: str
    ids: list[str]
    prefix: int


@contextmanager
def filled(url: str, folder: Path, texts: Sequence[tuple[str, str]]) -> Iterator[Filled]:
    """A Hearth with a member's stories, these titles and bodies, all let out; and with another member, who asks."""
    chosen = Settings(
        database_url=url, secrets_dir=folder / "secrets", argon2_memory_kib=8, argon2_rounds=1, signup_challenge=False,
        rate_limits=False, clock=False,
    )  # fmt: skip
    app = build(chosen)
    database = app.state.house.database
    prepare(database, database.engine, chosen)
    with TestClient(app) as client:
        _become_a_member(client)
        group_id = client.get(f"/api/v1/groups/{SLUG}").json()["id"]
        ids = _put(database, group_id, texts)
        _become_a_member(client)
        with database.writing() as db:
            assert refiling.rebuild(db) == len(ids)
            prefix = db.scalar(select(SearchGroup.prefix).where(SearchGroup.group_id == group_id))
            db.commit()
        assert prefix is not None
        yield Filled(client, database, group_id, ids, prefix)


@contextmanager
def filled_on(
    request: pytest.FixtureRequest, folder: Path, name: str, texts: Sequence[tuple[str, str]]
) -> Iterator[Filled]:
    """The same on the database that a fixture's parameter names."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{folder}/hearth.db" if is_sqlite else fresh(request.getfixturevalue("postgres"), name)
    with filled(url, folder, texts) as made:
        yield made


def _become_a_member(client: httpx.Client) -> None:
    client.headers.pop("Authorization", None)
    place = client.post("/api/v1/accounts", json={"passphrase": PASSPHRASE}).json()
    client.headers["Authorization"] = f"Bearer {place['token']}"
    assert client.put(f"/api/v1/groups/{SLUG}/membership", json={"guidelines_version": 1}).status_code == 200


def _put(database: Database, group_id: str, texts: Sequence[tuple[str, str]]) -> list[str]:
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    ids = sorted(new_id() for _text in texts)
    tables = Base.metadata.tables
    with database.engine.execution_options(writing=True).begin() as db:
        author = db.execute(select(Membership.id).where(Membership.group_id == group_id)).scalar_one()
        decided = [{"id": new_id(), "group_id": group_id, "fate": "published", "outcome": "publish", "guideline": "",
                    "day": hour.date()} for _id in ids]  # fmt: skip
        stories = [{"id": i, "group_id": group_id, "membership_id": author, "created_hour": hour, "activity": n,
                    "last_number": 0, "reply_count": 0, "version": 1} for n, i in enumerate(ids, 1)]  # fmt: skip
        versions = [
            {"story_id": i, "number": 1, "group_id": group_id, "title": title, "body": body, "html": clean(body),
             "content_notes": "", "is_shown": True, "decision_id": d["id"]}
            for i, d, (title, body) in zip(ids, decided, texts, strict=True)
        ]  # fmt: skip
        for name, rows in (("decisions", decided), ("stories", stories), ("story_versions", versions)):
            db.execute(tables[name].insert(), rows)
        db.execute(update(Group).where(Group.id == group_id).values(activity=len(ids)))
    return ids
