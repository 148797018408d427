"""J4, steps 1 and 2, in a real browser on a phone: one member joins two groups as two people, and whoever reads both pages
finds nothing on one that is also on the other."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_first_story import _fits
from tests.browser.test_leaving_well import _sign_in
from tests.conftest import Running
from tests.journeys.test_j04_two_selves import GROUPS, LONG, _code
from tests.people import Person

pytestmark = pytest.mark.browser
NAMES = {"women-in-recovery": "Women in Recovery", "gambling-free": "Gambling Free"}


def test_two_groups_two_selves_on_a_phone(on_sqlite: Running, phone: Page, chromium: Browser) -> None:
    member, watcher = (on_sqlite.person(_code(on_sqlite, "member", GROUPS[0])) for _n in range(2))
    _sign_in(on_sqlite, phone, member)
    personas, stories = {}, {}
    for slug in GROUPS:
        personas[slug] = _joined(phone, NAMES[slug])
        stories[slug] = _shared(phone, f"An evening in {NAMES[slug]}")
    assert personas[GROUPS[0]] != personas[GROUPS[1]]

    for slug in (*GROUPS, "kitchen-table"):
        watcher.join(slug)
    cook = on_sqlite.person()
    cook.join("kitchen-table")
    soup = cook.share("kitchen-table", "Soup", "Leeks and potatoes, and it was warm.")["id"]
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    seen = {slug: _read(on_sqlite, context, watcher, story) for slug, story in stories.items()}
    of_nobody = _read(on_sqlite, context, watcher, f"/stories/{soup}")
    context.close()
    for slug in GROUPS:
        assert personas[slug] in seen[slug]
        other = personas[next(one for one in GROUPS if one != slug)]
        assert other not in seen[slug]
    shared = set(LONG.findall(seen[GROUPS[0]])) & set(LONG.findall(seen[GROUPS[1]]))
    assert shared <= set(LONG.findall(of_nobody))


def _joined(phone: Page, group: str) -> str:
    """Join by hand, under the first name that is suggested; the name."""
    phone.get_by_role("link", name="Groups", exact=True).first.click()
    phone.get_by_role("link", name=group).click()
    phone.get_by_role("link", name="Join this group").click()
    first = phone.locator("input[name=suggested]").first
    first.check()
    persona = first.get_attribute("value") or ""
    phone.get_by_label("What I hear here stays here").check()
    _fits(phone)
    phone.get_by_role("button", name="Join").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(group)
    return persona


def _shared(phone: Page, title: str) -> str:
    """Write in the group that is open; the story's address."""
    phone.get_by_role("link", name=re.compile("^Write")).first.click()
    phone.get_by_label("Title").fill(title)
    phone.get_by_label("Your words").fill("It was a quiet one, and I am glad.")
    phone.get_by_role("button", name="Look it over").click()
    phone.get_by_role("button", name="Share it").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(title)
    _fits(phone)
    return "/stories/" + phone.url.rsplit("/", 1)[1]


def _read(hearth: Running, context: BrowserContext, reader: Person, address: str) -> str:
    """What another member's browser has of a page: as it came, and as it stands there."""
    page = context.new_page()
    if not context.cookies():
        _sign_in(hearth, page, reader)
    answer = page.goto(f"{hearth.url}{address}")
    assert answer is not None
    assert answer.status == 200
    whole = f"{answer.text()}\n{page.content()}"
    page.close()
    return whole
