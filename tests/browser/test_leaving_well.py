"""J12, steps 2 and 3, in a real browser on a phone: everything taken along and read, a place closed, story by story."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_first_story import _fits
from tests.conftest import Running
from tests.mine.going import depart
from tests.people import PASSPHRASE, Person

pytestmark = pytest.mark.browser
GROUP = "evening-harbour"


def test_taking_everything_along_and_closing_on_a_phone(on_sqlite: Running, phone: Page, tmp_path: Path) -> None:
    person, other = on_sqlite.person(), on_sqlite.person()
    other.join(GROUP)
    persona = person.join(GROUP)
    stays, goes = (person.share(GROUP, title, "It was a quiet evening.")["id"] for title in ("To stay", "To go"))
    _sign_in(on_sqlite, phone, person)

    phone.get_by_role("link", name="Settings").click()
    phone.get_by_role("link", name="Take everything along").click()
    _fits(phone)
    phone.get_by_label("Your passphrase").fill(PASSPHRASE)
    phone.get_by_role("button", name="Go on").click()
    with phone.expect_download() as taken:
        phone.get_by_role("link", name="Take the file").click()
    assert taken.value.suggested_filename == "notes.zip"
    with ZipFile(taken.value.path()) as box:
        box.extractall(tmp_path)
        html = box.read("stories-1.html").decode()
    assert "To stay" in html
    assert "To go" in html

    phone.goto(f"{on_sqlite.url}/settings/close")
    _fits(phone)
    phone.get_by_role("button", name="Choose otherwise for some stories").click()
    phone.get_by_role("checkbox", name="To stay").check()
    _fits(phone)
    phone.get_by_role("button", name="Save").click()
    phone.get_by_label("Your passphrase").fill(PASSPHRASE)
    phone.get_by_role("button", name="Close my place").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Keep these first")
    _fits(phone)
    phone.get_by_label("Your passphrase, once more").fill(PASSPHRASE)
    phone.get_by_role("button", name="I have kept them").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your place is closed")
    assert phone.context.cookies() == []

    depart(on_sqlite)
    assert other.api.get(f"/stories/{stays}").json()["persona"] == "a member who left" != persona
    assert other.api.get(f"/stories/{goes}").status_code == 404


def _sign_in(hearth: Running, phone: Page, person: Person) -> None:
    phone.goto(f"{hearth.url}/sign-in")
    phone.get_by_label("Your sign-in name").fill(person.sign_in_name)
    phone.get_by_label("Your passphrase").fill(PASSPHRASE)
    phone.get_by_role("button", name="Sign in").click()
