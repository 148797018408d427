"""Roles are given and taken by two administrators, laid down by oneself (M-7), and all of it stands in the log."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from app.foundation.times import today
from app.members.models import Role
from app.staff.models import RoleProposal
from tests.api.village import invitation, joined, opened, problem, walked
from tests.conftest import Running, serve
from tests.members.databases import fresh
from tests.members.together import at_once
from tests.people import NO_TLS
from tests.staff.conftest import GUARDED
from tests.staff.guarded import ASLEEP, Guarded, at_a_browser, enrolled, with_role


@pytest.fixture(params=["sqlite", "postgres"])
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    """A Hearth of the test's own: how many administrators there are matters here."""
    url = f"sqlite:///{tmp_path}/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), f"roles_{tmp_path.name[-9:]}")
    yield from serve(tmp_path, url, **GUARDED)


@pytest.mark.measures("M-7", "I-14")
def test_from_a_lone_administrator_to_two_who_agree(own: Running) -> None:
    slug = opened(own)
    one = enrolled(with_role(own, Role.ADMINISTRATOR))
    browser = at_a_browser(own, one.person).open("/staff/roles").press("Wake my role", code=one.phone.code())
    assert "You are the only administrator" in browser.text
    peer = joined(own, slug)
    group = peer.api.get(f"/groups/{slug}").json()["id"]
    browser.press("Give the role", group=group, persona=peer.personas[slug], role="facilitator")
    assert "Done." in browser.text
    told = peer.api.get("/me/notices").json()["items"][0]
    assert (told["kind"], told["subject"]) == ("role", f"group:{slug}")
    tended = peer.api.patch(f"/groups/{slug}", json={"name": "Morning table"})
    assert problem(tended, 403)["type"] == ASLEEP, "the role is there, and sleeps"
    problem(one.api.post("/staff/laid-down", json={"group": "desk", "role": "administrator"}), 409)
    browser.open("/staff/roles").press("Give the role", group=group, persona="Nobody Here", role="facilitator")
    assert "Nobody has this name" in browser.text

    code = _invited(
        browser.open("/desk/invite").press("Make an invitation", role="administrator", group=_desk(one)).text
    )
    other = own.person(code)
    other.join("desk")
    two = enrolled(other)
    asked = one.asked(two.person.personas["desk"], kind="remove", role="administrator")
    assert "Two other administrators" in problem(asked, 409)["detail"]
    _asks_and_agrees(own, one, two, slug)
    _invites_with_two(own, one, two)
    assert own.command("verify").returncode == 0


def _desk(one: Guarded) -> str:
    found: str = one.api.get("/groups/desk").json()["id"]
    return found


def _invited(said: str) -> str:
    return said.split("shown this once ")[1].split(maxsplit=1)[0]


def _asks_and_agrees(own: Running, one: Guarded, two: Guarded, slug: str) -> None:
    peer = joined(own, slug)
    form = {"kind": "grant", "group": slug, "persona": peer.personas[slug], "role": "moderator"}
    one = one.again(own.url)
    assert problem(one.api.post("/staff/proposals", json=form), 403)["type"] == ASLEEP
    one.wake()
    problem(one.api.post("/staff/proposals", json={**form, "role": "administrator"}), 422, "role")
    problem(
        one.api.post("/staff/proposals", json={**form, "persona": one.person.personas["desk"], "group": "desk"}),
        422,
        "persona",
    )
    waits = one.api.post("/staff/proposals", json=form)
    assert (waits.status_code, waits.json()["done"]) == (202, False)
    problem(one.api.post("/staff/proposals", json=form), 409)
    agreement = f"/staff/proposals/{waits.json()['id']}/agreement"
    problem(one.api.post(agreement), 403)
    assert peer.api.get("/moderation/cases").json()["type"] == "about:blank", "nothing to wake yet"
    problem(peer.api.post(agreement), 403)
    assert [p["persona"] for p in two.api.get("/staff/proposals").json()["items"]] == [peer.personas[slug]]
    answers = at_once([partial(two.api.post, agreement)] * 3)
    assert sorted(a.status_code for a in answers) == [200, 409, 409]
    problem(peer.api.get("/moderation/cases"), 403)
    assert peer.api.get("/moderation/cases").json()["type"] == ASLEEP
    moderator = enrolled(peer, slug)
    assert peer.api.get("/moderation/cases").status_code == 200
    told = [(e["act"], e["by"]) for e in walked(two.api, "/moderation/log", 50) if e["group"] == slug]
    assert ("role.asked", one.person.personas["desk"]) in told
    assert ("role.given", two.person.personas["desk"]) in told
    _loses_the_telephone(own, one, two, moderator, slug)


