"""J3 by keyboard alone, on a phone, with and without JavaScript; and danger that is heard at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.members.models import Role
from tests.api import village
from tests.api.village import ASKS, DANGER, joined, opened
from tests.browser.keys import sign_in, tab_to
from tests.conftest import Running
from tests.people import Person

pytestmark = pytest.mark.browser
SCRIPT = pytest.mark.parametrize("phone", [True], indirect=True, ids=["script"])


def _at_the_desk(hearth: Running, phone: Page, path: str, slug: str = "") -> Person:
    """A moderator of the desk, or of one group alone, with this page open."""
    moderator = hearth.person(village.invitation(hearth, Role.MODERATOR, slug)) if slug else village.moderator(hearth)
    if slug:
        moderator.join(slug)
    sign_in(hearth, phone, moderator)
    phone.goto(f"{hearth.url}{path}")
    return moderator


def test_from_one_case_to_the_next_by_keyboard_alone(on_sqlite: Running, phone: Page) -> None:
    slug = opened(on_sqlite)
    author = joined(on_sqlite, slug)
    for n in range(3):
        author.share(slug, f"Evening {n}", f"{ASKS} {n}", as_is=True)
    _at_the_desk(on_sqlite, phone, "/desk", slug)
    expect(phone.get_by_role("button", name="Take the next one")).to_be_focused()
    phone.keyboard.press("Enter")
    expect(phone.locator("article.story h2")).to_have_text("Evening 0")
    tab_to(phone, "input[name=action]")
    phone.keyboard.press("Space")
    tab_to(phone, "input[name=reason]")
    phone.keyboard.type("it only asks, and nobody sells")
    tab_to(phone, "button.do")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("button", name="Take the next one")).to_be_focused()
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/desk/cases/*")
    expect(phone.locator("#f-reason")).to_have_value("")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    tab_to(phone, "button[formaction$=release]")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("button", name="Take the next one")).to_be_focused()


@SCRIPT
def test_words_marked_in_the_text_are_added_to_those_to_take_out(on_sqlite: Running, phone: Page) -> None:
    slug = opened(on_sqlite)
    story = joined(on_sqlite, slug).share(slug, "Evening", ASKS, as_is=True)["id"]
    moderator = _at_the_desk(on_sqlite, phone, "/desk")
    case = moderator.case_about(f"story:{story}")["id"]
    moderator.api.post(f"/moderation/cases/{case}/claim")
    phone.goto(f"{on_sqlite.url}/desk/cases/{case}")
    phone.evaluate("getSelection().selectAllChildren(document.querySelector('[data-words]'))")
    phone.get_by_role("button", name="Add the words I marked above").press("Enter")
    expect(phone.get_by_label("Other words to take out")).to_have_value(ASKS)


@SCRIPT
def test_danger_is_heard_at_once_wherever_one_is_at_the_desk(on_sqlite: Running, phone: Page) -> None:
    slug = opened(on_sqlite)
    author = joined(on_sqlite, slug)
    with phone.expect_request(lambda asked: asked.url.endswith("/desk/events")):
        moderator = _at_the_desk(on_sqlite, phone, "/desk/log")
        phone.goto(f"{on_sqlite.url}/desk?stream=held")
    before = len(moderator.api.get("/moderation/cases?stream=urgent&limit=50").json()["items"])
    phone.get_by_role("button", name="A sound for urgent ones: off").press("Enter")
    expect(phone.get_by_role("button", name="A sound for urgent ones: on")).to_have_attribute("aria-pressed", "true")
    author.share(slug, "Tonight", DANGER)
    expect(phone.get_by_role("alert").get_by_role("link")).to_have_text(f"{before + 1} to look at first. Go there")
    expect(phone).to_have_title(re.compile(rf"^\({before + 1}\) "))
    assert phone.evaluate("localStorage.length + sessionStorage.length") == 0
    phone.get_by_role("alert").get_by_role("link").press("Enter")
    phone.wait_for_url("**/desk?stream=urgent")


@pytest.mark.parametrize("phone", [False], indirect=True, ids=["no-script"])
def test_without_script_the_queue_looks_by_itself_and_can_be_stopped(on_sqlite: Running, phone: Page) -> None:
    _at_the_desk(on_sqlite, phone, "/desk")
    refresh = phone.locator("head meta[http-equiv=refresh]")
    assert refresh.get_attribute("content") == "60"
    phone.get_by_role("link", name="Stop that").click()
    expect(phone.get_by_role("link", name="Let it look every minute")).to_be_visible()
    assert refresh.count() == 0
