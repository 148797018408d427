"""J12 (PRODUCT.md), steps 1 to 3: leaving a shared device, taking everything along, closing a place; without JavaScript."""

import io
import json
import re
from zipfile import ZipFile

from bs4 import BeautifulSoup

from tests.conftest import Running
from tests.mine.going import depart
from tests.people import PASSPHRASE, Visitor

GROUP = "Evening Harbour"
SLUG = "evening-harbour"


def test_leaving_a_shared_device(hearth: Running) -> None:
    visitor = hearth.visitor().sign_up()
    visitor.http.follow_redirects = False
    visitor.open("/settings").press("Leave now")
    assert visitor.answer is not None
    assert (visitor.status, visitor.answer.headers["location"]) == (303, "/bye")
    assert visitor.answer.headers["clear-site-data"] == '"cookies", "storage"'
    assert visitor.answer.headers["cache-control"] == "no-store"
    assert visitor.open("/bye").answer.headers["refresh"].startswith("0; url=")  # type: ignore[union-attr]
    assert visitor.open("/settings").status == 303

    other = hearth.visitor().sign_up()
    other.http.follow_redirects = False
    other.open("/settings").press("Sign out")
    assert other.answer is not None
    assert (other.status, other.answer.headers["clear-site-data"]) == (303, '"cookies", "storage"')
    assert other.open("/settings").status == 303


def test_taking_everything_along(hearth: Running) -> None:
    visitor = _writer(hearth, "Taking Walnut")
    visitor.open("/").follow("Settings").follow("Take everything along")
    assert "What others wrote is not in it" in visitor.text
    visitor.press("Go on", passphrase="not my passphrase at all")
    assert (visitor.status, "not the passphrase of this place" in visitor.text) == (422, True)
    visitor.press("Go on", passphrase=PASSPHRASE).follow("Take the file")
    assert visitor.answer is not None
    assert visitor.answer.headers["content-disposition"] == 'attachment; filename="notes.zip"'
    with ZipFile(io.BytesIO(visitor.answer.content)) as box:
        data = json.loads(box.read("data.json"))
        pages = {name: BeautifulSoup(box.read(name), "html.parser") for name in box.namelist() if name.endswith("html")}
    assert data["stories"][0]["versions"][0]["title"] == "Ten days"
    assert {page.title.get_text() for page in pages.values() if page.title} == {"Notes"}
    linked = {str(a["href"]) for a in pages["index.html"].find_all("a")}
    assert linked == set(pages) - {"index.html"}
    assert "Ten days, and rain." in pages["stories-1.html"].get_text()


def test_without_the_passphrase_there_is_no_file(hearth: Running) -> None:
    visitor = hearth.visitor().sign_up()
    assert visitor.open("/settings/export/notes.zip").status == 403
    visitor.follow("Go on there")
    assert visitor.path == "/settings/export"


def test_closing_a_place_and_leaving_a_story(hearth: Running) -> None:
    visitor = _writer(hearth, "Leaving Walnut")
    kept, gone = _story(visitor, "Kept for others"), _story(visitor, "Not to stay")
    fellow = hearth.person()
    fellow.join(SLUG)
    fellow.reply(gone, "I read this.")

    visitor.open("/").follow("Settings").follow("Close your place")
    assert "Nobody can bring it back, we neither." in visitor.text
    assert "for 30 days more at most, then they are thrown away" in visitor.text
    visitor.press("Choose otherwise for some stories", posts="erase")
    assert "Which stories shall stay?" in visitor.text
    visitor.press("Save", excepted=kept)
    assert "You chose otherwise for 1 story." in visitor.text
    visitor.press("Close my place", passphrase="not my passphrase at all")
    assert visitor.status == 422
    visitor.press("Close my place", passphrase=PASSPHRASE)
    assert "Keep these first" in visitor.text
    code = visitor.page.find("code")
    assert code is not None
    assert fellow.api.get(f"/stories/{kept}").json()["persona"] == "Leaving Walnut"
    visitor.press("I have kept them", passphrase=PASSPHRASE)
    assert "Your place is closed" in visitor.text
    assert visitor.answer is not None
    assert visitor.answer.headers["clear-site-data"] == '"cookies", "storage"'
    assert visitor.open("/mine").path == "/sign-in"

    assert fellow.api.get(f"/stories/{gone}").json()["persona"] == "Leaving Walnut"
    assert depart(hearth) == 1
    assert fellow.api.get(f"/stories/{gone}").status_code == 404
    assert fellow.api.get(f"/stories/{kept}").json()["persona"] == "a member who left"
    _is_never_given_again(hearth, "Leaving Walnut")

    holder = hearth.visitor().open("/claim").press("Erase what this name wrote", code=code.get_text())
    assert "It is being erased." in holder.text
    assert depart(hearth) == 1
    assert fellow.api.get(f"/stories/{kept}").status_code == 404
    assert holder.open("/claim").press("Erase what this name wrote", code=code.get_text()).status == 422


def _is_never_given_again(hearth: Running, persona: str) -> None:
    version = hearth.person().api.get(f"/groups/{SLUG}").json()["guidelines"]["version"]
    joining = {"guidelines_version": version, "persona": persona}
    refused = hearth.person().api.put(f"/groups/{SLUG}/membership", json=joining)
    assert refused.status_code == 422
    assert "Somebody here has this name" in refused.json()["errors"][0]["message"]


def _writer(hearth: Running, persona: str) -> Visitor:
    visitor = hearth.visitor().sign_up()
    visitor.join(GROUP, persona)
    _story(visitor, "Ten days")
    return visitor


def _story(visitor: Visitor, title: str) -> str:
    visitor.open("/groups").follow(GROUP).follow("Write").press("Look it over", title=title, body=f"{title}, and rain.")
    visitor.press("Share it")
    found = re.search(r"/stories/([0-9a-f]{32})", visitor.path)
    assert found, visitor.text
    return found.group(1)
