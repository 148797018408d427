"""What waiting is and is not: no use of a session, no promise before a commit, nothing kept for who does not read."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.foundation import schema
from app.foundation.db import Database, open_engine
from app.foundation.live import Listener, Live, raised
from app.foundation.settings import Settings
from app.foundation.web import events
from app.foundation.web.events import Stream
from app.main import build
from app.members.attending import Attendance
from app.members.models import SignedIn
from tests.people import PASSPHRASE

BEGAN = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TOPIC = "a" * 32


class Heard(Live):
    """Live, with a list in place of listeners."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, int]] = []

    def tell(self, topic: str, number: int) -> None:
        self.told.append((topic, number))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[FastAPI]:
    made = build(
        Settings(
            database_url=f"sqlite:///{tmp_path}/hearth.db", secrets_dir=tmp_path / "secrets", signup_challenge=False,
            rate_limits=False, argon2_memory_kib=8, argon2_rounds=1,
        )
    )  # fmt: skip
    schema.upgrade(made.state.house.database.engine)
    yield made
    made.state.house.database.engine.dispose()


def test_listening_does_not_keep_a_session_alive(house: FastAPI) -> None:
    home = house.state.house

    def noted() -> list[bytes]:
        with home.database.reading() as db:
            return list(db.scalars(select(SignedIn.sealed_times)))

    with time_machine.travel(BEGAN, tick=False) as clock:
        client = TestClient(house)
        token = client.post("/api/v1/accounts", json={"passphrase": PASSPHRASE}).json()["token"]
        listening = Attendance(home, token)
        first = noted()
        clock.shift(timedelta(minutes=10))
        assert listening.see(lambda _db, _reader: True)
        assert noted() == first
        assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200
        assert noted() != first
        clock.shift(timedelta(hours=home.settings.own_idle_hours, seconds=-1))
        assert listening.see(lambda _db, _reader: True)
        clock.shift(timedelta(seconds=1))
        assert listening.see(lambda _db, _reader: True) is None


def test_on_sqlite_nothing_is_said_before_the_commit(tmp_path: Path) -> None:
    live = Heard()
    database = Database(open_engine(Settings(database_url=f"sqlite:///{tmp_path}/hearth.db")), live)
    with database.writing() as db:
        raised(db, TOPIC, 1)
        with db.begin_nested():
            raised(db, TOPIC, 2)
        assert live.told == []
        db.rollback()
        raised(db, TOPIC, 3)
        raised(db, TOPIC, 4)
        db.commit()
        assert live.told == [(TOPIC, 4)]
        db.commit()
    assert live.told == [(TOPIC, 4)]
    database.engine.dispose()


def test_who_does_not_read_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "SLOW_SECONDS", 0.05)
    live, sent = Live(most=1), []

    async def send(message: Any) -> None:
        sent.append(message["type"])
        if len(sent) > 1:
            await asyncio.Event().wait()

    async def run() -> None:
        await asyncio.wait_for(Stream(live, Listener("one", {TOPIC: 0}), _nothing_new, 1)({}, _for_ever, send), 5)
        live.join(Listener("the place is free", {}))

    asyncio.run(run())
    assert sent == ["http.response.start", "http.response.body"]


def test_a_stream_whose_session_cannot_be_looked_at_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "UNSURE_SECONDS", 0.1)
    live, sent = Live(), []

    async def send(message: Any) -> None:
        sent.append(message)

    async def look() -> list[bytes]:
        raise OperationalError("", {}, Exception("gone"))

    asyncio.run(asyncio.wait_for(Stream(live, Listener("one", {TOPIC: 0}), look, 0.02)({}, _for_ever, send), 5))
    assert sent[-1] == {"type": "http.response.body", "body": b""}
    assert len(sent) > 3


def test_a_listener_is_woken_by_what_is_newer_alone() -> None:
    looked = 0

    async def look() -> list[bytes]:
        nonlocal looked
        looked += 1
        return []

    async def run() -> int:
        live, listener = Live(), Listener("one", {TOPIC: 5})
        stream = asyncio.create_task(Stream(live, listener, look, 60)({}, _for_ever, _taken))
        seen = []
        for number, at_least in ((0, 1), (5, 1), (6, 2)):
            live.tell(TOPIC, number)
            live.tell("b" * 32, 9)
            while looked < at_least:
                await asyncio.sleep(0)
            for _turn in range(50):
                await asyncio.sleep(0)
            seen.append(looked)
        listener.end()
        await asyncio.wait_for(stream, 5)
        assert seen == [1, 1, 2]
        return looked

    assert asyncio.run(run()) == 2


async def _nothing_new() -> list[bytes]:
    return []


async def _for_ever() -> Any:
    await asyncio.Event().wait()


async def _taken(_message: Any) -> None:
    return None
