"""J2 by keyboard alone, on both sides, with and without JavaScript: from a cry to an answer."""

import pytest
from playwright.sync_api import Browser, Page, expect

from app.members.models import Role
from tests.api.pages import at_a_browser
from tests.api.village import invitation, opened
from tests.browser.conftest import PHONE
from tests.browser.keys import press, sign_in, tab_to
from tests.conftest import Running

pytestmark = pytest.mark.browser
CRY, OF_IT = "I have the pills in front of me tonight.", "I have the pills"
HELPS = "Ask me about the allotment."
ANSWER = "I am here, and I read every word. Please call the line on this page, now. Who could sit with you?"


@pytest.mark.parametrize("phone", [True, False], indirect=True, ids=["script", "no-script"])
def test_from_a_cry_to_an_answer(
    on_sqlite: Running, phone: Page, chromium: Browser, request: pytest.FixtureRequest
) -> None:
    slug = opened(on_sqlite)
    author, staff = on_sqlite.person(), on_sqlite.person(invitation(on_sqlite, Role.MODERATOR, slug))
    for person in (author, staff):
        person.join(slug)
    at_a_browser(on_sqlite, author).open("/mine/wishes").press("Keep it", helps=HELPS)
    has_script = request.node.callspec.params["phone"]
    desk = chromium.new_context(viewport=PHONE, java_script_enabled=has_script).new_page()  # type: ignore[arg-type]
    sign_in(on_sqlite, phone, author)
    sign_in(on_sqlite, desk, staff)

    # Help comes with the words, at once; and one's own wishes can be given along.
    group = author.api.get(f"/groups/{slug}").json()["id"]
    phone.goto(f"{on_sqlite.url}/groups/{group}/write")
    tab_to(phone, "input[name=title]")
    phone.keyboard.type("Tonight")
    tab_to(phone, "textarea[name=body]")
    phone.keyboard.type(CRY)
    press(phone, "Look it over")
    expect(phone.locator("h1")).to_have_text("You are not alone with this.")
    expect(phone.locator(".lifelines a[href^='tel:']").first).to_be_visible()
    press(phone, "Send it to a person now")
    expect(phone.locator("h1")).to_contain_text("We have your words.")
    waiting = phone.url
    press(phone, "Give my wishes along")
    expect(phone.locator("main")).to_contain_text("They are with your words now, sealed.")

    # Whoever is at the desk finds it first, says so, opens the wishes one time, chooses how near it is, and writes.
    desk.goto(f"{on_sqlite.url}/desk")
    expect(desk.get_by_role("button", name="Take the next one")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/desk/cases/*")
    assert OF_IT not in desk.locator("main").inner_text(), "heavy words are opened, and not met"
    press(desk, "Open the words")
    expect(desk.locator("main")).to_contain_text(OF_IT)
    press(desk, "I am reading this now")
    expect(desk.locator("main")).to_contain_text("The author knows that a person is reading.")
    phone.goto(waiting)
    expect(phone.locator("main")).to_contain_text("A person is reading your words now.")
    case = desk.url
    press(desk, "Open their wishes")
    expect(desk.locator("main")).to_contain_text(HELPS)
    desk.goto(case)
    tab_to(desk, "input[name=level]")
    for key in ("Space", "ArrowDown", "ArrowDown"):
        desk.keyboard.press(key)
    press(desk, "Keep this level")
    expect(desk.locator("main")).to_contain_text("Answer first, now.")
    tab_to(desk, "textarea[name=answer]")
    desk.keyboard.press("Control+a")
    desk.keyboard.type(ANSWER)
    press(desk, "Send it to them")
    expect(desk.locator("main")).to_contain_text("What was written to the author")
    assert desk.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    # It reaches its author where they are, with help beside it.
    phone.goto(f"{on_sqlite.url}/notices")
    tab_to(phone, "a:has-text('A moderator wrote to you')")
    phone.keyboard.press("Enter")
    expect(phone.locator("main")).to_contain_text(ANSWER)
    expect(phone.locator(".lifelines a[href^='tel:']").first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    desk.context.close()
