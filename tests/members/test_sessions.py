"""Sessions end: unused, old, or because their owner said so (SECURITY.md, I-7 to I-10)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import time_machine
from fastapi.responses import Response
from fastapi.testclient import TestClient

from app.foundation.settings import Settings
from app.groups import actions as groups
from app.main import build
from app.members.cookies import with_cookie
from app.members.sessions import MOST_CONFIRMED, Times
from tests.conftest import Running
from tests.people import NO_TLS, PASSPHRASE, Person

BEGAN = datetime(2026, 11, 21, 10, 2, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NEW = "harbour pencil winter marble"
LIMITS = {
    (True, "idle"): timedelta(minutes=15),
    (True, "whole"): timedelta(hours=12),
    (False, "idle"): timedelta(hours=12),
    (False, "whole"): timedelta(days=30),
}


@pytest.mark.measures("I-9")
@pytest.mark.parametrize(("is_shared", "limit"), LIMITS)
def test_a_session_is_over_at_its_limit_and_not_a_second_before(is_shared: bool, limit: str) -> None:
    """The limits of I-9, in the order of that line: minutes and hours on a shared device, hours and days on one's own."""
    lasts = LIMITS[(is_shared, limit)]
    last_used = BEGAN if limit == "idle" else BEGAN + lasts - timedelta(minutes=1)
    times = Times(is_shared, BEGAN, last_used)
    chosen = Settings.model_construct()
    assert not times.is_over(chosen, BEGAN + lasts - SECOND)
    assert times.is_over(chosen, BEGAN + lasts)
    assert times.is_over(chosen, BEGAN + lasts + SECOND)


def test_a_clock_that_jumps_back_ends_nothing() -> None:
    times = Times(True, BEGAN, BEGAN)
    assert not times.is_over(Settings.model_construct(), BEGAN - timedelta(days=1))


@pytest.mark.measures("I-9")
@pytest.mark.parametrize("is_shared", [True, False])
def test_unused_it_ends_at_the_door(indoors: TestClient, is_shared: bool) -> None:
    lasts = LIMITS[(is_shared, "idle")]
    with time_machine.travel(BEGAN, tick=False) as clock:
        _come_in(indoors, own_device=not is_shared)
        clock.move_to(BEGAN + lasts - SECOND)
        assert _is_in(indoors)
        used = BEGAN + lasts - SECOND
        clock.move_to(used + lasts - SECOND)
        assert _is_in(indoors)
        clock.move_to(used + lasts - SECOND + lasts)
        assert not _is_in(indoors)


@pytest.mark.parametrize(("is_shared", "step"), [(True, timedelta(minutes=14)), (False, timedelta(hours=11))])
def test_used_all_the_time_it_ends_all_the_same(indoors: TestClient, is_shared: bool, step: timedelta) -> None:
    lasts = LIMITS[(is_shared, "whole")]
    with time_machine.travel(BEGAN, tick=False) as clock:
        _come_in(indoors, own_device=not is_shared)
        at = BEGAN
        while at + step < BEGAN + lasts - SECOND:
            at += step
            clock.move_to(at)
            assert _is_in(indoors)
        clock.move_to(BEGAN + lasts - SECOND)
        assert _is_in(indoors)
        clock.move_to(BEGAN + lasts)
        assert not _is_in(indoors)


def test_writing_keeps_it_going_too_and_works_after_a_pause(indoors: TestClient) -> None:
    """Through a quick door and through one that is none; both note the use beside what is written."""
    home = indoors.app.state.house  # type: ignore[attr-defined]
    with home.database.writing() as db:
        groups.seed(db, frozenset({"kitchen-table"}))
        db.commit()
    with time_machine.travel(BEGAN, tick=False) as clock:
        _come_in(indoors, own_device=False)
        writer = {"authorization": "Bearer " + next(str(c.value) for c in indoors.cookies.jar if c.name == "hearth")}
        version = indoors.get("/api/v1/groups/kitchen-table", headers=writer).json()["guidelines"]["version"]
        membership = {"guidelines_version": version, "persona": "Quiet Ladle"}
        assert (
            indoors.put("/api/v1/groups/kitchen-table/membership", json=membership, headers=writer).status_code == 200
        )
        story = ""
        for minutes in range(10, 60, 10):
            clock.move_to(BEGAN + timedelta(minutes=minutes))
            path = f"/api/v1/stories/{story}/replies" if story else "/api/v1/groups/kitchen-table/stories"
            words = {"body": f"I peeled {minutes} potatoes."} | ({} if story else {"title": "Soup"})
            answer = indoors.post(path, json=words, headers=writer)
            assert answer.status_code == 201, answer.text
            story = "" if story else answer.json()["id"]
        clock.move_to(BEGAN + timedelta(minutes=50) + LIMITS[True, "idle"])
        assert not _is_in(indoors)


def test_the_roles_that_were_woken_last_stay_awake() -> None:
    times = Times(True, BEGAN, BEGAN, {str(n): 1000 - n for n in range(MOST_CONFIRMED)})
    with time_machine.travel(BEGAN, tick=False):
        woken = times.woken("new").confirmed
    assert woken == {str(n): 1000 - n for n in range(MOST_CONFIRMED - 1)} | {"new": int(BEGAN.timestamp())}


