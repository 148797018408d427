"""CONTRACT.md, "JSON API": stories and replies, from sending to taking back."""

import pytest

from tests.api.village import ASKS, DANGER, PHONE, QUIET, joined, moderator, new_guidelines, opened, problem, row_counts
from tests.conftest import Running
from tests.people import PASSPHRASE, Person

STORY_KEYS = {
    "id", "group", "title", "body", "html", "status", "verdict", "persona", "created_at", "content_notes",
    "answer_me_with", "reply_count", "support", "replies",
}  # fmt: skip
SUMMARY_KEYS = {
    "id", "group", "title", "persona", "created_at", "reply_count", "content_notes", "answer_me_with",
}  # fmt: skip
FINDING_KEYS = {"rule", "kind", "severity", "field", "start", "end", "message", "suggestion", "guideline"}


def test_a_story_that_is_let_out(hearth: Running) -> None:
    slug = opened(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    told = author.share(slug, "Tonight", QUIET, content_notes=["loss"], answer_me_with="listening")
    assert set(told) == STORY_KEYS
    assert (told["status"], told["body"], told["group"]) == ("published", QUIET, slug)
    assert told["persona"] == author.personas[slug]
    assert told["verdict"] == {"outcome": "publish", "findings": [], "help": [], "content_notes": []}
    seen = fellow.api.get(f"/stories/{told['id']}").json()
    assert (seen["body"], seen["verdict"]) == (None, None)
    assert seen["replies"] == {"items": [], "next": None}
    same = set(STORY_KEYS) - {"body", "verdict", "replies"}
    assert {k: seen[k] for k in same} == {k: told[k] for k in same}
    [listed] = fellow.api.get(f"/groups/{slug}/stories").json()["items"]
    assert set(listed) == SUMMARY_KEYS
    assert {k: listed[k] for k in SUMMARY_KEYS} == {k: told[k] for k in SUMMARY_KEYS}
    for note, count in (("loss", 1), ("abuse", 0)):
        found = fellow.api.get(f"/groups/{slug}/stories", params={"note": note}).json()
        assert len(found["items"]) == count


def test_words_that_can_be_mended_come_back_as_a_draft_until_sent_as_they_are(hearth: Running) -> None:
    slug = opened(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    told = author.share(slug, "Tonight", PHONE)
    assert (told["status"], told["verdict"]["outcome"], told["body"]) == ("draft", "revise", PHONE)
    [finding] = told["verdict"]["findings"]
    assert set(finding) == FINDING_KEYS
    assert PHONE[finding["start"] : finding["end"]] == "07700 900123"
    assert (finding["field"], finding["severity"]) == ("body", "revise")
    path = f"/stories/{told['id']}"
    assert author.api.get(path).json()["body"] == PHONE
    problem(fellow.api.get(path), 404)
    again = author.api.patch(path, json={"title": "Tonight"})
    assert (again.status_code, again.json()["status"]) == (200, "draft")
    waits = author.api.patch(path, json={"as_is": True}).json()
    assert (waits["id"], waits["status"], waits["verdict"]["outcome"]) == (told["id"], "held", "revise")
    problem(fellow.api.get(path), 404)


def test_words_for_a_person_wait_and_a_cry_for_help_is_answered_with_help(hearth: Running) -> None:
    slug = opened(hearth)
    author, fellow, staff = joined(hearth, slug), joined(hearth, slug), moderator(hearth)
    for body, outcome, tier in ((ASKS, "hold", "held"), (DANGER, "urgent", "urgent")):
        told = author.share(slug, "Tonight", body)
        assert (told["status"], told["verdict"]["outcome"]) == ("held", outcome)
        assert bool(told["verdict"]["help"]) == (outcome == "urgent")
        problem(fellow.api.get(f"/stories/{told['id']}"), 404)
        assert staff.case_about(f"story:{told['id']}")["tier"] == tier
    assert set(told["verdict"]["help"][0]) == {"name", "contact", "url", "when"}
    assert fellow.api.get(f"/groups/{slug}/stories").json()["items"] == []


def test_an_edit_goes_through_the_gate_and_readers_keep_what_was_let_out(hearth: Running) -> None:
    slug = opened(hearth)
    author, fellow, staff = joined(hearth, slug), joined(hearth, slug), moderator(hearth)
    path = f"/stories/{author.share(slug, 'Tonight', QUIET)['id']}"
    draft = author.api.patch(path, json={"body": PHONE})
    assert (draft.status_code, draft.json()["status"]) == (200, "draft")
    held = author.api.patch(path, json={"title": "Later", "body": ASKS}).json()
    assert (held["status"], held["title"], held["body"]) == ("held", "Later", ASKS)
    seen = fellow.api.get(path).json()
    assert (seen["title"], seen["status"]) == ("Tonight", "published")
    assert QUIET in seen["html"]
    assert "oxy" not in str(fellow.api.get(f"/groups/{slug}/stories").json()) + str(seen)
    case = staff.case_about(f"story:{path.rsplit('/', 1)[1]}")["id"]
    assert staff.decide(case, "publish").status_code == 200
    seen = fellow.api.get(path).json()
    assert seen["title"] == "Later"
    assert "oxy" in seen["html"]
    assert author.api.patch(path, json={"answer_me_with": "ideas"}).json()["answer_me_with"] == "ideas"
    assert author.api.patch(path, json={"answer_me_with": None}).json()["answer_me_with"] is None


@pytest.mark.parametrize("body", [QUIET, PHONE, ASKS])
def test_deleting_takes_back_what_is_out_what_is_a_draft_and_what_waits(hearth: Running, body: str) -> None:
    slug = opened(hearth)
    author, fellow, staff = joined(hearth, slug), joined(hearth, slug), moderator(hearth)
    told = author.share(slug, "Tonight", body)["id"]
    gone = author.api.delete(f"/stories/{told}")
    assert (gone.status_code, gone.content) == (204, b"")
    for person in (author, fellow):
        problem(person.api.get(f"/stories/{told}"), 404)
    problem(author.api.delete(f"/stories/{told}"), 404)
    assert author.api.get("/me/drafts").json()["items"] == author.api.get("/me/stories").json()["items"] == []
    open_cases = staff.api.get("/moderation/cases", params={"limit": 50}).json()["items"]
    assert told not in str(open_cases)


def test_replies_go_the_same_way(hearth: Running) -> None:
    slug = opened(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    story = author.share(slug, "Tonight", QUIET)["id"]
    out = fellow.reply(story, "I am glad too.")
    assert (out["status"], out["body"], out["story"]) == ("published", "I am glad too.", story)
    draft, held = fellow.reply(story, PHONE), fellow.reply(story, ASKS)
    assert (draft["status"], held["status"]) == ("draft", "held")
    seen = author.api.get(f"/stories/{story}/replies").json()
    assert [(r["id"], r["body"], r["verdict"]) for r in seen["items"]] == [(out["id"], None, None)]
    assert author.api.get(f"/stories/{story}").json()["replies"] == seen
    for hidden in (draft, held):
        assert fellow.api.get(f"/replies/{hidden['id']}").json()["body"] == hidden["body"]
        problem(author.api.get(f"/replies/{hidden['id']}"), 404)
    changed = fellow.api.patch(f"/replies/{out['id']}", json={"body": "I am glad with you."}).json()
    assert (changed["status"], changed["body"]) == ("published", "I am glad with you.")
    assert "with you" in author.api.get(f"/replies/{out['id']}").json()["html"]
    for reply in (out, draft, held):
        assert fellow.api.delete(f"/replies/{reply['id']}").status_code == 204
    assert author.api.get(f"/stories/{story}").json()["reply_count"] == 0


def test_somebody_elses_words_are_theirs(hearth: Running) -> None:
    slug = opened(hearth, "open")
    author, fellow, passing = joined(hearth, slug), joined(hearth, slug), hearth.person()
    story = author.share(slug, "Tonight", QUIET)["id"]
    reply = author.reply(story, "And the next day as well.")["id"]
    before = row_counts(hearth)
    for person in (fellow, passing):
        for path in (f"/stories/{story}", f"/replies/{reply}"):
            problem(person.api.patch(path, json={"body": "Mine now."}), 403)
            problem(person.api.delete(path), 403)
    assert row_counts(hearth) == before
    outsider = hearth.person()
    closed = opened(hearth)
    hidden = joined(hearth, closed).share(closed, "Tonight", QUIET)["id"]
    problem(outsider.api.patch(f"/stories/{hidden}", json={"body": "Mine now."}), 404)
    problem(outsider.api.delete(f"/stories/{hidden}"), 404)


def test_support_is_counted_once_and_can_be_taken_back(hearth: Running) -> None:
    slug = opened(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    story = author.share(slug, "Tonight", QUIET)["id"]
    reply = author.reply(story, "And the next day as well.")["id"]
    for path in (f"/stories/{story}", f"/replies/{reply}"):
        for _again in range(2):
            for kind in ("with-you", "relate", "thank-you", "proud-of-you", "hope"):
                given = fellow.api.put(f"{path}/support/{kind}")
                assert (given.status_code, given.content) == (204, b"")
        seen = author.api.get(path).json()["support"]
        assert seen == dict.fromkeys(("with-you", "relate", "thank-you", "proud-of-you", "hope"), 1)
        for _again in range(2):
            assert fellow.api.delete(f"{path}/support/hope").status_code == 204
        assert "hope" not in author.api.get(path).json()["support"]
        problem(fellow.api.put(f"{path}/support/envy"), 404)


def test_a_preview_stores_nothing(hearth: Running) -> None:
    slug = opened(hearth)
    author = joined(hearth, slug)
    before = row_counts(hearth)
    for body, outcome in ((QUIET, "publish"), (PHONE, "revise"), (ASKS, "hold"), (DANGER, "urgent")):
        verdict = author.api.post("/moderation/preview", json={"group": slug, "title": "Tonight", "body": body})
        assert (verdict.status_code, verdict.json()["outcome"]) == (200, outcome)
        assert set(verdict.json()) == {"outcome", "findings", "help", "content_notes"}
    problem(author.api.post("/moderation/preview", json={"group": "nowhere", "body": QUIET}), 404)
    assert row_counts(hearth) == before


def test_writes_under_guidelines_that_changed_are_409_until_agreed_anew(hearth: Running) -> None:
    slug = opened(hearth)
    author, fellow = joined(hearth, slug), joined(hearth, slug)
    story = author.share(slug, "Tonight", QUIET)["id"]
    reply = author.reply(story, "And the next day as well.")["id"]
    new_guidelines(hearth, slug)
    before = row_counts(hearth)
    for person, method, path, body in (
        (author, "POST", f"/groups/{slug}/stories", {"title": "Tonight", "body": QUIET}),
        (author, "PATCH", f"/stories/{story}", {"body": "Another evening."}),
        (author, "PATCH", f"/replies/{reply}", {"body": "Another evening."}),
        (fellow, "POST", f"/stories/{story}/replies", {"body": "I am glad."}),
        (fellow, "PUT", f"/stories/{story}/support/hope", None),
        (fellow, "PUT", f"/replies/{reply}/support/hope", None),
    ):
        problem(person.api.request(method, path, json=body), 409)
    assert row_counts(hearth) == before
    assert fellow.api.get(f"/stories/{story}").status_code == 200
    _agrees_anew(fellow, slug)
    assert fellow.reply(story, "I am glad.")["status"] == "published"


def _agrees_anew(person: Person, slug: str) -> None:
    known = person.personas[slug]
    assert person.join(slug, persona="Another Kettle") == known


def test_a_draft_with_gaps_says_what_is_missing(hearth: Running) -> None:
    """A page keeps drafts that are not whole; a program that sends one on is told so."""
    slug = opened(hearth)
    author = joined(hearth, slug)
    group = author.api.get(f"/groups/{slug}").json()["id"]
    page = hearth.visitor().open("/sign-in").press("Sign in", sign_in_name=author.sign_in_name, passphrase=PASSPHRASE)
    page.open(f"/groups/{group}/write").press("Keep as a draft", title=" ", body="")
    [draft] = author.api.get("/me/drafts").json()["items"]
    problem(author.api.patch(f"/stories/{draft['id']}", json={}), 422, "title", "body")
    whole = author.api.patch(f"/stories/{draft['id']}", json={"title": "Tonight", "body": QUIET})
    assert (whole.status_code, whole.json()["status"]) == (200, "published")
