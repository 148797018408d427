"""Reading costs the same with ten thousand stories as with thirty: as many questions, each answered by an index."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from sqlalchemy import Engine, event, select
from starlette.testclient import TestClient

from app.foundation.db import Base
from app.foundation.ids import new_id
from app.foundation.settings import Settings
from app.groups.models import Group
from app.main import build
from app.members.models import Membership
from app.upkeep.actions import prepare
from tests.people import PASSPHRASE

FEW, MANY, REPLIES = 30, 10_000, 2_000
FULL_PAGE = 20
VALUE = re.compile(r"'(?:[^']|'')*'|\b\d+\b")
LIST = "SCAN json_each"
"""A list of ids that came with the question."""
GROUPS = ("kitchen-table", "evening-harbour")


@dataclass
class Grown:
    """A Hearth with two groups: one with thirty stories, one with ten thousand."""

    client: httpx.Client
    engine: Engine
    groups: dict[str, str]
    told: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def note(self, connection: Any, *_pool: Any) -> None:
        """SQLite itself tells what it is asked, with the values in their places: not all of it goes through SQLAlchemy."""
        connection.set_trace_callback(self.asked.append)

    def questions(self, path: str) -> list[str]:
        """What the database was asked while a page or call was answered."""
        self.asked.clear()
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        assert self.asked
        return list(self.asked)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grown]:
    folder = tmp_path_factory.mktemp("grown")
    chosen = Settings(
        database_url=f"sqlite:///{folder}/hearth.db", secrets_dir=folder / "secrets", argon2_memory_kib=8, argon2_rounds=1,
        signup_challenge=False, page_cache_mib=0,
    )  # fmt: skip
    app = build(chosen)
    database = app.state.house.database
    prepare(database, database.engine, chosen)
    # Just after a stamp: noting that a session is in use, every five minutes, would be a question more.
    at = datetime.now(UTC).replace(minute=1, second=0) + timedelta(hours=1)
    with time_machine.travel(at), TestClient(app) as client:
        place = client.post("/api/v1/accounts", json={"passphrase": PASSPHRASE}).json()
        client.headers["Authorization"] = f"Bearer {place['token']}"
        client.post("/sign-in", data={"sign_in_name": place["sign_in_name"], "passphrase": PASSPHRASE})
        grown = Grown(client, database.engine, {})
        for slug, count, replies in zip(GROUPS, (FEW, MANY), (FULL_PAGE + 1, REPLIES), strict=True):
            _join(client, slug)
            grown.groups[slug] = client.get(f"/api/v1/groups/{slug}").json()["id"]
            grown.told[slug] = _fill(database.engine, grown.groups[slug], count, replies)
        event.listen(database.engine, "checkout", grown.note)
        for path in (*doors(grown, GROUPS[0]), *doors(grown, GROUPS[1])):
            # That a page was looked at is noted once.
            client.get(path)
        yield grown


def _join(client: httpx.Client, slug: str) -> None:
    assert client.put(f"/api/v1/groups/{slug}/membership", json={"guidelines_version": 1}).status_code == 200


def _fill(engine: Engine, group_id: str, count: int, replies: int) -> list[str]:
    """Stories by the one member there is, and their replies under the newest; gives the stories, newest first."""
    tables = Base.metadata.tables
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with engine.execution_options(writing=True).begin() as db:
        author = db.execute(select(Membership.id).where(Membership.group_id == group_id)).scalar_one()
        own = {"group_id": group_id, "membership_id": author, "created_hour": hour}
        stories = [
            {**own, "id": new_id(), "activity": n, "last_number": 0, "reply_count": 0, "version": 1}
            for n in range(1, count + 1)
        ]
        newest = stories[-1]
        newest["last_number"] = newest["reply_count"] = replies
        answers = [{**own, "id": new_id(), "story_id": newest["id"], "number": n} for n in range(1, replies + 1)]
        words = {
            "number": 1,
            "group_id": group_id,
            "body": "A quiet evening.",
            "html": "<p>A quiet evening.</p>",
            "is_shown": True,
        }
        of_stories = [
            {
                **words,
                "story_id": s["id"],
                "title": f"Evening {s['activity']}",
                "content_notes": "",
                "decision_id": new_id(),
            }
            for s in stories
        ]
        of_replies = [{**words, "reply_id": a["id"], "decision_id": new_id()} for a in answers]
        fate = {"group_id": group_id, "fate": "published", "outcome": "publish", "guideline": "", "day": hour.date()}
        decided = [{**fate, "id": version["decision_id"]} for version in (*of_stories, *of_replies)]
        for name, rows in (("decisions", decided), ("stories", stories), ("story_versions", of_stories), ("replies", answers),
                           ("reply_versions", of_replies)):  # fmt: skip
            db.execute(tables[name].insert(), rows)
        db.execute(Group.__table__.update().where(Group.id == group_id).values(activity=count))  # type: ignore[attr-defined]
    return [str(s["id"]) for s in reversed(stories)]


def doors(grown: Grown, slug: str) -> list[str]:
    group, newest = grown.groups[slug], grown.told[slug][0]
    return [
        f"/groups/{group}", f"/groups/{group}?after=25", f"/groups/{group}?note=1", f"/stories/{newest}",
        f"/stories/{newest}?after=1", f"/api/v1/groups/{slug}/stories", f"/api/v1/groups/{slug}/stories?after=25",
        f"/api/v1/stories/{newest}", f"/api/v1/stories/{newest}/replies", f"/api/v1/stories/{newest}/replies?after=1",
    ]  # fmt: skip


def test_the_number_of_questions_does_not_grow_with_what_is_there(grown: Grown) -> None:
    for few, many in zip(doors(grown, GROUPS[0]), doors(grown, GROUPS[1]), strict=True):
        little, much = grown.questions(few), grown.questions(many)
        assert [VALUE.sub("?", said) for said in much] == [VALUE.sub("?", said) for said in little], many
        assert len(much) <= 20, [said[:90] for said in much]


def test_a_full_page_asks_no_more_than_an_empty_one_per_story(grown: Grown) -> None:
    """Nothing is looked up once for each story of a page."""
    path = f"/api/v1/groups/{GROUPS[1]}/stories"
    assert len(grown.questions(f"{path}?limit=50")) == len(grown.questions(f"{path}?limit=1"))


@pytest.mark.measures("O-10")
def test_every_question_is_answered_by_an_index(grown: Grown) -> None:
    used = set[str]()
    for path in doors(grown, GROUPS[1]):
        for said in grown.questions(path):
            if not said.lstrip().startswith(("SELECT", "WITH")):
                continue
            with grown.engine.connect() as db:
                plan = [row[3] for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}")]
            used |= {word for line in plan for word in line.split() if word.startswith("ix_")}
            assert not [line for line in plan if line.startswith("SCAN") and not line.startswith(LIST)], (
                path,
                said,
                plan,
            )
            assert not [line for line in plan if "TEMP B-TREE" in line and _is_about_many(said)], (path, said, plan)
    assert {"ix_stories_group_id_activity", "ix_replies_story_id_number"} <= used


def _is_about_many(said: str) -> bool:
    """Lists of stories and replies. Sorting a handful of one's own or of counts is no harm."""
    return "ORDER BY stories.activity" in said or "ORDER BY replies.number" in said


def test_all_stories_are_found_page_by_page_and_none_twice(grown: Grown) -> None:
    found = list[str]()
    after: str | None = ""
    while after is not None:
        said = grown.client.get(f"/api/v1/groups/{GROUPS[1]}/stories", params={"limit": 50, "after": after})
        page = json.loads(said.content)
        found += [story["id"] for story in page["items"]]
        after = page["next"]
    assert found == grown.told[GROUPS[1]]


def test_all_replies_are_found_page_by_page_and_none_twice(grown: Grown) -> None:
    found = list[str]()
    after: str | None = ""
    while after is not None:
        page = grown.client.get(
            f"/api/v1/stories/{grown.told[GROUPS[1]][0]}/replies", params={"limit": 50, "after": after}
        ).json()
        found += [reply["id"] for reply in page["items"]]
        after = page["next"]
    assert len(found) == len(set(found)) == REPLIES
