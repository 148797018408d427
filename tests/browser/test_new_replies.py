"""New replies are announced where one reads, without reloading and without moving anything; and by a link without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Running
from tests.people import PASSPHRASE, Person

pytestmark = pytest.mark.browser
SCRIPT = pytest.mark.parametrize("phone", [True], indirect=True, ids=["script"])
GROUP = "evening-harbour"


def _reads(hearth: Running, phone: Page) -> tuple[Person, str]:
    """Somebody in front of their own story, and somebody who may answer it."""
    author, peer = hearth.person(), hearth.person()
    for person in (author, peer):
        person.join(GROUP)
    story = author.share(GROUP, "Tonight", "I sat on the porch, and it was quiet.")["id"]
    phone.goto(f"{hearth.url}/stories/{story}")
    phone.get_by_label("Your sign-in name").fill(author.sign_in_name)
    phone.get_by_label("Your passphrase").fill(PASSPHRASE)
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_role("heading", name="Nobody has answered yet")).to_be_visible()
    return peer, story


@SCRIPT
def test_new_replies_are_announced_without_reloading(on_sqlite: Running, phone: Page) -> None:
    with phone.expect_request(lambda asked: "/events?" in asked.url):
        peer, story = _reads(on_sqlite, phone)
    phone.evaluate("window.sameView = true")
    phone.get_by_label("Write more").fill("Half a sentence")
    place = phone.get_by_role("status").get_by_role("link")
    at = place.bounding_box()
    peer.reply(story, "I know that porch.")
    expect(place).to_have_text("1 new reply. Show it")
    expect(phone.get_by_role("link", name="Notices (1)")).to_be_visible()
    now = place.bounding_box()
    assert at and now and at["y"] == now["y"]
    peer.reply(story, "And the quiet.")
    expect(place).to_have_text("2 new replies. Show them")
    expect(phone.get_by_role("link", name="Notices (2)")).to_be_visible()
    expect(phone.get_by_text("I know that porch.")).to_have_count(0)
    expect(phone.get_by_label("Write more")).to_have_value("Half a sentence")
    assert phone.evaluate("window.sameView")
    assert phone.evaluate("localStorage.length + sessionStorage.length") == 0
    place.click()
    expect(phone.get_by_text("I know that porch.")).to_be_visible()
    expect(phone.get_by_text("And the quiet.")).to_be_visible()
    expect(phone.get_by_role("link", name="Look for new replies")).to_be_visible()


@SCRIPT
def test_one_stream_while_the_page_is_looked_at(on_sqlite: Running, phone: Page) -> None:
    peer, story = _reads(on_sqlite, phone)
    phone.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    peer.reply(story, "Said while nobody looked.")
    with phone.expect_request(lambda asked: "/events?" in asked.url):
        phone.evaluate("Object.defineProperty(document, 'hidden', {value: false, configurable: true})")
        phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(phone.get_by_role("status").get_by_role("link")).to_have_text("1 new reply. Show it")


def test_a_link_looks_for_new_replies(on_sqlite: Running, phone: Page) -> None:
    peer, story = _reads(on_sqlite, phone)
    phone.get_by_role("link", name="Look for new replies").click()
    expect(phone.get_by_role("heading", name="Nobody has answered yet")).to_be_visible()
    peer.reply(story, "I know that porch.")
    phone.goto(f"{on_sqlite.url}/stories/{story}")
    peer.reply(story, "And the quiet.")
    phone.locator("[data-events]").click()
    expect(phone.get_by_text("And the quiet.")).to_be_visible()
    expect(phone.get_by_text("I know that porch.")).to_have_count(0)
    phone.locator("[data-events]").click()
    expect(phone.get_by_role("heading", name="Nothing newer yet")).to_be_visible()
    phone.get_by_role("link", name="Show all replies").click()
    expect(phone.get_by_text("I know that porch.")).to_be_visible()
