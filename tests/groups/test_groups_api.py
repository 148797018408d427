"""CONTRACT.md: groups, who may see them, joining under a name, leaving."""

from collections.abc import Iterator

import httpx
import pytest

from app.members.models import Role
from tests.api.village import (
    QUIET,
    invitation,
    joined,
    moderator,
    new_guidelines,
    opened,
    problem,
    row_counts,
    signed_out,
    walked,
)
from tests.conftest import Running
from tests.people import Person


@pytest.fixture
def nobody(hearth: Running) -> Iterator[httpx.Client]:
    with signed_out(hearth) as client:
        yield client


def slugs(api: httpx.Client) -> list[str]:
    return [group["slug"] for group in walked(api, "/groups", 50)]


def version_of(person: Person, slug: str) -> int:
    version: int = person.api.get(f"/groups/{slug}").json()["guidelines"]["version"]
    return version


def test_a_group_says_what_it_is(hearth: Running) -> None:
    slug = opened(hearth)
    group = hearth.person().api.get(f"/groups/{slug}").json()
    assert set(group) >= {"id", "slug", "name", "purpose", "kind", "visibility", "language", "guidelines"}
    assert (group["slug"], group["kind"], group["visibility"], group["language"]) == (slug, "recovery", "members", "en")
    assert set(group["guidelines"]) == {"version", "items"}
    assert [set(item) for item in group["guidelines"]["items"]] == [{"id", "title", "text"}] * 2


@pytest.mark.parametrize(
    ("visibility", "out", "passing"), [("open", 200, 200), ("members", 404, 200), ("invited", 404, 404)]
)
def test_who_may_see_a_group_and_what_is_said_in_it(
    hearth: Running, nobody: httpx.Client, visibility: str, out: int, passing: int
) -> None:
    """The table "Who may see a group", cell by cell."""
    slug = opened(hearth, visibility)
    member = hearth.person(invitation(hearth, Role.MEMBER, slug) if visibility == "invited" else "")
    member.join(slug)
    story = member.share(slug, "Tonight", QUIET)["id"]
    reader = hearth.person()
    invited = hearth.person(invitation(hearth, Role.MEMBER, slug))
    told = f"/groups/{slug}"
    assert [nobody.get(told).status_code, reader.api.get(told).status_code] == [out, passing]
    assert [member.api.get(told).status_code, invited.api.get(told).status_code] == [200, 200]
    listed = [slug in slugs(api) for api in (nobody, reader.api, member.api, invited.api)]
    assert listed == [out == 200, passing == 200, True, True]
    may_read = 200 if visibility == "open" else 404
    for path in (f"/groups/{slug}/stories", f"/stories/{story}", f"/stories/{story}/replies"):
        problem(nobody.get(path), 401)
        assert reader.api.get(path).status_code == may_read
        assert invited.api.get(path).status_code == may_read
        assert member.api.get(path).status_code == 200


def test_readers_of_an_open_group_may_read_and_flag_and_nothing_else(hearth: Running) -> None:
    slug = opened(hearth, "open")
    author, reader = joined(hearth, slug), hearth.person()
    story = author.share(slug, "Tonight", QUIET)["id"]
    reply = author.reply(story, "And the next day as well.")["id"]
    before = row_counts(hearth)
    for method, path, body in (
        ("POST", f"/groups/{slug}/stories", {"title": "Tonight", "body": QUIET}),
        ("POST", f"/stories/{story}/replies", {"body": "I am glad."}),
        ("PATCH", f"/stories/{story}", {"body": "Mine now."}),
        ("DELETE", f"/stories/{story}", None),
        ("PATCH", f"/replies/{reply}", {"body": "Mine now."}),
        ("DELETE", f"/replies/{reply}", None),
        ("PUT", f"/stories/{story}/support/hope", None),
        ("DELETE", f"/stories/{story}/support/hope", None),
        ("PUT", f"/replies/{reply}/support/hope", None),
        ("DELETE", f"/replies/{reply}/support/hope", None),
    ):
        problem(reader.api.request(method, path, json=body), 403)
    assert row_counts(hearth) == before
    flagged = reader.api.post("/flags", json={"subject": f"story:{story}", "reason": "other"})
    assert flagged.status_code == 202


