"""CONTRACT.md, "JSON API": flags, cases, decisions and the log."""

import hashlib
import json
from itertools import pairwise
from typing import Any

import pytest

from app.members.models import Role
from tests.api.village import (
    ASKS,
    PHONE,
    QUIET,
    invitation,
    joined,
    moderator,
    opened,
    problem,
    row_counts,
    walked,
)
from tests.conftest import Running
from tests.people import PASSPHRASE, Person

CASE_KEYS = {"id", "subject", "group", "persona", "tier", "status", "findings", "opened_at", "claimed_by"}
CANARY = "Zephyrine Quillfeather"
RETURN = {"action": "return", "guideline": "kindness", "note_to_author": "Please say it once more."}
INCOMPLETE: list[tuple[dict[str, Any], str]] = [
    ({"action": "return", "note_to_author": "Please."}, "guideline"),
    ({"action": "remove", "note_to_author": "Please."}, "guideline"),
    ({"action": "return", "guideline": "kindness"}, "note_to_author"),
    ({"action": "remove", "guideline": "kindness", "note_to_author": " \n"}, "note_to_author"),
    ({"action": "return", "guideline": "no-such-item", "note_to_author": "Please."}, "guideline"),
    ({"action": "redact"}, "redactions"),
    ({"action": "redact", "redactions": [{"field": "body", "start": 4, "end": 10**9}]}, "redactions"),
    ({"action": "redact", "redactions": [{"field": "body", "start": 4, "end": 4}]}, "redactions"),
    ({"action": "redact", "redactions": [{"field": "name", "start": 0, "end": 4}]}, "redactions.0.field"),
    ({"action": "keep"}, "action"),
    ({"action": "forgive"}, "action"),
    ({"action": "publish", "reason": ""}, "reason"),
]


def held(author: Person, slug: str, staff: Person, body: str = ASKS) -> tuple[str, dict[str, Any]]:
    story = author.share(slug, "Tonight", body, as_is=True)["id"]
    return story, staff.case_about(f"story:{story}")


def test_a_case_has_the_words_only_when_it_is_opened(hearth: Running) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    author = joined(hearth, slug)
    _story, case = held(author, slug, staff)
    assert set(case) == CASE_KEYS
    assert (case["group"], case["persona"], case["status"]) == (slug, author.personas[slug], "open")
    assert (case["tier"], case["claimed_by"]) == ("held", None)
    assert [f["rule"] for f in case["findings"]] == ["guideline.sourcing"]
    assert "oxy" not in str(case)
    whole = staff.api.get(f"/moderation/cases/{case['id']}").json()
    assert set(whole) == CASE_KEYS | {"words"}
    assert (whole["words"]["title"], whole["words"]["body"]) == ("Tonight", ASKS)
    problem(author.api.get(f"/moderation/cases/{case['id']}"), 403)
    problem(staff.api.get("/moderation/cases/nowhere"), 404)
    problem(staff.api.get("/moderation/cases", params={"status": "everything"}), 422, "status")


def test_one_person_at_a_time_holds_a_case(hearth: Running) -> None:
    slug, staff, colleague = opened(hearth), moderator(hearth), moderator(hearth)
    _story, case = held(joined(hearth, slug), slug, staff)
    path = f"/moderation/cases/{case['id']}"
    publish = {"action": "publish", "reason": "looked at"}
    problem(staff.api.post(f"{path}/decision", json=publish), 409)
    taken = staff.api.post(f"{path}/claim")
    assert (taken.status_code, taken.json()["claimed_by"]) == (200, staff.personas["desk"])
    assert staff.api.post(f"{path}/claim").status_code == 200
    problem(colleague.api.post(f"{path}/claim"), 409)
    problem(colleague.api.post(f"{path}/decision", json=publish), 409)
    assert staff.api.post(f"{path}/decision", json=publish).json()["status"] == "decided"
    problem(staff.api.post(f"{path}/decision", json=publish), 409)
    problem(staff.api.post(f"{path}/claim"), 409)


