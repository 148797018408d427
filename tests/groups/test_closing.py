"""Groups are made, changed, closed and opened again: by page, by API and by command, by those who look after them."""

import json
import secrets
from typing import Any

import httpx
import pytest

from app.members.models import Role
from tests.api.pages import at_a_browser
from tests.api.village import (
    DANGER,
    ITEMS,
    QUIET,
    TEXTS,
    invitation,
    joined,
    moderator,
    opened,
    problem,
    signed_out,
    walked,
)
from tests.conftest import Running
from tests.people import Person, Visitor


@pytest.fixture
def slug(hearth: Running) -> str:
    return opened(hearth, "open")


def tender(hearth: Running, slug: str) -> Person:
    person = hearth.person(invitation(hearth, Role.FACILITATOR, slug))
    person.join(slug)
    return person


def administrator(hearth: Running) -> Person:
    person = hearth.person(invitation(hearth, Role.ADMINISTRATOR))
    person.join("desk")
    return person


def closed(hearth: Running, person: Person, slug: str) -> dict[str, Any]:
    """Close a group: with a second person, if others have joined it."""
    answer = person.api.post(f"/groups/{slug}/close", json={"reason": "It has been quiet for a year."})
    group: dict[str, Any] = answer.json()
    if answer.status_code == 202:
        assert group["closed"] is False
        agreed(hearth, group["id"])
        shown: dict[str, Any] = person.api.get(f"/groups/{slug}").json()
        return shown
    assert answer.status_code == 200, answer.text
    return group


def agreed(hearth: Running, group_id: str) -> None:
    second = administrator(hearth)
    waiting = second.api.get("/moderation/proposals").json()["items"]
    one = next(p["id"] for p in waiting if p["subject"] == f"group:{group_id}")
    assert second.api.post(f"/moderation/proposals/{one}/agree").status_code == 204


def test_a_closed_group_can_be_read_by_those_who_joined_and_by_nobody_else(hearth: Running, slug: str) -> None:
    member, reader, facilitator = joined(hearth, slug), hearth.person(), tender(hearth, slug)
    story = member.share(slug, "Tonight", QUIET)["id"]
    with signed_out(hearth) as nobody:
        assert nobody.get(f"/groups/{slug}").status_code == 200
        assert reader.api.get(f"/stories/{story}").status_code == 200
        assert closed(hearth, facilitator, slug)["closed"] is True
        problem(nobody.get(f"/groups/{slug}"), 404)
    for path in (f"/groups/{slug}", f"/groups/{slug}/stories", f"/stories/{story}"):
        problem(reader.api.get(path), 404)
        assert member.api.get(path).status_code == 200
    assert member.api.get(f"/groups/{slug}").json()["closed"] is True
    problem(reader.api.put(f"/groups/{slug}/membership", json={"guidelines_version": 1}), 404)
    assert facilitator.api.post(f"/groups/{slug}/reopen").json()["closed"] is False
    assert reader.api.get(f"/stories/{story}").status_code == 200


def test_nothing_new_is_written_in_a_closed_group_but_words_are_taken_back(hearth: Running, slug: str) -> None:
    member, facilitator = joined(hearth, slug), tender(hearth, slug)
    story = member.share(slug, "Tonight", QUIET)["id"]
    other = member.share(slug, "Later", "The kettle is on.")["id"]
    closed(hearth, facilitator, slug)
    for path, body in (
        (f"/groups/{slug}/stories", {"title": "Once more", "body": "Here I am."}),
        (f"/stories/{story}/replies", {"body": "I am here."}),
    ):
        assert "closed" in problem(member.api.post(path, json=body), 403)["detail"]
    assert "closed" in problem(member.api.patch(f"/stories/{story}", json={"body": "Changed."}), 403)["detail"]
    assert member.api.delete(f"/stories/{story}").status_code == 204
    facilitator.api.post(f"/groups/{slug}/reopen")
    assert member.reply(other, "Back again, and glad of it.")["status"] == "published"


def test_words_of_danger_reach_a_person_in_a_closed_group_too(hearth: Running, slug: str) -> None:
    member, facilitator, desk = joined(hearth, slug), tender(hearth, slug), moderator(hearth)
    held = member.share(slug, "Before", "Anybody know where I could buy oxy?", as_is=True)
    closed(hearth, facilitator, slug)
    sent = member.share(slug, "Tonight", DANGER)
    assert sent["status"] == "held"
    assert desk.case_about(f"story:{sent['id']}")["tier"] == "urgent"
    case = desk.case_about(f"story:{held['id']}")
    assert desk.decide(case["id"], "publish").status_code == 200


def test_who_was_invited_or_left_is_told_that_it_is_closed(hearth: Running, slug: str) -> None:
    gone, invited = joined(hearth, slug), hearth.person(invitation(hearth, Role.MEMBER, slug))
    gone.api.delete(f"/groups/{slug}/membership")
    closed(hearth, tender(hearth, slug), slug)
    for person in (gone, invited):
        answer = person.api.put(f"/groups/{slug}/membership", json={"guidelines_version": 1})
        assert "closed" in problem(answer, 403)["detail"]
        group = person.api.get(f"/groups/{slug}").json()["id"]
        browser = at_a_browser(hearth, person).open(f"/groups/{group}/join")
        assert browser.path == f"/groups/{group}"
        assert "This group is closed." in browser.text
        assert "Join this group" not in browser.text