def test_names_are_suggested_three_at_a_time(hearth: Running) -> None:
    person, slug = hearth.person(), opened(hearth)
    suggested = person.api.get(f"/groups/{slug}/persona-suggestions").json()
    assert set(suggested) == {"items"}
    assert len(set(suggested["items"])) == 3
    assert person.join(slug, persona=suggested["items"][0]) == suggested["items"][0]
    problem(person.api.get("/groups/nowhere/persona-suggestions"), 404)


def test_joining_wants_the_version_in_force(hearth: Running) -> None:
    person, slug = hearth.person(), opened(hearth)
    old = version_of(person, slug)
    new_guidelines(hearth, slug)
    before = row_counts(hearth)
    for version in (old, old + 2, 0, -1, 10**30):
        problem(person.api.put(f"/groups/{slug}/membership", json={"guidelines_version": version}), 409)
    problem(person.api.put(f"/groups/{slug}/membership", json={}), 422, "guidelines_version")
    assert row_counts(hearth) == before
    answer = person.api.put(f"/groups/{slug}/membership", json={"guidelines_version": old + 1})
    assert (answer.status_code, set(answer.json()), set(answer.json()["persona"])) == (200, {"persona"}, {"name"})


@pytest.mark.measures("R-10")
def test_joining_twice_and_coming_back_is_the_same_persona(hearth: Running) -> None:
    person, slug = hearth.person(), opened(hearth)
    name = person.join(slug)
    assert person.join(slug, persona="Another Kettle") == name
    left = person.api.delete(f"/groups/{slug}/membership")
    assert (left.status_code, left.content) == (204, b"")
    assert person.api.get("/me").json()["memberships"] == []
    problem(person.api.delete(f"/groups/{slug}/membership"), 404)
    assert person.join(slug, persona="Another Kettle") == name
    assert len(person.api.get("/me").json()["memberships"]) == 1


def test_who_left_can_still_take_their_words_back(hearth: Running) -> None:
    slug = opened(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    story = author.share(slug, "Tonight", QUIET)["id"]
    reply = author.reply(story, "And the next day as well.")["id"]
    author.api.delete(f"/groups/{slug}/membership")
    problem(author.api.get(f"/groups/{slug}/stories"), 404)
    assert author.api.delete(f"/replies/{reply}").status_code == 204
    assert author.api.delete(f"/stories/{story}").status_code == 204
    problem(fellow.api.get(f"/stories/{story}"), 404)


@pytest.mark.parametrize("name", ["David Miller", "call 07700 900123", "a@b.example", "x", "admin", "y" * 41, "Ann\0"])
def test_a_name_that_could_lead_to_somebody_is_refused_with_the_reason(hearth: Running, name: str) -> None:
    person, slug = hearth.person(), opened(hearth)
    form = {"guidelines_version": version_of(person, slug), "persona": name}
    before = row_counts(hearth)
    problem(person.api.put(f"/groups/{slug}/membership", json=form), 422, "persona")
    assert row_counts(hearth) == before


def test_a_name_that_somebody_has_is_refused(hearth: Running) -> None:
    slug = opened(hearth)
    name = hearth.person().join(slug)
    second = hearth.person()
    for same in (name, name.upper(), f" {name} "):
        form = {"guidelines_version": version_of(second, slug), "persona": same}
        problem(second.api.put(f"/groups/{slug}/membership", json=form), 422, "persona")


def test_an_invited_group_takes_a_code_once(hearth: Running) -> None:
    slug = opened(hearth, "invited")
    code = invitation(hearth, Role.MEMBER, slug)
    first, second = hearth.person(), hearth.person()
    form = {"guidelines_version": 1}
    problem(first.api.put(f"/groups/{slug}/membership", json=form), 404)
    problem(first.api.put(f"/groups/{slug}/membership", json={**form, "invitation": "f" * 32}), 422, "invitation")
    assert first.api.put(f"/groups/{slug}/membership", json={**form, "invitation": code}).status_code == 200
    problem(second.api.put(f"/groups/{slug}/membership", json={**form, "invitation": code}), 422, "invitation")


def test_the_desk_is_listed_for_nobody(hearth: Running, nobody: httpx.Client) -> None:
    for client in (nobody, hearth.person().api, moderator(hearth).api):
        assert "desk" not in slugs(client)
    problem(hearth.person().api.get("/groups/desk"), 404)
    problem(hearth.person().api.put("/groups/desk/membership", json={"guidelines_version": 1}), 404)
