"""The ticket that sign-up takes once its time has passed (CONTRACT.md, GET /accounts/challenge)."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import time_machine
from starlette.testclient import TestClient

from app.foundation import schema
from app.foundation.settings import Settings
from app.foundation.times import now
from app.main import build
from tests.api.village import problem
from tests.conftest import Running
from tests.people import NO_TLS, PASSPHRASE


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[httpx.Client]:
    """A Hearth with its sign-up wait on."""
    chosen = Settings(
        database_url=f"sqlite:///{tmp_path}/hearth.db", secrets_dir=tmp_path / "secrets", argon2_memory_kib=8,
        argon2_rounds=1, signup_wait_seconds=60,
    )  # fmt: skip
    app = build(chosen)
    schema.upgrade(app.state.house.database.engine)
    with TestClient(app, base_url="http://test/api/v1") as client:
        yield client


def test_a_place_waits_until_its_ticket_is_old_enough_and_takes_it_once(guarded: httpx.Client) -> None:
    given = guarded.get("/accounts/challenge").json()
    assert set(given) == {"challenge", "wait_seconds"}
    assert 0 < given["wait_seconds"] <= 60
    form = {"passphrase": PASSPHRASE, "challenge": given["challenge"]}
    problem(guarded.post("/accounts", json=form), 422, "challenge")
    with time_machine.travel(now().timestamp() + 61):
        assert guarded.post("/accounts", json=form).status_code == 201
        problem(guarded.post("/accounts", json=form), 422, "challenge")


@pytest.mark.parametrize("wrong", ["", "x", "x.y.z", "\ud800", "\0", "é"])
def test_a_ticket_that_is_not_ours_opens_nothing(guarded: httpx.Client, wrong: str) -> None:
    sent = f'{{"passphrase": "{PASSPHRASE}", "challenge": {_json(wrong)}}}'
    answer = guarded.post("/accounts", content=sent, headers={"content-type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


def _json(text: str) -> str:
    return '"' + "".join(f"\\u{ord(c):04x}" for c in text) + '"'


def test_without_the_wait_none_is_needed(hearth: Running) -> None:
    given = httpx.get(f"{hearth.url}/api/v1/accounts/challenge", verify=NO_TLS).json()
    assert given["wait_seconds"] == 0
