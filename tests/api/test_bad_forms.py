"""What cannot be taken on a page: a kind page, the typed words in it, nothing half written (W-5, W-6, C-7)."""

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import delete

from app.foundation.sealing import digest
from app.members.models import SignedIn
from tests.api.pages import WORDS, Desk, at_a_browser, refused
from tests.api.village import ASKS, QUIET, joined, moderator, new_guidelines, opened, row_counts
from tests.conftest import Running
from tests.people import NO_TLS, PASSPHRASE

FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "SAME-ORIGIN"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "same"},
]  # fmt: skip


@pytest.fixture
def desk(hearth: Running) -> Iterator[Desk]:
    desk = Desk(hearth)
    yield desk
    desk.browser.http.close()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": "", "body": WORDS}, "title"),
        ({"title": " \t ", "body": WORDS}, "title"),
        ({"title": "Tonight", "body": ""}, "body"),
        ({"title": WORDS[:20], "body": "\r\n \r\n"}, "body"),
        ({"title": "Tonight", "body": "x" * 10_001}, "body"),
        ({"title": "t" * 201, "body": WORDS}, "title"),
        ({"title": "Tonight", "body": "![[" * 17_000}, "body"),
        ({"title": "Tonight", "body": WORDS, "content_notes": "joy"}, "content_notes.0"),
        ({"title": "Tonight", "body": WORDS, "answer_me_with": "silence"}, "answer_me_with"),
    ],
)
@pytest.mark.parametrize("do", ["look", "share", "keep", "as_is"])
@pytest.mark.measures("W-6")
def test_a_story_that_cannot_be_taken_comes_back_whole(
    on_sqlite: Running, more: dict[str, str], field: str, do: str
) -> None:
    desk = _desk_of(on_sqlite)
    if do == "keep" and field in ("title", "body") and len(more[field]) < 201:
        return  # a draft may have gaps
    before = row_counts(on_sqlite)
    answer = desk.send(desk.writing, {**desk.form(desk.writing), **more, "do": do})
    page = refused(answer, 422, *(t for n, t in more.items() if n in ("title", "body") and t.strip()))
    assert page.select_one(f".mends a[href='#f-{field}']")
    assert row_counts(on_sqlite) == before


_DESKS: dict[str, Desk] = {}


def _desk_of(hearth: Running) -> Desk:
    """One for all tests of a database: nothing is ever written there."""
    if hearth.url not in _DESKS:
        _DESKS[hearth.url] = Desk(hearth)
    return _DESKS[hearth.url]


def test_signs_that_cannot_be_read_are_said_to_be_so(desk: Desk) -> None:
    before = row_counts(desk.hearth)
    for do in ("look", "share", "keep", "as_is"):
        answer = desk.send(
            desk.writing, {**desk.form(desk.writing), "title": "Tonight", "body": "a\0b " + QUIET, "do": do}
        )
        assert QUIET in refused(answer, 422, "Tonight").get_text()
    broken = b"&title=Tonight&body=%FF%FE&do=look"
    fields = httpx.QueryParams(desk.form(desk.writing))
    assert desk.send(desk.writing, str(fields).encode() + broken).status_code == 200
    assert row_counts(desk.hearth) == before


