"""What somebody meets whose role sleeps, or was not confirmed just now: nothing is lost, and nothing is done (I-14)."""

import pytest

from app.members import sessions
from app.members.models import Role, SignedIn
from tests.api.village import ASKS, joined, opened, problem
from tests.conftest import Running
from tests.staff.guarded import (
    ASLEEP,
    Guarded,
    all_practised,
    at_a_browser,
    enrolled,
    with_role,
)


def test_what_was_sent_while_a_role_slept_is_sent_once_more(guarded: Running) -> None:
    slug = opened(guarded)
    desk = enrolled(with_role(guarded))
    held = joined(guarded, slug).api.post(f"/groups/{slug}/stories", json={"title": "Tonight", "body": ASKS}).json()
    case = desk.person.case_about(f"story:{held['id']}")["id"]
    all_practised(guarded)
    browser = at_a_browser(guarded, desk.person).open("/desk").press("Wake my role", code=desk.phone.code())
    browser.open(f"/desk/cases/{case}").press("Take")
    assert browser.status == 200, browser.text
    _fall_asleep(guarded, browser.http.cookies["hearth"], hours=4)
    typed = {
        "action": "return",
        "reason": "asks for a source",
        "guideline": "kindness",
        "note_to_author": "Say how it was.",
    }
    form = browser.page.select_one(f"form[action='/desk/cases/{case}/decision'] input[name=csrf]")
    assert form is not None
    answer = browser.http.post(f"/desk/cases/{case}/decision", data={**typed, "csrf": str(form["value"])})
    assert answer.status_code == 403
    browser._see(answer).press("Wake my role", code=desk.phone.code())
    assert browser.status == 200
    assert "Say how it was." in browser.page.get_text()
    assert browser.press("Send it once more").path == "/desk"
    assert desk.again(guarded.url) and _status(desk, case) == "decided"


def test_sealed_words_want_a_code_of_just_now(guarded: Running) -> None:
    slug = opened(guarded)
    desk = enrolled(with_role(guarded))
    story = joined(guarded, slug).share(slug, "Tonight", "It was a long evening.")["id"]
    flagged = {"subject": f"story:{story}", "reason": "unkind"}
    assert joined(guarded, slug).api.post("/flags", json=flagged).status_code == 202
    case = desk.person.case_about(f"story:{story}")["id"]
    browser = at_a_browser(guarded, desk.person).open(f"/desk/cases/{case}/sealed")
    browser.press("Wake my role", code=desk.phone.code())
    assert (browser.path, browser.status) == (f"/desk/cases/{case}/sealed", 200)
    _fall_asleep(guarded, browser.http.cookies["hearth"], hours=0.1)
    assert browser.open(f"/desk/cases/{case}/sealed").status == 200
    reason = str(browser.page.select("input[name=reason]")[0]["value"])
    browser.press("Ask a second person", reason=reason)
    assert browser.status == 403
    assert "once more, whoever holds this device" in browser.text
    browser.press("Wake my role", code=desk.phone.code()).press("Send it once more")
    assert (browser.path, browser.status) == (f"/desk/cases/{case}/sealed", 200)
    assert "You asked for this." in browser.text


def _status(desk: Guarded, case: str) -> str:
    return str(desk.api.get(f"/moderation/cases/{case}").json()["status"])


def _fall_asleep(hearth: Running, token: str, *, hours: float) -> None:
    """Let all that was confirmed in a session have been confirmed longer ago, as the session itself keeps it."""
    split = sessions.parts(token)
    assert split is not None
    with hearth.database.writing() as db:
        row = db.get_one(SignedIn, split[0])
        key = sessions.account_key(row, split[1])
        times = sessions.times_of(row, key)
        assert times.confirmed
        ago = {one: int(at - hours * 3600) for one, at in times.confirmed.items()}
        row.sealed_times = sessions.Times(times.is_shared, times.started, times.seen, ago).sealed(key, row.id_hash)
        db.commit()


@pytest.mark.measures("I-14")
def test_a_role_falls_asleep_long_before_its_session_ends(guarded: Running) -> None:
    desk = enrolled(with_role(guarded, Role.ADMINISTRATOR))
    token = desk.api.headers["Authorization"].split()[1]
    problem(desk.asked("Nobody Here", kind="grant", role="moderator"), 422, "persona")
    _fall_asleep(guarded, token, hours=0.1)
    told = problem(desk.asked("Nobody Here", kind="grant", role="moderator"), 403)
    assert told["type"] == ASLEEP, "six minutes are too long for a grant"
    assert desk.api.post("/staff/factor", json={}).status_code == 403, "or for another telephone"
    assert desk.api.get("/moderation/cases").status_code == 200
    _fall_asleep(guarded, token, hours=3.8)
    assert desk.api.get("/moderation/cases").status_code == 200
    _fall_asleep(guarded, token, hours=0.2)
    assert problem(desk.api.get("/moderation/cases"), 403)["type"] == ASLEEP
    assert desk.api.get("/me").status_code == 200


def test_a_facilitator_finds_the_way_and_wakes_that_role_alone(guarded: Running) -> None:
    slug = opened(guarded)
    person = with_role(guarded, Role.FACILITATOR, slug)
    group = person.api.get(f"/groups/{slug}").json()["id"]
    assert problem(person.api.patch(f"/groups/{slug}", json={"name": "Morning table"}), 403)["type"] == ASLEEP
    browser = at_a_browser(guarded, person).open(f"/groups/{group}/rules").follow("Change")
    assert browser.path == f"/staff/{group}/factor"
    enrolled(person, slug)
    changed = person.api.patch(f"/groups/{slug}", json={"name": "Morning table"})
    assert changed.json()["name"] == "Morning table"
    assert person.api.get("/moderation/cases").status_code == 403