def test_a_decision_without_what_its_action_needs_changes_nothing(hearth: Running) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    _story, case = held(joined(hearth, slug), slug, staff)
    staff.api.post(f"/moderation/cases/{case['id']}/claim")
    before = row_counts(hearth)
    for form, field in INCOMPLETE:
        problem(staff.api.post(f"/moderation/cases/{case['id']}/decision", json={"reason": "seen", **form}), 422, field)
    assert row_counts(hearth) == before
    assert staff.decide(case["id"], "publish").status_code == 200


def test_publish_is_for_held_words_and_keep_for_flagged_ones(hearth: Running) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    story = author.share(slug, "Tonight", QUIET)["id"]
    fellow.api.post("/flags", json={"subject": f"story:{story}", "reason": "advice"})
    case = staff.case_about(f"story:{story}")["id"]
    problem(staff.decide(case, "publish"), 422, "action")
    assert staff.decide(case, "keep").status_code == 200
    assert fellow.api.get(f"/stories/{story}").status_code == 200


@pytest.mark.parametrize(("action", "status"), [("return", "returned"), ("remove", "removed")])
def test_words_that_are_returned_or_removed_are_for_their_author_alone(
    hearth: Running, action: str, status: str
) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    story = author.share(slug, "Tonight", QUIET)["id"]
    fellow.api.post("/flags", json={"subject": f"story:{story}", "reason": "unkind"})
    decided = staff.decide(staff.case_about(f"story:{story}")["id"], **{**RETURN, "action": action})
    assert decided.status_code == 200, decided.text
    assert author.api.get(f"/stories/{story}").json()["status"] == status
    problem(fellow.api.get(f"/stories/{story}"), 404)
    assert fellow.api.get(f"/groups/{slug}/stories").json()["items"] == []
    changed = author.api.patch(f"/stories/{story}", json={"body": "Once more, and kinder."}).json()["status"]
    assert changed == ("published" if action == "return" else "held")
    assert fellow.api.get(f"/stories/{story}").status_code == (200 if action == "return" else 404)


def test_redacted_words_are_gone_wherever_anybody_reads(hearth: Running) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    body = f"It was {CANARY} who drove me home."
    story = author.share(slug, f"With {CANARY}", body, as_is=True)["id"]
    reply = author.reply(author.share(slug, "Tonight", QUIET)["id"], body, as_is=True)["id"]
    start, title_start = body.index(CANARY), len("With ")
    places = [{"field": "body", "start": start, "end": start + len(CANARY)}]
    in_title = [{"field": "title", "start": title_start, "end": title_start + len(CANARY)}]
    for subject, kind, redactions in ((story, "story", places + in_title), (reply, "reply", places)):
        if fellow.api.get(f"/{'stories' if kind == 'story' else 'replies'}/{subject}").status_code == 200:
            fellow.api.post("/flags", json={"subject": f"{kind}:{subject}", "reason": "confidentiality"})
        done = staff.decide(staff.case_about(f"{kind}:{subject}")["id"], "redact", redactions=redactions)
        assert done.status_code == 200, done.text
    assert fellow.api.get(f"/stories/{story}").json()["title"] == "With […]"
    _canary_is_nowhere(hearth, (author, fellow), staff, slug, story, reply)


def _canary_is_nowhere(
    hearth: Running, readers: tuple[Person, ...], staff: Person, slug: str, story: str, reply: str
) -> None:
    group = staff.api.get(f"/groups/{slug}").json()["id"]
    calls = (
        f"/stories/{story}",
        f"/replies/{reply}",
        f"/groups/{slug}/stories",
        "/me/stories",
        "/me/notices",
        "/me/drafts",
    )
    pages = (
        f"/stories/{story}",
        f"/replies/{reply}",
        f"/groups/{group}",
        f"/stories/{story}/edit",
        "/notices",
        "/mine",
        "/",
    )
    looked = [person.api.get(call).text for person in readers for call in calls]
    for person in readers:
        browser = hearth.visitor().open("/sign-in")
        browser.press("Sign in", sign_in_name=person.sign_in_name, passphrase=PASSPHRASE)
        looked += [browser.http.get(address).text for address in pages]
    looked += [json.dumps(case) for case in walked(staff.api, "/moderation/cases", 50, status="decided")]
    looked += [json.dumps(entry) for entry in walked(staff.api, "/moderation/log", 50)]
    assert sum("drove me home" in text for text in looked) >= 4
    assert not [text for text in looked if "Zephyrine" in text or "Quillfeather" in text]


