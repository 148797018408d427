"""J4 (PRODUCT.md), steps 1 to 5: two groups, two selves, and nothing that both share; also where one of them is limited."""

import re
import secrets
from collections.abc import Iterator
from contextlib import closing
from datetime import date

import httpx

from app.foundation.language import day_in_full
from tests.conftest import Running
from tests.live.ear import Ear
from tests.people import PASSPHRASE, Person, Visitor

LONG = re.compile(r"[A-Za-z0-9_-]{12,}|\d{4}-\d{2}-\d{2}T[\d:.]+Z?")
"""What could tie two pages together: ids, tokens, times."""
GROUPS = ("women-in-recovery", "gambling-free")


def test_two_personas_of_one_member_share_nothing(hearth: Running) -> None:
    one_member, stories = _member_of_both(hearth)
    watcher, theirs = _member_of_both(hearth)
    staff = {slug: _moderator_of(hearth, slug) for slug in GROUPS}
    names = one_member.personas
    assert names[GROUPS[0]] != names[GROUPS[1]]

    seen = {slug: set[str]() for slug in GROUPS}
    everywhere = _of_nobody(hearth)
    for slug in GROUPS:
        for reader in (watcher, staff[slug]):
            for answer in _views(hearth, reader, slug, stories[slug]):
                assert names[slug] in answer.text or "/cases" in str(answer.url)
                seen[slug] |= _values(answer)
                everywhere |= _own_values(reader)
        assert stories[slug] in seen[slug]
        seen[slug] |= _heard(watcher, theirs[slug], one_member)
    shared = (seen[GROUPS[0]] & seen[GROUPS[1]]) - everywhere
    assert not shared
    other = {GROUPS[0]: names[GROUPS[1]], GROUPS[1]: names[GROUPS[0]]}
    for slug in GROUPS:
        assert not any(other[slug] in value for value in seen[slug])


def test_a_name_used_in_one_group_cannot_be_taken_in_another_by_the_same_member(hearth: Running) -> None:
    member = hearth.person()
    name = member.join("gambling-free")
    version = member.api.get("/groups/evening-harbour").json()["guidelines"]["version"]
    refused = member.api.put(
        "/groups/evening-harbour/membership", json={"guidelines_version": version, "persona": name}
    )
    assert refused.status_code == 422
    assert "elsewhere" in refused.json()["errors"][0]["message"]
    somebody = hearth.person()
    taken = somebody.api.put(
        "/groups/evening-harbour/membership", json={"guidelines_version": version, "persona": name}
    )
    assert taken.status_code == 200


def test_leaving_and_coming_back_is_the_same_persona(hearth: Running) -> None:
    member = hearth.person()
    name = member.join("gambling-free")
    assert member.api.delete("/groups/gambling-free/membership").status_code == 204
    assert member.api.get("/groups/gambling-free/stories").status_code == 404
    assert member.join("gambling-free", persona="Another Kettle") == name


def test_a_pause_of_one_self_holds_for_both_is_seen_on_neither_and_one_appeal_lifts_it(hearth: Running) -> None:
    """Steps 3 and 4."""
    member, stories = _member_of_both(hearth)
    reader, _theirs = _member_of_both(hearth)
    first, elsewhere, desk = _moderator_of(hearth, GROUPS[0]), _moderator_of(hearth, GROUPS[1]), hearth.moderator()
    subject = f"story:{stories[GROUPS[0]]}"
    assert reader.api.post("/flags", json={"subject": subject, "reason": "unkind"}).status_code == 202
    pause = {"days": 14, "site_wide": True}
    why = {"guideline": "kindness", "note_to_author": "Please rest a little."}
    paused = first.decide(first.case_about(subject)["id"], "keep", limit=pause, **why)
    assert paused.status_code == 200, paused.text

    for slug in GROUPS:
        refused = member.api.post(f"/groups/{slug}/stories", json={"title": "Here", "body": "A quiet evening."})
        assert refused.status_code == 403
        assert "write again after" in refused.json()["detail"]
    cry = member.share(GROUPS[1], "Tonight", "I am going to kill myself tonight. I have everything ready.")
    assert cry["status"] == "held", "a pause silences nobody who is in danger"
    assert elsewhere.case_about(f"story:{cry['id']}")["tier"] == "urgent"
    assert cry["verdict"]["help"]
    told = next(n for n in member.api.get("/me/notices").json()["items"] if n["kind"] == "limit")
    limit = member.api.get("/me").json()["limits"][0]
    assert told["subject"] == told["statement"]["appeal"]["subject"] == f"limit:{limit['id']}"
    assert day_in_full(date.fromisoformat(limit["until"])) in told["statement"]["what"]
    assert "in all your groups" in told["statement"]["what"]
    assert "rest a little" in told["statement"]["note_html"]
    for path in ("/moderation/cases", "/moderation/cases?status=decided", "/moderation/appeals", "/moderation/log"):
        seen = elsewhere.api.get(path).text
        assert member.personas[GROUPS[0]] not in seen
        assert limit["id"] not in seen
        assert "limited" not in seen
    assert member.api.delete(f"/groups/{GROUPS[0]}/membership").status_code == 204
    silent = member.api.post(f"/groups/{GROUPS[1]}/stories", json={"title": "Here", "body": "A quiet evening."})
    assert silent.status_code == 403

    made = member.api.post("/appeals", json={"subject": f"limit:{limit['id']}", "text": "I only told how it was."})
    assert made.status_code == 201, made.text
    answer = {"outcome": "overturned", "note_to_author": "Two weeks were long for that."}
    path = f"/moderation/appeals/{made.json()['id']}/answer"
    assert elsewhere.api.post(path, json=answer).status_code == 404
    assert first.api.post(path, json=answer).status_code == 403
    assert desk.api.post(path, json=answer).status_code == 200
    member.join(GROUPS[0])
    for slug in GROUPS:
        assert (
            member.share(slug, "Back", f"I can write again, and say so. {secrets.token_hex(3)}")["status"]
            == "published"
        )


