"""Going about a page with the keyboard alone."""

from playwright.sync_api import Page, expect

from tests.conftest import Running
from tests.people import PASSPHRASE, Person

MOST_TABS = 80


def tab_to(page: Page, chosen: str) -> None:
    """Go on with the Tab key until this is in focus."""
    for _tab in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.locator(f"{chosen}:focus").count():
            return
    raise AssertionError(f"no way to {chosen} by keyboard")


def press(page: Page, button: str) -> None:
    """Go to a button by its name, and press it."""
    tab_to(page, f"button:text-is('{button}')")
    page.keyboard.press("Enter")


def sign_in(hearth: Running, page: Page, person: Person) -> None:
    page.goto(f"{hearth.url}/sign-in")
    page.get_by_label("Your sign-in name").fill(person.sign_in_name)
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="My place")).to_be_visible()