def test_a_redaction_never_makes_words_too_long_to_be_changed(hearth: Running) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    story = author.share(slug, "t" * 200, "b" * 10_000)["id"]
    fellow.api.post("/flags", json={"subject": f"story:{story}", "reason": "other"})
    places = [{"field": f, "start": n, "end": n + 1} for f in ("title", "body") for n in range(0, 100, 2)]
    done = staff.decide(staff.case_about(f"story:{story}")["id"], "redact", redactions=places)
    assert done.status_code == 200, done.text
    assert author.api.patch(f"/stories/{story}", json={"content_notes": ["loss"]}).status_code == 200


def test_a_flag_is_taken_also_when_its_note_would_not_pass(hearth: Running) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    story = author.share(slug, "Tonight", QUIET)["id"]
    form = {"subject": f"story:{story}", "reason": "confidentiality", "note": PHONE}
    assert fellow.api.post("/flags", json=form).status_code == 202
    case = staff.case_about(f"story:{story}")
    assert case["tier"] == "report"
    assert "07700" not in staff.api.get(f"/moderation/cases/{case['id']}").text
    problem(author.api.post("/flags", json={"subject": f"story:{story}", "reason": "other"}), 422, "subject")
    problem(fellow.api.post("/flags", json={"subject": f"story:{story}", "reason": "boring"}), 422, "reason")
    for subject in ("story:nowhere", "poem:1", "story", "", f"reply:{story}"):
        problem(fellow.api.post("/flags", json={"subject": subject, "reason": "other"}), 404)


def test_a_moderator_of_one_group_sees_that_group_alone(hearth: Running) -> None:
    slug, other, staff = opened(hearth), opened(hearth), moderator(hearth)
    own = hearth.person(invitation(hearth, Role.MODERATOR, slug))
    own.join(slug)
    _story, case = held(joined(hearth, slug), slug, staff)
    _other, elsewhere = held(joined(hearth, other), other, staff)
    assert [c["id"] for c in walked(own.api, "/moderation/cases", 50)] == [case["id"]]
    problem(own.api.get(f"/moderation/cases/{elsewhere['id']}"), 404)
    problem(own.api.post(f"/moderation/cases/{elsewhere['id']}/claim"), 404)
    assert own.api.post(f"/moderation/cases/{case['id']}/claim").status_code == 200
    assert {e["group"] for e in walked(own.api, "/moderation/log", 50)} == {slug}


def test_each_entry_of_the_log_carries_the_hash_of_the_one_before(hearth: Running) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    author = joined(hearth, slug)
    for _again in range(2):
        _story, case = held(author, slug, staff)
        staff.decide(case["id"], **RETURN)
    entries = [e for e in walked(staff.api, "/moderation/log", 3) if e["group"] == slug]
    assert [e["act"] for e in entries] == ["case.return", "case.claimed"] * 2 + ["group.opened"]
    assert [e["number"] for e in entries] == [5, 4, 3, 2, 1]
    for later, earlier in pairwise(entries):
        assert later["previous_hash"] == earlier["hash"]
    assert entries[-1]["previous_hash"] == "0" * 64
    assert all(len(e["hash"]) == len(hashlib.sha256().hexdigest()) for e in entries)
    assert entries[0]["by"] == staff.personas["desk"]
    assert entries[0]["subject"].startswith("story:")