def _member_of_both(hearth: Running) -> tuple[Person, dict[str, str]]:
    member = hearth.person(_code(hearth, "member", "women-in-recovery"))
    stories = {}
    for slug in GROUPS:
        member.join(slug)
        stories[slug] = member.share(slug, f"An evening {secrets.token_hex(3)}", "It was a quiet one, and I am glad.")[
            "id"
        ]
    return member, stories


def _moderator_of(hearth: Running, slug: str) -> Person:
    person = hearth.person(_code(hearth, "moderator", slug))
    person.join(slug)
    return person


def _code(hearth: Running, role: str, slug: str) -> str:
    made = hearth.command("invite", "--role", role, "--group", slug)
    assert made.returncode == 0, made.stderr
    return made.stdout.split()[1]


def _views(hearth: Running, reader: Person, slug: str, story: str) -> Iterator[httpx.Response]:
    """What a reader can get to see of somebody in a group: JSON, headers, pages, the queue."""
    yield reader.api.get(f"/stories/{story}")
    yield reader.api.get(f"/groups/{slug}/stories", params={"limit": 50})
    visitor = _at_a_browser(hearth, reader)
    yield visitor.http.get(f"/stories/{story}")
    group = reader.api.get(f"/groups/{slug}").json()["id"]
    yield visitor.http.get(f"/groups/{group}")
    if reader.api.get("/moderation/cases").status_code == 200:
        yield reader.api.get("/moderation/cases")


def _heard(watcher: Person, story: str, writer: Person) -> set[str]:
    """What a watcher hears when somebody answers them, as it happens."""
    with closing(Ear(watcher.api)) as ear:
        reply = writer.reply(story, f"I hear you. {secrets.token_hex(3)}")["id"]
        heard = ear.next("notice")
    assert heard.said["subject"] == f"reply:{reply}"
    return set(LONG.findall(f"{heard.said} {heard.last_id}"))


def _at_a_browser(hearth: Running, reader: Person) -> Visitor:
    visitor = hearth.visitor().open("/sign-in")
    visitor.press("Sign in", sign_in_name=reader.sign_in_name, passphrase=PASSPHRASE)
    assert visitor.path == "/"
    return visitor


def _values(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    headers = {f"{k}: {v}" for k, v in answer.headers.items() if k not in ("date", "content-length")}
    return set(LONG.findall(answer.text)) | headers


def _own_values(reader: Person) -> set[str]:
    """What is the reader's own: their token of the page is fresh each time, their names stand on their pages."""
    return set(reader.personas.values())


def _of_nobody(hearth: Running) -> set[str]:
    """What stands on everybody's pages: words of the house, marks of static files, the hour."""
    cook, bystander, staff = hearth.person(), hearth.person(), hearth.moderator()
    for person in (cook, bystander, staff):
        person.join("kitchen-table")
    story = cook.share("kitchen-table", "Soup", "Leeks and potatoes, and it was warm.")["id"]
    values: set[str] = set()
    for reader in (cook, bystander, staff):
        for answer in _views(hearth, reader, "kitchen-table", story):
            values |= _values(answer)
    return values