@pytest.mark.measures("W-6")
def test_a_token_that_is_wrong_or_missing_gives_the_words_back_to_be_sent_on(desk: Desk) -> None:
    other = Desk(desk.hearth)
    whole = {**desk.form(desk.writing), "title": "Tonight", "body": WORDS, "do": "share"}
    before = row_counts(desk.hearth)
    for token in ("", "x", "é", "A" * 88, other.form(other.writing)["csrf"], whole["csrf"][:-4] + "AAA="):
        page = refused(desk.send(desk.writing, {**whole, "csrf": token}), 403, "Tonight", WORDS)
    without = {name: value for name, value in whole.items() if name != "csrf"}
    refused(desk.send(desk.writing, without), 403, "Tonight", WORDS)
    assert row_counts(desk.hearth) == before
    desk.browser.page = page
    desk.browser.press("Send it once more")
    assert "So was I" in desk.browser.text
    assert desk.person.api.get(f"/groups/{desk.slug}/stories").json()["items"][0]["title"] == "Tonight"


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda h: " ".join(h.values()))
def test_a_post_from_elsewhere_changes_nothing(desk: Desk, headers: dict[str, str]) -> None:
    headers = {n: desk.hearth.url if v == "same" else v for n, v in headers.items()}
    whole = {**desk.form(desk.writing), "title": "Tonight", "body": WORDS, "do": "share"}
    before = row_counts(desk.hearth)
    shown = refused(desk.send(desk.writing, whole, **headers), 403, WORDS)
    assert "Send it once more" not in shown.get_text()
    for address in ("/sign-in", "/sign-up", "/recover"):
        refused(httpx.post(f"{desk.hearth.url}{address}", data={"x": "y"}, headers=headers, verify=NO_TLS), 403)
    assert row_counts(desk.hearth) == before
    ours = {"Sec-Fetch-Site": "same-origin", "Origin": desk.hearth.url}
    assert desk.send(desk.writing, whole, **ours).status_code == 303


@pytest.mark.measures("W-6")
def test_a_session_that_ended_in_the_middle_of_writing_loses_nothing(desk: Desk) -> None:
    desk.browser.open(desk.writing)
    _end_session(desk)
    before = row_counts(desk.hearth)
    desk.browser.press("Look it over", title="Tonight", body=WORDS, content_notes=["loss", "medical"])
    assert desk.browser.status == 401
    assert "The words you were writing are kept" in desk.browser.text
    assert row_counts(desk.hearth) == before
    wrong = {"sign_in_name": desk.person.sign_in_name, "passphrase": "not this one"}
    desk.browser.press("Sign in", **wrong).press("Sign in", **{**wrong, "passphrase": PASSPHRASE})
    assert "Here are your words again" in desk.browser.text
    desk.browser.press("Send it once more").press("Share it")
    assert "So was I" in desk.browser.text
    [told] = desk.person.api.get(f"/groups/{desk.slug}/stories").json()["items"]
    assert told["content_notes"] == ["loss", "medical"]
    assert desk.person.api.get(f"/stories/{told['id']}").json()["body"] == WORDS


def _end_session(desk: Desk) -> None:
    token = desk.browser.http.cookies["hearth"]
    with desk.hearth.database.writing() as db:
        db.execute(delete(SignedIn).where(SignedIn.id_hash == digest(token.split(".")[0])))
        db.commit()


@pytest.mark.measures("W-6")
def test_guidelines_that_changed_give_the_words_back(desk: Desk) -> None:
    whole = {**desk.form(desk.writing), "title": "Tonight", "body": WORDS, "do": "share"}
    new_guidelines(desk.hearth, desk.slug)
    before = row_counts(desk.hearth)
    refused(desk.send(desk.writing, whole), 409, "Tonight", WORDS)
    assert row_counts(desk.hearth) == before


@pytest.mark.measures("W-6")
def test_joining_gives_the_name_back(hearth: Running) -> None:
    desk, slug = Desk(hearth), opened(hearth)
    group = desk.person.api.get(f"/groups/{slug}").json()["id"]
    whole = desk.form(f"/groups/{group}/join")
    before = row_counts(hearth)
    for more, field in (
        ({"persona": "David Miller", "suggested": "own", "agree": "yes"}, "persona"),
        ({"persona": "Plain Kettle", "suggested": "own"}, "agree"),
        ({"persona": "y" * 41, "suggested": "own", "agree": "yes"}, "persona"),
    ):
        page = refused(desk.send(f"/groups/{group}/join", {**whole, **more}), 422, more["persona"])
        assert page.select_one(f".mends a[href='#f-{field}']")
    stale = {**whole, "version": "9", "persona": "Plain Kettle", "suggested": "own", "agree": "yes"}
    refused(desk.send(f"/groups/{group}/join", stale), 409, "Plain Kettle")
    assert row_counts(hearth) == before


