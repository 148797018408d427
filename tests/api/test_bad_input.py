"""What cannot be taken over the API: a 4xx with a sentence, nothing half written, never a fault of ours."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.api.village import PHONE, QUIET, joined, moderator, opened, problem, row_counts
from tests.conftest import Running
from tests.people import NO_TLS, Person

LONG_BODY, LONG_TITLE = "x" * 10_001, "x" * 201
NUMBERS = ("-1", "1.5", "x", "²", "2147483648", "9" * 18, "9" * 20)


@dataclass
class Stage:
    """Somebody's words, and who reads them."""

    hearth: Running
    slug: str
    author: Person
    fellow: Person
    staff: Person
    story: str
    reply: str
    draft: str

    def path(self, template: str) -> str:
        return template.format(slug=self.slug, story=self.story, reply=self.reply, draft=self.draft)


@pytest.fixture(scope="module")
def stages() -> dict[str, Stage]:
    return {}


@pytest.fixture
def stage(hearth: Running, stages: dict[str, Stage]) -> Stage:
    """The same people for all tests of a database: nothing here is ever written."""
    if hearth.url not in stages:
        slug = opened(hearth)
        author, fellow = joined(hearth, slug), joined(hearth, slug)
        story = author.share(slug, "Tonight", QUIET)["id"]
        reply, draft = author.reply(story, "And the next day.")["id"], author.share(slug, "Tonight", PHONE)["id"]
        stages[hearth.url] = Stage(hearth, slug, author, fellow, moderator(hearth), story, reply, draft)
    return stages[hearth.url]


def whole(**more: Any) -> dict[str, Any]:
    return {"title": "Tonight", "body": QUIET, **more}


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({}, ["title", "body"]),
        (whole(title="", body=""), ["title", "body"]),
        (whole(title=" \t", body="\n \u3000\r\n"), ["title", "body"]),
        (whole(title="\u200b\u2060", body="\u200b\u202e\n"), ["title", "body"]),
        (whole(title=LONG_TITLE, body=LONG_BODY), ["title", "body"]),
        (whole(title=1, body=["x"]), ["title", "body"]),
        (whole(title=None, body={}), ["title", "body"]),
        (whole(content_notes="loss"), ["content_notes"]),
        (whole(content_notes=["joy"]), ["content_notes.0"]),
        (whole(content_notes=["loss"] * 10), ["content_notes"]),
        (whole(answer_me_with="silence"), ["answer_me_with"]),
        (whole(as_is="perhaps"), ["as_is"]),
        (whole(group_id="f" * 32, created_at="2020-01-01"), ["group_id", "created_at"]),
        (whole(title="a\0b", body="a\0b"), ["title", "body"]),
        (whole(body="![[" * 17_000), ["body"]),
    ],
)
def test_a_story_that_cannot_be_taken(stage: Stage, form: dict[str, Any], fields: list[str]) -> None:
    before = row_counts(stage.hearth)
    problem(stage.author.api.post(f"/groups/{stage.slug}/stories", json=form), 422, *fields)
    if form:
        given = {name: value for name, value in form.items() if value is not None}
        problem(stage.author.api.patch(f"/stories/{stage.story}", json=given), 422, *(f for f in fields if f in given
                or "." in f))  # fmt: skip
    if "body" in fields and form:
        problem(stage.author.api.post(f"/stories/{stage.story}/replies", json={"body": form["body"]}), 422, "body")
    assert row_counts(stage.hearth) == before


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422), (b"{", 422), (b'{"title": "a", ', 422), (b"[]", 422), (b"null", 422), (b'"words"', 422), (b"7", 422),
        (b'{"title": "a", "body": "\xff\xfe"}', 400), (b"[" * 60_000, 400), (b'{"title": ' + b"9" * 5000 + b"}", 400),
        (b'{"title": "a", "body": "b", "\\ud800": 1}', 422), (b'{"title": "\\ud800", "body": "\\udfff"}', 422),
        (b'{"title": NaN, "body": Infinity}', 422), (b'{"title": "a", "body": "' + b"x" * 300_000 + b'"}', 413),
    ],
    ids=lambda value: str(value)[:24],
)  # fmt: skip
def test_a_body_that_is_no_form(stage: Stage, content: bytes, status: int) -> None:
    before = row_counts(stage.hearth)
    for method, path in (
        ("POST", "/groups/{slug}/stories"), ("PATCH", "/stories/{story}"), ("POST", "/stories/{story}/replies"),
        ("POST", "/flags"), ("POST", "/moderation/preview"), ("PUT", "/groups/{slug}/membership"), ("POST", "/accounts"),
        ("POST", "/sessions"), ("POST", "/recoveries"),
    ):  # fmt: skip
        answer = stage.author.api.request(
            method, stage.path(path), content=content, headers={"Content-Type": "application/json"}
        )
        fields = [e["field"] for e in answer.json().get("errors", [])]
        said = problem(answer, status, *fields)
        assert said["status"] != 422 or fields
    assert row_counts(stage.hearth) == before