def _come_in(browser: TestClient, *, own_device: bool) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=2), tick=False):
        ticket = browser.get("/api/v1/accounts/challenge").json()["challenge"]
    typed = {"which": "own", "passphrase": PASSPHRASE, "adult": "yes", "ticket": ticket}
    answer = browser.post("/sign-up", data={**typed, **({"own_device": "yes"} if own_device else {})})
    assert answer.status_code == 200, answer.text
    assert ("max-age" in answer.headers["set-cookie"].lower()) is own_device


def _is_in(browser: TestClient) -> bool:
    token = next(str(c.value) for c in browser.cookies.jar if c.name == "hearth")
    answer = browser.get("/mine", headers={"cookie": f"hearth={token}"})
    assert answer.status_code in (200, 303)
    return bool(answer.status_code == 200)


@pytest.mark.measures("I-8")
@pytest.mark.parametrize("own_device", [True, False])
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(tmp_path: Path, own_device: bool) -> None:
    for address, name in (("https://example.org", "__Host-hearth"), ("http://127.0.0.1:8000", "hearth")):
        chosen = Settings(base_url=address, secrets_dir=tmp_path / "secrets", database_url=f"sqlite:///{tmp_path}/x.db")
        home = build(chosen).state.house
        parts = with_cookie(Response(), home, "token", own_device=own_device).headers["set-cookie"].split("; ")
        told = {part.partition("=")[0].lower() for part in parts}
        assert parts[0] == f"{name}=token"
        assert told >= {"httponly", "path", "samesite"}
        assert "Path=/" in parts
        assert ("secure" in told) is (address.startswith("https"))
        assert "domain" not in told
        assert ("max-age" in told or "expires" in told) is own_device


def _token(person: Person) -> str:
    return str(person.api.headers["Authorization"]).split()[1]


def _other_session(person: Person) -> str:
    typed = {"sign_in_name": person.sign_in_name, "passphrase": PASSPHRASE}
    return str(person.api.post("/sessions", json=typed).json()["token"])


def _status(person: Person, token: str) -> int:
    return person.api.get("/me", headers={"Authorization": f"Bearer {token}"}).status_code


def _sign_out(hearth: Running, person: Person) -> list[str]:
    assert person.api.delete("/sessions/current").status_code == 204
    return [_token(person)]


def _leave_at_once(hearth: Running, person: Person) -> list[str]:
    left = httpx.post(f"{hearth.url}/leave", cookies={"hearth": _token(person)}, verify=NO_TLS)
    assert (left.status_code, left.headers["location"]) == (303, "/bye")
    assert left.headers["clear-site-data"] == '"cookies", "storage"'
    return [_token(person)]


def _new_passphrase(hearth: Running, person: Person) -> list[str]:
    other, visitor = _other_session(person), hearth.visitor()
    visitor.http.cookies.set("hearth", _token(person), domain="127.0.0.1", path="/")
    visitor.open("/settings/passphrase")
    form = visitor.page.find("input", attrs={"name": "csrf"})
    typed = {"passphrase": PASSPHRASE, "new_passphrase": NEW, "which": "own", "csrf": str(form["value"])}  # type: ignore[index]
    changed = visitor.http.post("/settings/passphrase", data=typed, follow_redirects=False)
    assert changed.status_code == 303, changed.text
    assert _status(person, changed.cookies["hearth"]) == 200
    return [_token(person), other]


def _come_back(hearth: Running, person: Person) -> list[str]:
    other = _other_session(person)
    typed = {"recovery_code": person.recovery_codes[0], "new_passphrase": NEW}
    back = person.api.post("/recoveries", json=typed)
    assert _status(person, back.json()["token"]) == 200
    return [_token(person), other]


def _new_codes(hearth: Running, person: Person) -> list[str]:
    other = _other_session(person)
    renewed = person.api.post("/me/recovery-codes", headers={"X-Passphrase": PASSPHRASE})
    assert _status(person, renewed.json()["token"]) == 200
    return [_token(person), other]


@pytest.mark.measures("I-10")
@pytest.mark.parametrize("end", [_sign_out, _leave_at_once, _new_passphrase, _come_back, _new_codes])
def test_a_session_that_was_ended_opens_nothing_any_more(
    hearth: Running, end: Callable[[Running, Person], list[str]]
) -> None:
    person = hearth.person()
    assert _status(person, _token(person)) == 200
    for token in end(hearth, person):
        assert _status(person, token) == 401
        page = httpx.get(f"{hearth.url}/mine", cookies={"hearth": token}, verify=NO_TLS)
        assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/mine")


def test_a_session_that_was_ended_opens_no_quick_door_either(hearth: Running) -> None:
    person = hearth.person()
    token, group = _token(person), person.api.get("/groups/first-weeks").json()["id"]
    assert person.api.delete("/sessions/current").status_code == 204
    missing = "/stories/00000000000000000000000000000000/replies"
    assert person.api.get(missing, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    sent = person.api.post(missing, json={"body": "I am here."}, headers={"Authorization": f"Bearer {token}"})
    assert sent.status_code == 401
    with httpx.Client(base_url=hearth.url, cookies={"hearth": token}, verify=NO_TLS) as browser:
        assert "Sign in" in browser.get(f"/groups/{group}", follow_redirects=True).text


def test_signing_out_ends_this_session_alone(hearth: Running) -> None:
    person = hearth.person()
    other = _other_session(person)
    assert person.api.delete("/sessions/current").status_code == 204
    assert _status(person, other) == 200
