"""L3 (PRODUCT.md): what waits has its reason before it waits. The author sees it, mends it, or asks for a person."""

from typing import Any

import pytest

from tests.api.pages import at_a_browser
from tests.conftest import Running
from tests.people import Person, Visitor

GROUP = "evening-harbour"
FIRST = "  Nine days\u00a0now 🙂,  and my sponsor Dave Carter was kind."
BODY = "\n\n".join([FIRST, "\tIf you walk on Sundays: 07700 900123.", "Cafe\u0301 after.  "])
RULES = ["confidentiality.name", "confidentiality.phone"]


@pytest.fixture
def author(hearth: Running) -> Person:
    person = hearth.person()
    person.join(GROUP)
    return person


def _rules(judged: dict[str, Any]) -> list[str]:
    return [found["rule"] for found in judged["findings"]]


def _cut(found: dict[str, Any], body: str) -> str:
    return body[found["start"] : found["end"]]


def _taken(body: str, found: dict[str, Any]) -> str:
    return body[: found["start"]] + str(found["suggestion"]) + body[found["end"] :]


def test_a_draft_with_two_such_places_is_a_preview_and_no_error(author: Person) -> None:
    ahead = author.api.post("/moderation/preview", json={"group": GROUP, "title": "Nine days", "body": BODY})
    assert ahead.status_code == 200
    verdict = ahead.json()
    assert verdict["outcome"] == "revise"
    assert [_cut(found, BODY) for found in verdict["findings"]] == ["Dave Carter", "07700 900123"]
    assert _rules(verdict) == RULES
    assert all(found["message"] and found["suggestion"] and found["guideline"] for found in verdict["findings"])

    draft = author.share(GROUP, "Nine days", BODY)
    assert (draft["status"], draft["body"], draft["verdict"]) == ("draft", BODY, verdict)
    assert author.api.get(f"/stories/{draft['id']}").json()["body"] == BODY


def test_the_rewrite_is_out_at_once(author: Person) -> None:
    body = BODY
    draft = author.share(GROUP, "Nine days", body)
    for _place in RULES:
        body = _taken(
            body, author.api.post("/moderation/preview", json={"group": GROUP, "body": body}).json()["findings"][0]
        )
    out = author.api.patch(f"/stories/{draft['id']}", json={"body": body}).json()
    assert (out["status"], out["body"]) == ("published", body)
    assert "Carter" not in out["html"]
    assert "07700" not in out["html"]


def test_as_it_is_it_goes_to_the_queue_with_the_same_reasons(hearth: Running, author: Person) -> None:
    moderator = hearth.moderator()
    draft = author.share(GROUP, "Nine days", BODY)
    again = author.api.patch(f"/stories/{draft['id']}", json={"body": BODY}).json()
    assert again["status"] == "draft", "a second try is no way around it"
    sent = author.api.patch(f"/stories/{draft['id']}", json={"as_is": True}).json()
    assert (sent["status"], sent["body"]) == ("held", BODY)
    case = moderator.case_about(f"story:{sent['id']}")
    assert [(f["rule"], f["start"], f["end"]) for f in case["findings"]] == [
        (f["rule"], f["start"], f["end"]) for f in draft["verdict"]["findings"]
    ]


def _begins(hearth: Running, author: Person) -> Visitor:
    page = at_a_browser(hearth, author)
    return page.open("/groups").follow("Evening Harbour").follow("Write")


def test_on_pages_without_a_script_it_is_the_same(hearth: Running, author: Person) -> None:
    page = _begins(hearth, author).press("Look it over", title="Nine days", body=BODY)
    assert "Two things before this goes out" in page.text
    assert "Rules marked these places, no person did" in page.text
    assert "Let a person read it as it is" in page.text
    assert [mark.find(string=True) for mark in page.page.find_all("mark")] == ["Dave Carter", "07700 900123"]
    page.press("Use that (1)").press("Use that (2)" if "Use that (2)" in page.text else "Use that (1)")
    assert "This is how others will see it" in page.text
    page.press("Share it")
    story = page.path.rsplit("/", 1)[1]
    kept = author.api.get(f"/stories/{story}").json()
    assert kept["status"] == "published"
    assert kept["body"].startswith("  Nine days\u00a0now 🙂,  and my sponsor Dave was kind.\n\n\tIf you walk")
    assert kept["body"].endswith("\n\nCafe\u0301 after.  ")


def test_a_reason_is_there_before_it_waits_and_afterwards(hearth: Running, author: Person) -> None:
    page = _begins(hearth, author).press("Look it over", title="A question", body="Where can I get some xanax?")
    assert "A person will read this first" in page.text
    reason = str(page.page.select_one("section.finding"))
    assert "A moderator has a look before others see it" in reason
    page.press("Send it to a person")
    assert "A person is reading this first" in page.text
    assert "A moderator has a look before others see it" in page.text