def test_a_body_without_a_length_is_cut_off_too(stage: Stage) -> None:
    """No Content-Length: the bytes are counted as they come."""
    pieces = (b"x" * 65_536 for _piece in range(6))
    answer = stage.author.api.post(f"/groups/{stage.slug}/stories", content=pieces)
    problem(answer, 413)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_json_that_is_called_something_else(stage: Stage, kind: str) -> None:
    before = row_counts(stage.hearth)
    headers = {"Content-Type": kind} if kind else {}
    answer = stage.author.api.post(
        f"/groups/{stage.slug}/stories", content=json.dumps(whole()).encode(), headers=headers
    )
    problem(answer, 422, "form")
    assert row_counts(stage.hearth) == before


@pytest.mark.parametrize("wrong", ["f" * 32, "x", "%00", "%ff", "..", "%F0%9F%99%82", "' OR 1=1 --", "x" * 3000])
def test_ids_that_lead_nowhere(stage: Stage, wrong: str) -> None:
    before = row_counts(stage.hearth)
    for method, path, body in (
        ("GET", "/groups/{}", None), ("GET", "/groups/{}/stories", None), ("POST", "/groups/{}/stories", whole()),
        ("GET", "/groups/{}/persona-suggestions", None), ("DELETE", "/groups/{}/membership", None),
        ("PUT", "/groups/{}/membership", {"guidelines_version": 1}), ("GET", "/stories/{}", None),
        ("PATCH", "/stories/{}", {"body": QUIET}), ("DELETE", "/stories/{}", None), ("GET", "/stories/{}/replies", None),
        ("POST", "/stories/{}/replies", {"body": QUIET}), ("GET", "/replies/{}", None), ("DELETE", "/replies/{}", None),
        ("PATCH", "/replies/{}", {"body": QUIET}), ("PUT", "/stories/{}/support/hope", None),
        ("DELETE", "/replies/{}/support/hope", None),
    ):  # fmt: skip
        for person in (stage.author, stage.staff):
            answer = person.api.request(method, path.format(wrong), json=body)
            problem(answer, 405 if wrong == ".." and answer.status_code == 405 else 404)
    for path in ("/moderation/cases/{}", "/moderation/cases/{}/claim"):
        answer = stage.staff.api.request("POST" if "claim" in path else "GET", path.format(wrong))
        problem(answer, 405 if wrong == ".." and answer.status_code == 405 else 404)
    assert row_counts(stage.hearth) == before


def test_somebody_elses_ids(stage: Stage) -> None:
    before = row_counts(stage.hearth)
    for path in (
        "/stories/{draft}",
        "/stories/{draft}/replies",
        "/replies/{draft}",
        "/replies/{story}",
        "/stories/{reply}",
    ):
        problem(stage.fellow.api.get(stage.path(path)), 404)
    problem(stage.fellow.api.patch(stage.path("/stories/{draft}"), json={"as_is": True}), 404)
    problem(stage.fellow.api.delete(stage.path("/stories/{draft}")), 404)
    problem(stage.fellow.api.post("/flags", json={"subject": f"story:{stage.draft}", "reason": "other"}), 404)
    assert row_counts(stage.hearth) == before


