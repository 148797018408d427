"""Whoever presses “Leave now” or “Sign out” is signed out in the end, however long the database is away (I-10, Q-2)."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from time import monotonic

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.foundation.home import Home
from app.members import exits
from tests.people import Visitor
from tests.upkeep.indoors import Indoors

TIMES_AWAY = 12
PATIENCE_SECONDS = 10


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Indoors]:
    made = Indoors(f"sqlite:///{tmp_path}/hearth.db", tmp_path, clock=False)
    yield made
    made.home.database.engine.dispose()


def _away(home: Home, monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """The database does not answer so many times, and then it does."""
    asked: list[None] = []

    def at_times(really: Callable[[], Session]) -> Callable[[], Session]:
        def begin() -> Session:
            asked.append(None)
            if len(asked) <= TIMES_AWAY:
                raise OperationalError("connect", {}, Exception("gone"))
            return really()

        return begin

    for name in ("reading", "writing"):
        monkeypatch.setattr(home.database, name, at_times(getattr(home.database, name)))
    return asked


@pytest.mark.parametrize(
    ("button", "status"), [("Leave now", HTTPStatus.OK), ("Sign out", HTTPStatus.SERVICE_UNAVAILABLE)]
)
def test_a_session_ends_once_the_database_is_back(
    house: Indoors, monkeypatch: pytest.MonkeyPatch, button: str, status: HTTPStatus
) -> None:
    monkeypatch.setattr(exits, "TRIES_AFTER_SECONDS", (0,))
    monkeypatch.setattr(exits, "AGAIN_SECONDS", 0.01)
    visitor = Visitor("")
    with TestClient(house.app, base_url="http://127.0.0.1:8000") as visitor.http:
        visitor.sign_up().open("/settings")
        assert len(house.rows("sessions")) == 1
        asked = _away(house.home, monkeypatch)
        assert visitor.press(button).status == status
        until = monotonic() + PATIENCE_SECONDS
        while house.rows("sessions"):
            assert monotonic() < until, "it is still there"
    assert len(asked) > TIMES_AWAY
