"""What was typed comes through an error page and the sign-in page whole: every value, every line, in its order."""

import pytest
from sqlalchemy import delete

from app.foundation.sealing import digest
from app.members.models import Role, SignedIn
from tests.api.pages import Desk, at_a_browser
from tests.api.village import ASKS, ITEMS, QUIET, invitation, joined, moderator, opened
from tests.conftest import Running
from tests.people import PASSPHRASE, Person, Visitor

PIECES = "some oxy\nbuy"
LINES = ["Answer gently.\nTake your time.", "Leave out who.\n\nAnd where."]


def _end_session(hearth: Running, browser: Visitor) -> None:
    with hearth.database.writing() as db:
        db.execute(delete(SignedIn).where(SignedIn.id_hash == digest(browser.http.cookies["hearth"].split(".")[0])))
        db.commit()


def _sign_in_again(browser: Visitor, person: Person) -> Visitor:
    """Back in, after a passphrase that was mistyped."""
    browser.press("Sign in", sign_in_name=person.sign_in_name, passphrase="not this one")
    return browser.press("Sign in", sign_in_name=person.sign_in_name, passphrase=PASSPHRASE)


def _shown(browser: Visitor, name: str) -> list[str]:
    return [
        t.get_text().removeprefix("\n").replace("\r\n", "\n") for t in browser.page.select(f"textarea[name={name}]")
    ]


@pytest.mark.parametrize("detour", ["signed out", "refused"])
def test_a_decision_with_several_lines_is_carried_whole(hearth: Running, detour: str) -> None:
    slug, staff = opened(hearth), moderator(hearth)
    author = joined(hearth, slug)
    story = author.share(slug, "Tonight", ASKS, as_is=True)["id"]
    case = staff.case_about(f"story:{story}")["id"]
    browser = at_a_browser(hearth, staff).open(f"/desk/cases/{case}").press("Take it")
    typed = {"action": "redact", "redact_more": PIECES, "reason": "Seen before.", "note_to_author": "Two\nlines."}
    _detour(hearth, browser, staff, "Decide", detour, **typed)
    for name in ("redact_more", "reason", "note_to_author"):
        assert _shown(browser, name) == [typed[name]]
    assert len({label.get_text() for label in browser.page.select("main .field label")}) == 3
    browser.press("Send it once more")
    assert browser.path == "/desk", browser.text
    told = author.api.get(f"/stories/{story}").json()["body"]
    assert "oxy" not in told
    assert "buy" not in told


@pytest.mark.parametrize("detour", ["signed out", "refused"])
def test_guidelines_of_several_lines_are_carried_whole_and_in_their_rows(hearth: Running, detour: str) -> None:
    slug = opened(hearth)
    tender = hearth.person(invitation(hearth, Role.FACILITATOR, slug))
    tender.join(slug)
    group = tender.api.get(f"/groups/{slug}").json()["id"]
    browser = at_a_browser(hearth, tender).open(f"/desk/groups/{group}/edit")
    _detour(hearth, browser, tender, "Save", detour, item_text=[*LINES, ""])
    assert _shown(browser, "item_text") == LINES
    browser.press("Send it once more")
    assert browser.path == f"/groups/{group}", browser.text
    items = tender.api.get(f"/groups/{slug}").json()["guidelines"]["items"]
    assert [(i["title"], i["text"]) for i in items] == [(i["title"], t) for i, t in zip(ITEMS, LINES, strict=True)]


def _detour(
    hearth: Running, browser: Visitor, person: Person, button: str, detour: str, **typed: str | list[str]
) -> None:
    if detour == "signed out":
        _end_session(hearth, browser)
        browser.press(button, **typed)
        assert browser.status == 401
        _sign_in_again(browser, person)
        assert "Here are your words again" in browser.text
    else:
        browser.press(button, **typed, csrf="")
        assert browser.status == 403
        assert "Your words are still here." in browser.text


@pytest.mark.parametrize("press", ["gesture", "read"])
def test_a_press_without_words_leads_home_after_signing_in(hearth: Running, press: str) -> None:
    desk = Desk(hearth)
    story = joined(hearth, desk.slug).share(desk.slug, "Tonight", QUIET)["id"]
    desk.person.reply(story, QUIET)
    if press == "gesture":
        desk.browser.open(f"/stories/{story}")
    else:
        own = desk.person.share(desk.slug, "Mine", QUIET)["id"]
        joined(hearth, desk.slug).reply(own, QUIET)
        desk.browser.open("/notices")
    _end_session(hearth, desk.browser)
    desk.browser.press("With you" if press == "gesture" else "I have seen them all")
    assert desk.browser.status == 401
    assert "words you were writing" not in desk.browser.text
    _sign_in_again(desk.browser, desk.person)
    assert (desk.browser.status, desk.browser.path) == (200, "/")
    desk.browser.http.close()


def test_a_reason_that_was_chosen_is_not_shown_as_words(hearth: Running) -> None:
    desk = Desk(hearth)
    story = joined(hearth, desk.slug).share(desk.slug, "Tonight", QUIET)["id"]
    desk.browser.open(f"/stories/{story}/flag").press("Send", reason="unkind", csrf="")
    assert desk.browser.status == 403
    assert "Your words are still here" not in desk.browser.text
    desk.browser.open(f"/stories/{story}/flag").press("Send", reason="unkind", note="It stung.", csrf="")
    assert _shown(desk.browser, "note") == ["It stung."]
    assert not _shown(desk.browser, "reason")
    assert "A person will look" in desk.browser.press("Send it once more").text
    desk.browser.http.close()