def test_cursors_that_are_not_ours(stage: Stage) -> None:
    wrong: list[Any] = [[0, "2020", "x"], [10**30, "2020-01-01", "x"], [0, "never", "x"], {}, [], 7, ["site", 10**30],
              ["a\0b", 1], ["\ud800", 1], [0, "0001-01-01T00:00:00+14:00", "x"], [0, "2020-01-01", "a\0b"]]  # fmt: skip
    packed = [_packed(values) for values in wrong]
    dated = ["20201301-x", "-", "20200101", "2020010199-x", "0" * 60]
    for person, path in (
        (stage.author, f"/groups/{stage.slug}/stories"), (stage.author, f"/stories/{stage.story}/replies"),
        (stage.author, "/me/stories"), (stage.author, "/me/drafts"), (stage.author, "/me/notices"),
        (stage.author, "/groups"), (stage.staff, "/moderation/cases"), (stage.staff, "/moderation/log"),
    ):  # fmt: skip
        for after in (*NUMBERS, *packed, *dated, "x" * 500, "%", "\ud7ff", "é"):
            answer = person.api.get(path, params={"after": after})
            assert answer.status_code in (200, 422), (path, after, answer.text)
            if answer.status_code == 422:
                problem(answer, 422, "after")
        problem(person.api.get(f"{path}?after=%00"), 404)
    for path in (f"/groups/{stage.slug}/stories", f"/stories/{stage.story}/replies"):
        for after in ("-1", "x", "2147483648", "9" * 20):
            problem(stage.author.api.get(path, params={"after": after}), 422, "after")


def _packed(values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def test_a_key_that_is_too_long_and_a_header_that_is_no_text(stage: Stage) -> None:
    path = f"/groups/{stage.slug}/stories"
    before = row_counts(stage.hearth)
    answer = stage.author.api.post(path, json=whole(), headers={"Idempotency-Key": "x" * 201})
    problem(answer, 422, "idempotency-key")
    for token in (b"Bearer \xff\xfe", b"Bearer " + b"f" * 32 + b"." + b"f" * 64, b"Bearer .", b"Bearer", b"\xff"):
        answer = httpx.get(f"{stage.hearth.url}/api/v1/me", headers={b"Authorization": token}, verify=NO_TLS)
        problem(answer, 401)
    assert row_counts(stage.hearth) == before


def test_signs_that_cannot_be_read_are_named_wherever_text_is_taken(stage: Stage) -> None:
    before = row_counts(stage.hearth)
    for method, path, form, field in (
        ("POST", "/flags", {"reason": "other", "note": "n"}, "subject"),
        ("POST", "/flags", {"subject": f"story:{stage.story}", "reason": "other"}, "note"),
        ("POST", "/moderation/preview", {"body": "b"}, "group"),
        ("POST", "/moderation/preview", {"group": stage.slug}, "body"),
        ("POST", "/moderation/preview", {"group": stage.slug, "body": "b"}, "in_reply_to"),
        ("PUT", f"/groups/{stage.slug}/membership", {"guidelines_version": 1}, "persona"),
        ("PUT", f"/groups/{stage.slug}/membership", {"guidelines_version": 1}, "invitation"),
        ("POST", "/sessions", {"passphrase": "p"}, "sign_in_name"),
    ):
        for sign in ("\\u0000", "\\ud800"):
            content = json.dumps(form)[:-1] + f', "{field}": "a{sign}"}}'
            answer = stage.fellow.api.request(
                method, path, content=content, headers={"Content-Type": "application/json"}
            )
            problem(answer, 422, field)
    assert row_counts(stage.hearth) == before