@pytest.mark.measures("W-6")
def test_flags_and_decisions_come_back_whole(desk: Desk) -> None:
    staff, fellow = moderator(desk.hearth), joined(desk.hearth, desk.slug)
    story = fellow.share(desk.slug, "Tonight", QUIET)["id"]
    flag = desk.form(f"/stories/{story}/flag")
    waits = fellow.share(desk.slug, "Tonight", ASKS)["id"]
    case = staff.case_about(f"story:{waits}")["id"]
    staff.api.post(f"/moderation/cases/{case}/claim")
    at_desk = Desk(desk.hearth)
    at_desk.browser = at_a_browser(desk.hearth, staff)
    token = {"csrf": at_desk.form(f"/desk/cases/{case}")["csrf"]}
    before = row_counts(desk.hearth)
    refused(desk.send(f"/stories/{story}/flag", {**flag, "note": WORDS}), 422, WORDS)
    refused(desk.send(f"/stories/{story}/flag", {**flag, "reason": "other", "note": "n" * 1001}), 422, "n" * 1001)
    decision = {**token, "action": "return", "reason": "seen", "note_to_author": WORDS}
    refused(at_desk.send(f"/desk/cases/{case}/decision", decision), 422, WORDS)
    refused(at_desk.send(f"/desk/cases/{case}/decision", {**decision, "redact": "9" * 5000}), 422, WORDS)
    assert row_counts(desk.hearth) == before


def test_a_number_of_a_finding_that_is_none_keeps_the_words(desk: Desk) -> None:
    whole = {**desk.form(desk.writing), "title": "Tonight", "body": WORDS}
    before = row_counts(desk.hearth)
    for take in ("0", "99", "-1", "x", "²", "9" * 5000):
        answer = desk.send(desk.writing, {**whole, "take": take})
        assert answer.status_code == 200
        assert "So was I" in answer.text
    assert row_counts(desk.hearth) == before


@pytest.mark.parametrize("letter", ["x", "б", "語", "🙂", "&"])
def test_ten_thousand_letters_of_any_script_are_a_story(desk: Desk, letter: str) -> None:
    whole = {**desk.form(desk.writing), "title": "Tonight", "body": letter * 10_000, "do": "share"}
    answer = desk.send(desk.writing, whole)
    assert answer.status_code == 303, answer.text[:500]
    [told] = desk.person.api.get("/me/stories").json()["items"]
    assert desk.person.api.get(f"/stories/{told['id']}").json()["body"] == letter * 10_000
    refused(desk.send(desk.writing, {**whole, "body": letter * 10_001}), 422, letter * 10_001)


def test_more_than_a_page_can_hold_is_413_or_400_in_words(desk: Desk) -> None:
    before = row_counts(desk.hearth)
    big = b"title=Tonight&body=" + b"x" * 300_000
    refused(desk.send(desk.writing, big), 413)
    refused(desk.send(desk.writing, b"&".join(b"f%d=1" % n for n in range(2000))), 400)
    assert row_counts(desk.hearth) == before


def test_doors_for_posts_are_no_pages(desk: Desk) -> None:
    story = desk.person.share(desk.slug, "Tonight", QUIET)["id"]
    before = row_counts(desk.hearth)
    for address in (
        "/sign-out", "/leave", "/invitation", "/notices/read", "/settings/sessions/end-others", f"/stories/{story}/withdraw",
        "/gestures", f"/stories/{story}/reply", f"/desk/cases/{story}/claim",
    ):  # fmt: skip
        answer = desk.browser.http.get(address)
        assert re.search("Not this way", refused(answer, 405).get_text())
    for address in ("?after=-1", "?after=x", f"?after={'9' * 20}", "?note=99", "?after=%00"):
        answer = desk.browser.http.get(f"/groups/{desk.group}{address}")
        refused(answer, 404 if "%00" in address else 422)
    for address in ("/mine?after=x", "/notices?after=x", f"/stories/{story}?after=-1", "/stories/%00"):
        assert desk.browser.http.get(address).status_code in (404, 422)
    assert row_counts(desk.hearth) == before