def test_only_those_who_look_after_it_change_and_close_a_group(hearth: Running, slug: str) -> None:
    member, other, desk = joined(hearth, slug), tender(hearth, opened(hearth)), moderator(hearth)
    for person in (member, other, desk, hearth.person()):
        for answer in _tries(person.api, slug):
            problem(answer, 403)
        problem(person.api.post("/groups", json=_new()), 403)
    for answer in _tries(member.api, opened(hearth, "invited")):
        problem(answer, 404)
    with signed_out(hearth) as nobody:
        for answer in _tries(nobody, slug):
            problem(answer, 401)
    assert member.api.get(f"/groups/{slug}").json()["closed"] is False


def _tries(api: httpx.Client, slug: str) -> list[httpx.Response]:
    change = api.patch(f"/groups/{slug}", json={"name": "Another table"})
    return [change, api.post(f"/groups/{slug}/close"), api.post(f"/groups/{slug}/reopen")]


def _new() -> dict[str, Any]:
    return {**TEXTS, "slug": f"table-{secrets.token_hex(6)}", "kind": "secular", "visibility": "members"}


def test_an_administrator_makes_changes_and_closes_groups_by_the_api(hearth: Running) -> None:
    person, form = administrator(hearth), _new()
    made = person.api.post("/groups", json=form)
    assert (made.status_code, made.json()["slug"], made.json()["closed"]) == (201, form["slug"], False)
    assert sorted(problem(person.api.post("/groups", json=form), 422, "slug")) != []
    path = f"/groups/{form['slug']}"
    changed = person.api.patch(path, json={"name": "The long table", "pace": "slow"}).json()
    assert (changed["name"], changed["pace"], changed["purpose"]) == ("The long table", "slow", TEXTS["purpose"])
    assert changed["guidelines"]["version"] == 1
    again = person.api.patch(path, json={"items": [*ITEMS, {"id": "rest", "title": "Rest", "text": "You may stop."}]})
    assert again.json()["guidelines"]["version"] == 2
    problem(person.api.patch(path, json={"purpose": "Call 07700 900123 to join."}), 422, "purpose")
    problem(person.api.patch(path, json={"slug": "elsewhere"}), 422, "slug")
    assert closed(hearth, person, form["slug"])["closed"] is True
    problem(person.api.post(f"{path}/close"), 409)
    assert person.api.post(f"{path}/reopen").json()["closed"] is False
    problem(person.api.post(f"{path}/reopen"), 409)
    acts = [e["act"] for e in walked(person.api, "/moderation/log", 50) if e["group"] == form["slug"]]
    assert {"group.opened", "group.changed", "group.closed", "group.reopened"} <= set(acts)


def test_a_facilitator_closes_their_group_on_its_page(hearth: Running, slug: str) -> None:
    facilitator, member = tender(hearth, slug), joined(hearth, slug)
    story = member.share(slug, "Tonight", QUIET)["id"]
    group = facilitator.api.get(f"/groups/{slug}").json()["id"]
    browser = at_a_browser(hearth, facilitator).open(f"/groups/{group}").follow("Look after this group")
    browser.follow("Close this group")
    assert "Nothing is deleted" in browser.text
    browser.press("Ask a second person", reason="")
    assert browser.status == 422
    browser.press("Ask a second person", reason="It has been quiet for a year.")
    assert "It waits for somebody else" in browser.text
    agreed(hearth, group)
    browser.open(f"/groups/{group}")
    reads = at_a_browser(hearth, member)
    _says_it_is_closed(reads.open(f"/groups/{group}"))
    _says_it_is_closed(reads.open(f"/stories/{story}"))
    assert reads.open(f"/groups/{group}/write").path == f"/groups/{group}"
    assert "closed" in reads.open("/groups").text
    assert at_a_browser(hearth, hearth.person()).open(f"/groups/{group}").status == 404
    assert reads.open(f"/desk/groups/{group}/close").status == 404
    browser.follow("Look after this group").follow("Open this group again").press("Open it again")
    assert "This group is closed" not in reads.open(f"/groups/{group}").text
    assert reads.page.find("a", string="Write") is not None


def _says_it_is_closed(browser: Visitor) -> None:
    assert "This group is closed" in browser.text
    assert browser.page.find("a", string="Write") is None
    assert browser.page.select("main textarea") == []


def test_an_operator_lists_makes_edits_and_closes_groups(hearth: Running) -> None:
    form = _new()
    made = hearth.command("group", "make", "-", typed=json.dumps(form))
    assert made.returncode == 0, made.stderr
    twice = hearth.command("group", "make", "-", typed=json.dumps(form))
    assert (twice.returncode, "slug" in twice.stderr) == (1, True)
    shown = json.loads(hearth.command("group", "show", form["slug"]).stdout)
    assert {name: shown[name] for name in form} == form
    edited = hearth.command("group", "edit", form["slug"], "-", typed='name = "The other table"')
    assert edited.returncode == 0, edited.stderr
    assert hearth.command("group", "close", form["slug"]).returncode == 0
    again = hearth.command("group", "close", form["slug"])
    assert (again.returncode, again.stderr.strip()) == (1, "This group is closed already.")
    listed = {row["slug"]: row for row in json.loads(hearth.command("group", "list", "--json").stdout)}
    assert (listed[form["slug"]]["name"], listed[form["slug"]]["closed"]) == ("The other table", True)
    assert f"{form['slug']}: The other table (secular, members, closed)" in hearth.command("group", "list").stdout
    assert hearth.command("group", "reopen", form["slug"]).returncode == 0
    for words in (("show", "nowhere"), ("close", "nowhere"), ("edit", form["slug"], "nowhere.toml"), ("close", "desk")):
        refused = hearth.command("group", *words)
        assert (refused.returncode, bool(refused.stderr.strip()), "Traceback" in refused.stderr) == (1, True, False)
    assert hearth.command("verify").returncode == 0
