"""J1 in a real browser, on a phone, with and without JavaScript; and the way out."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Running
from tests.people import PASSPHRASE

pytestmark = pytest.mark.browser
WIDTH = 390


def test_a_first_story_on_a_phone(on_sqlite: Running, phone: Page) -> None:
    moderator = on_sqlite.moderator()
    phone.goto(on_sqlite.url)
    expect(phone.get_by_text("not an emergency service").first).to_be_visible()
    assert phone.context.cookies() == []

    phone.get_by_role("link", name="Come in").first.click()
    phone.get_by_label("I choose my own").check()
    phone.get_by_label("My own passphrase").fill(PASSPHRASE)
    phone.get_by_label("I am 18 or older").check()
    _fits(phone)
    phone.get_by_role("button", name="Come in").click()
    expect(phone.locator("ol.codes li")).to_have_count(10)
    assert len(phone.context.cookies()) == 1
    phone.get_by_role("link", name="I have kept them").click()

    phone.get_by_role("link", name="Evening Harbour").click()
    phone.get_by_role("link", name="Join this group").click()
    phone.locator("input[name=suggested]").first.check()
    phone.get_by_label("What I hear here stays here").check()
    _fits(phone)
    phone.get_by_role("button", name="Join").click()

    phone.get_by_role("link", name=re.compile("^Write")).first.click()
    phone.get_by_label("Title").fill("Nine days")
    phone.get_by_label("Your words").fill("Nine days. If anybody wants to walk, I am on 07700 900123.")
    phone.get_by_role("button", name="Look it over").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("One thing before this goes out")
    expect(phone.locator("mark")).to_contain_text("07700 900123")
    _fits(phone)
    phone.get_by_role("button", name="Use that").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("This is how others will see it")
    phone.get_by_role("button", name="Share it").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Nine days")
    _fits(phone)

    story = phone.url.rsplit("/", 1)[1]
    fellow = on_sqlite.person()
    fellow.join("evening-harbour")
    fellow.reply(story, "I know that bench.")
    phone.reload()
    expect(phone.get_by_text("I know that bench.")).to_be_visible()
    phone.get_by_role("link", name="Notices (1)").click()
    expect(phone.get_by_text("Somebody answered you")).to_be_visible()
    assert moderator.api.get("/moderation/cases").status_code == 200


def test_somebody_in_danger_sees_help_first(on_sqlite: Running, phone: Page) -> None:
    _come_in(on_sqlite, phone)
    phone.get_by_label("Title").fill("Tonight")
    phone.get_by_label("Your words").fill("I have the pills in front of me tonight.")
    phone.get_by_role("button", name="Look it over").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("You are not alone with this.")
    expect(phone.locator(".lifelines li").first).to_be_visible()
    phone.get_by_role("button", name="Send it to a person now").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("We have your words. You are not alone with this.")
    expect(phone.locator(".lifelines li").first).to_be_visible()


def test_the_way_out_is_first_and_ends_the_session(on_sqlite: Running, phone: Page) -> None:
    _come_in(on_sqlite, phone)
    private = phone.url
    phone.keyboard.press("Tab")
    expect(phone.locator(":focus")).to_have_text("Skip to the words")
    phone.keyboard.press("Tab")
    expect(phone.locator(":focus")).to_have_text("Leave now")
    with phone.expect_response(lambda answer: answer.url.endswith("/leave")) as left:
        phone.route(lambda url: "127.0.0.1" not in url, lambda route: route.fulfill(body="weather"))
        phone.keyboard.press("Enter")
    assert left.value.all_headers()["clear-site-data"] == '"cookies", "storage"'
    assert left.value.status == 303
    phone.wait_for_url(re.compile("weather"))
    phone.unroute_all()
    phone.goto(private)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sign in")


def _come_in(on_sqlite: Running, phone: Page) -> None:
    """Somebody who joined, in front of an empty page to write on."""
    person = on_sqlite.person()
    person.join("evening-harbour")
    group = person.api.get("/groups/evening-harbour").json()["id"]
    phone.goto(f"{on_sqlite.url}/groups/{group}/write")
    phone.get_by_label("Your sign-in name").fill(person.sign_in_name)
    phone.get_by_label("Your passphrase").fill(PASSPHRASE)
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_label("Your words")).to_be_visible()


def _fits(phone: Page) -> None:
    """Nothing is wider than the screen."""
    box = phone.locator("body").bounding_box()
    assert box is not None
    assert box["width"] <= WIDTH
    assert phone.locator("main").bounding_box()["width"] <= WIDTH  # type: ignore[index]