def _loses_the_telephone(own: Running, one: Guarded, two: Guarded, lost: Guarded, slug: str) -> None:
    """Two may let somebody set up a new factor; one may not, nor who it is about."""
    form = {"kind": "reset", "group": slug, "persona": lost.person.personas[slug]}
    waits = one.api.post("/staff/proposals", json=form)
    assert waits.status_code == 202
    later = lost.again(own.url)
    problem(later.api.post("/staff/factor", json={"group": slug}), 403)
    agreement = f"/staff/proposals/{waits.json()['id']}/agreement"
    with own.database.writing() as db:
        db.execute(update(RoleProposal).values(expires_day=today() - timedelta(days=1)))
        db.commit()
    problem(two.api.post(agreement), 409)
    assert two.api.get("/staff/proposals").json()["items"] == []
    waits = one.api.post("/staff/proposals", json=form)
    assert two.api.post(f"/staff/proposals/{waits.json()['id']}/agreement").status_code == 200
    problem(later.api.post("/staff/confirmation", json={"code": lost.phone.spare[0], "group": slug}), 409)
    anew = enrolled(later.person, slug)
    assert anew.phone.secret != lost.phone.secret
    assert anew.api.get("/moderation/cases").status_code == 200
    down = anew.api.post("/staff/laid-down", json={"group": slug, "role": "moderator"})
    assert down.status_code == 204
    assert problem(anew.api.get("/moderation/cases"), 403)["type"] == "about:blank"


def _invites_with_two(own: Running, one: Guarded, two: Guarded) -> None:
    browser = at_a_browser(own, one.person).open("/desk/invite").press("Wake my role", code=one.phone.spare.pop())
    browser.press("Make an invitation", role="moderator", group=_desk(one))
    assert "does not work yet" in browser.text
    code = _invited(browser.text)
    early = httpx.post(
        f"{own.url}/api/v1/accounts",
        json={"passphrase": "lantern bicycle orchard velvet", "invitation": code},
        verify=NO_TLS,
    )
    assert early.status_code == 422
    (waits,) = two.api.get("/staff/proposals").json()["items"]
    assert (waits["kind"], waits["role"], waits["persona"]) == ("invite", "moderator", "")
    theirs = at_a_browser(own, two.person).open("/staff/roles").press("Wake my role", code=two.phone.spare.pop())
    assert "Done." in theirs.press("Agree").text
    third = own.person(code)
    third.join("desk")
    assert third.api.get("/moderation/cases").json()["type"] == ASLEEP
    assert browser.open("/desk/invite").press("Make an invitation", role="member", group=_desk(one)).status == 200
    assert "does not work yet" not in browser.text, "a member is invited by one"


@pytest.mark.measures("M-7", "M-10")
def test_what_somebody_asked_for_is_void_once_they_are_no_administrator(own: Running) -> None:
    slug = opened(own)
    one, two, three = (enrolled(with_role(own, Role.ADMINISTRATOR)) for _one in range(3))
    peer = joined(own, slug)
    waits = two.asked(peer.personas[slug], kind="grant", role="moderator", group=slug)
    assert waits.status_code == 202, waits.text
    removal = one.asked(two.person.personas["desk"], kind="remove", role="administrator")
    mine = f"/staff/proposals/{removal.json()['id']}/agreement"
    assert "about you" in problem(two.api.post(mine), 403)["detail"]
    assert "about you" in problem(two.api.delete(mine.removesuffix("/agreement")), 403)["detail"]
    assert three.api.post(mine).status_code == 200
    assert problem(two.api.get("/staff/proposals"), 403)["type"] == "about:blank"
    problem(three.api.post(f"/staff/proposals/{waits.json()['id']}/agreement"), 409)
    problem(one.api.delete(f"/staff/proposals/{waits.json()['id']}"), 409)

    again = one.asked(peer.personas[slug], kind="grant", role="moderator", group=slug)
    assert three.api.delete(f"/staff/proposals/{again.json()['id']}").status_code == 204
    problem(three.api.post(f"/staff/proposals/{again.json()['id']}/agreement"), 409)
    taken = own.command("staff", "take", three.person.personas["desk"], "--role", "administrator")
    assert taken.returncode == 0, taken.stderr
    assert three.api.get("/staff/proposals").status_code == 403
    listed = own.command("staff", "list").stdout
    assert f"desk: {one.person.personas['desk']} (administrator)" in listed
    assert three.person.personas["desk"] not in listed
    assert own.command("staff", "forget", one.person.personas["desk"]).returncode == 0
    assert "no second factor yet" in own.command("staff", "list").stdout
    assert own.command("staff", "forget", "Nobody Here").returncode == 1


def test_an_old_invitation_still_makes_staff_by_the_operator(guarded: Running) -> None:
    made = guarded.command("invite", "--role", "moderator")
    person = guarded.person(made.stdout.split()[1])
    person.join("desk")
    assert problem(person.api.get("/moderation/cases"), 403)["type"] == ASLEEP
    assert invitation(guarded)
