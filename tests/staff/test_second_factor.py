"""A role sleeps until a second factor wakes it, and sleeps again (I-14)."""

import time
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from app.foundation import keys
from app.foundation.errors import BrokenSeal
from app.foundation.sealing import derive
from app.foundation.settings import Settings
from app.foundation.times import now
from app.members.member import DESK
from app.members.models import Role, SignedIn
from app.staff.factor import FREE_MISSES, Factor
from app.staff.models import StaffFactor
from tests.api.village import invitation, joined, opened, problem
from tests.conftest import Running
from tests.members.together import at_once
from tests.people import Person, Visitor
from tests.staff.guarded import (
    ASLEEP,
    STEP,
    Phone,
    at_a_browser,
    carry_on,
    enrolled,
    signed_in,
    with_role,
)


@pytest.mark.measures("I-14")
def test_the_first_visit_to_the_desk_sets_it_up_and_every_session_asks_anew(guarded: Running) -> None:
    visitor = guarded.visitor().sign_up(invitation(guarded, Role.ADMINISTRATOR)).open("/groups").follow("Desk")
    name = str(visitor.page.select("input[name=suggested]")[0]["value"])
    visitor.press("Join", suggested=name, agree="yes")
    assert (visitor.path, visitor.status) == (f"/staff/{DESK}/factor", 200)
    assert "What waits" not in visitor.text
    phone = Phone(_key_on(visitor))
    opens = visitor.page.find("a", string="Open it in an app on this device")
    assert opens is not None
    assert f"secret={phone.secret}" in str(opens["href"])
    assert _read_by_eye(visitor.page)
    for mistake in (phone.wrong(), phone.at(int(time.time()) // STEP - 3), "what"):
        visitor.press("Set it up", code=mistake)
        assert visitor.status == 422
        assert "does not fit the key" in visitor.text
        assert _key_on(visitor) == phone.secret, "the app has this key already"
    visitor.press("Set it up", code=(used := phone.code()))
    phone.spare = [code.get_text() for code in visitor.page.select(".codes code")]
    assert len(set(phone.spare)) == 10
    assert visitor.follow("I have kept them").path == "/desk"
    assert "What waits for a person" in visitor.text
    assert phone.secret not in visitor.open("/staff").page.get_text()

    name = next(d.get_text() for d in visitor.open("/settings").page.select("details .kept"))
    later = at_a_browser(guarded, Person(visitor.http, name, []))
    later.open("/groups").follow("Desk")
    assert (later.path, later.status) == (f"/staff/{DESK}/confirm", 200)
    assert "used already" in later.press("Wake my role", code=used).text
    assert "does not fit" in later.press("Wake my role", code=phone.wrong()).text
    assert later.open("/desk").path == f"/staff/{DESK}/confirm"
    before = later.http.cookies["hearth"]
    later.press("Wake my role", code=f" {phone.code()[:3]} {phone.at(phone.shown)[3:]} ")
    assert (later.path, later.status) == ("/desk", 200)
    thief = guarded.visitor()
    thief.http.cookies.set("hearth", before)
    assert thief.open("/desk").path == "/sign-in", "whoever copied the cookie before stands outside"
    later.open("/desk").follow("Your roles").press("New spare codes")
    assert not set(phone.spare) & {code.get_text() for code in later.page.select(".codes code")}


def _key_on(visitor: Visitor) -> str:
    return "".join(visitor.page.select_one("p.kept").get_text().split())  # type: ignore[union-attr]


def _read_by_eye(page: BeautifulSoup) -> bool:
    """Whether there is a picture with finders in three corners: bars of seven modules, one below the other."""
    path = str(page.select_one("svg.qr path")["d"])  # type: ignore[index]
    return path.count("h7v1h-7z") >= 6 and path.startswith("M4 4h7v1h-7z")


def test_programs_are_told_that_a_role_sleeps_and_get_another_token_when_it_wakes(guarded: Running) -> None:
    slug = opened(guarded)
    staff = with_role(guarded)
    told = problem(staff.api.get("/moderation/cases"), 403)
    assert told["type"] == ASLEEP
    assert staff.api.get("/me").status_code == 200, "asleep, one is a member"
    problem(staff.api.post("/staff/confirmation", json={"code": "123456"}), 409)
    desk = enrolled(staff)
    assert staff.api.get("/moderation/cases").status_code == 200
    (role,) = staff.api.get("/staff").json()["items"]
    assert (role["group"], role["roles"], role["has_factor"], role["awake"]) == ("desk", ["moderator"], True, True)
    left = datetime.fromisoformat(role["awake_until"]) - datetime.now(UTC)
    assert timedelta(hours=3, minutes=58) < left <= timedelta(hours=4)

    later = desk.again(guarded.url)
    assert problem(later.api.get("/moderation/log"), 403)["type"] == ASLEEP
    assert problem(later.api.patch(f"/groups/{slug}", json={"name": "Mine"}), 403)["type"] == "about:blank"
    for mistake in (desk.phone.wrong(), desk.phone.at(desk.phone.shown), desk.phone.at(desk.phone.shown - 4), "0000"):
        problem(later.api.post("/staff/confirmation", json={"code": mistake}), 422, "code")
    old = later.api.headers["Authorization"]
    later.wake()
    assert later.api.get("/moderation/cases").status_code == 200
    later.api.headers["Authorization"] = old
    assert later.api.get("/me").status_code == 401
    problem(joined(guarded, slug).api.post("/staff/confirmation", json={"code": "123456"}), 403)


def test_a_code_sent_by_many_at_once_wakes_one(guarded: Running) -> None:
    desk = enrolled(with_role(guarded))
    sessions_ = [signed_in(guarded.url, desk.person) for _one in range(8)]
    for code in (desk.phone.code(), desk.phone.spare.pop()):
        answers = at_once([partial(p.api.post, "/staff/confirmation", json={"code": code}) for p in sessions_])
        codes = sorted(a.status_code for a in answers)
        assert codes == [200] + [422] * 7
        for person, answer in zip(sessions_, answers, strict=True):
            if answer.status_code == 200:
                carry_on(person, answer)
    assert sum(p.api.get("/moderation/cases").status_code == 200 for p in sessions_) in (1, 2)


def test_guesses_wait_and_a_spare_code_does_not(guarded: Running) -> None:
    desk = enrolled(with_role(guarded))
    thief = signed_in(guarded.url, desk.person)
    wrong = {"code": desk.phone.wrong()}
    said = [thief.api.post("/staff/confirmation", json=wrong) for _one in range(FREE_MISSES + 2)]
    assert [s.status_code for s in said] == [422] * FREE_MISSES + [429] * 2
    assert 0 < int(said[-1].headers["Retry-After"]) <= 40
    owner = desk.again(guarded.url)
    problem(owner.api.post("/staff/confirmation", json={"code": desk.phone.code()}), 429)
    carried = owner.api.post("/staff/confirmation", json={"code": desk.phone.spare.pop()})
    assert carried.status_code == 200
    assert thief.api.post("/staff/confirmation", json=wrong).status_code == 422, "the count begins anew"


def test_each_miss_waits_twice_as_long_as_the_one_before_up_to_a_day() -> None:
    at = now()
    waits = [Factor("", misses=n, missed_at=int(at.timestamp())).wait(at) for n in range(FREE_MISSES + 20)]
    assert waits[:FREE_MISSES] == [0] * FREE_MISSES
    assert waits[FREE_MISSES:] == [min(40 * 2**n, 86_400) for n in range(20)]
    ahead = Factor("", misses=FREE_MISSES, missed_at=int((at + timedelta(days=9)).timestamp()))
    assert ahead.wait(at) <= 40, "a clock that was set back locks nobody out"


def test_a_stolen_database_has_no_factor_and_does_not_tell_which_session_is_of_staff(guarded: Running) -> None:
    desk = enrolled(with_role(guarded))
    joined(guarded, opened(guarded))
    with guarded.database.reading() as db:
        rows = list(db.scalars(select(StaffFactor)))
        sizes = {len(times) for times in db.scalars(select(SignedIn.sealed_times))}
    assert rows
    assert len({len(row.sealed) for row in rows}) == 1
    assert len(sizes) == 1
    server = keys.load(Settings(secrets_dir=guarded.secrets))
    for row in rows:
        assert desk.phone.secret.encode() not in row.sealed
        for key in (server.sealing, derive(server.sealing, "staff factor"), server.signing, server.pepper):
            with pytest.raises(BrokenSeal):
                Factor.opened(row.sealed, key, row.membership_id)


def test_it_is_said_loudly_when_nobody_asks(on_sqlite: Running, guarded: Running) -> None:
    staff = with_role(on_sqlite)
    desk = at_a_browser(on_sqlite, staff).open("/desk")
    assert "The desk is not guarded" in desk.text
    assert "HEARTH_DESK_GUARDS is off" in on_sqlite.log.read_text()
    assert "HEARTH_DESK_GUARDS is off" not in guarded.log.read_text()
