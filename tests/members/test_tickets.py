"""Tickets of sign-up: not too early, not too late, once, and ours (SECURITY.md, R-5, R-6)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest
import time_machine
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.foundation.web import tickets
from app.members.models import Ticket
from app.members.tickets import PURPOSE
from tests.conftest import Running, serve
from tests.members.databases import dump, fresh
from tests.members.together import at_once
from tests.people import NO_TLS, PASSPHRASE

BEGAN = datetime(2026, 11, 21, 10, 2, 30, tzinfo=UTC)
WAIT, LASTS = timedelta(seconds=60), timedelta(hours=2)
SECOND = timedelta(seconds=1)


def _sign_up(browser: TestClient, ticket: str) -> int:
    answer = browser.post("/api/v1/accounts", json={"passphrase": PASSPHRASE, "challenge": ticket})
    if answer.status_code == 422:
        assert answer.json()["errors"][0]["field"] in ("challenge", "ticket")
    return int(answer.status_code)


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (timedelta(0), 422),
        (WAIT - SECOND, 422),
        (WAIT, 201),
        (LASTS - SECOND, 201),
        (LASTS + SECOND, 422),
        (LASTS * 100, 422),
    ],
)
@pytest.mark.measures("R-5", "R-6")
def test_a_ticket_is_good_from_its_first_minute_to_its_last_hour(
    indoors: TestClient, after: timedelta, status: int
) -> None:
    with time_machine.travel(BEGAN, tick=False) as clock:
        told = indoors.get("/api/v1/accounts/challenge").json()
        assert told["wait_seconds"] == WAIT.total_seconds()
        clock.move_to(BEGAN + after)
        assert _sign_up(indoors, told["challenge"]) == status


def test_a_ticket_that_came_too_early_is_good_later_and_then_no_more(indoors: TestClient) -> None:
    with time_machine.travel(BEGAN, tick=False) as clock:
        ticket = indoors.get("/api/v1/accounts/challenge").json()["challenge"]
        statuses = []
        for seconds in (10, 59, 61, 62, 3600):
            clock.move_to(BEGAN + timedelta(seconds=seconds))
            statuses.append(_sign_up(indoors, ticket))
    assert statuses == [422, 422, 201, 422, 422]
    with indoors.app.state.house.database.reading() as db:  # type: ignore[attr-defined]
        used = db.scalars(select(Ticket.expires_at)).one()
    assert LASTS <= used - BEGAN <= LASTS + timedelta(hours=1), "kept as long as it could be sent again, and not longer"


@pytest.mark.measures("R-5")
def test_a_ticket_of_another_form_or_another_house_is_none(indoors: TestClient) -> None:
    keys = indoors.app.state.house.keys  # type: ignore[attr-defined]
    with time_machine.travel(BEGAN, tick=False) as clock:
        right = tickets.issue(keys.signing, PURPOSE)
        wrong = [
            tickets.issue(keys.signing, "writing"),
            tickets.issue(b"another house", PURPOSE),
            tickets.issue(keys.pepper, PURPOSE),
            right[:-9] + ("A" if right[-9] != "A" else "B") + right[-8:],
            right.replace(".", "", 1),
            "",
            "never given",
        ]
        clock.move_to(BEGAN + WAIT)
        assert [_sign_up(indoors, ticket) for ticket in wrong] == [422] * len(wrong)
        assert _sign_up(indoors, right) == 201


@pytest.mark.measures("R-6")
def test_whoever_is_early_on_the_page_keeps_their_place_and_their_words(indoors: TestClient) -> None:
    with time_machine.travel(BEGAN, tick=False) as clock:
        ticket = tickets.issue(indoors.app.state.house.keys.signing, PURPOSE)  # type: ignore[attr-defined]
        typed = {"which": "own", "passphrase": PASSPHRASE, "adult": "yes", "ticket": ticket}
        clock.move_to(BEGAN + WAIT - SECOND)
        early = indoors.post("/sign-up", data=typed)
        assert early.status_code == 200
        assert "set-cookie" not in early.headers
        assert ticket in early.text
        clock.move_to(BEGAN + WAIT)
        assert "hearth" in indoors.post("/sign-up", data=typed).cookies
        again = indoors.post("/sign-up", data=typed)
        assert again.status_code == 422
        assert "set-cookie" not in again.headers


def test_whoever_comes_while_the_last_second_goes_by_keeps_their_place_too(
    indoors: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too early when the passphrase would have been stretched, and no more when the form is read."""
    told = iter((1, 0))
    with time_machine.travel(BEGAN, tick=False) as clock:
        ticket = tickets.issue(indoors.app.state.house.keys.signing, PURPOSE)  # type: ignore[attr-defined]
        typed = {"which": "own", "passphrase": PASSPHRASE, "adult": "yes", "ticket": ticket}
        clock.move_to(BEGAN + WAIT)
        with monkeypatch.context() as between:
            between.setattr("app.members.tickets.seconds_left", lambda *_which: next(told))
            late = indoors.post("/sign-up", data=typed)
        assert late.status_code == 200
        assert ticket in late.text
        assert PASSPHRASE in late.text
        assert "hearth" in indoors.post("/sign-up", data=typed).cookies


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Hearth that wants tickets, good at once."""
    folder = tmp_path_factory.mktemp("tickets")
    url = f"sqlite:///{folder}/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), "tickets")
    yield from serve(folder, url, HEARTH_SIGNUP_CHALLENGE="on", HEARTH_SIGNUP_WAIT_SECONDS="0", HEARTH_SEED="off")


def _try(guarded: Running, ticket: str) -> httpx.Response:
    typed = {"passphrase": PASSPHRASE, "challenge": ticket}
    return httpx.post(f"{guarded.url}/api/v1/accounts", json=typed, timeout=30, verify=NO_TLS)


@pytest.mark.measures("R-5")
def test_one_ticket_sent_by_many_at_once_opens_one_place(guarded: Running) -> None:
    ticket = httpx.get(f"{guarded.url}/api/v1/accounts/challenge", verify=NO_TLS).json()["challenge"]
    before = len(dump(guarded.database)["accounts"])
    answers = at_once([partial(_try, guarded, ticket)] * 12)
    statuses = sorted(a.status_code for a in answers)
    assert statuses[0] == 201
    assert set(statuses[1:]) <= {409, 422}
    stolen = dump(guarded.database)
    assert len(stolen["accounts"]) == before + 1
    assert {t["expires_at"].minute for t in stolen["tickets"]} == {0}
    assert ticket.split(".")[0] not in str(stolen["tickets"])
    assert _try(guarded, ticket).status_code == 422
