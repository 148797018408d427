"""Links in members' words lead to a page of ours first, which names the place; nothing of theirs stands in an address
(W-3, P-5)."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI
from playwright.sync_api import Browser

from app.foundation.web import outward
from tests.api.pages import Desk
from tests.api.village import moderator
from tests.browser.conftest import chromium  # noqa: F401
from tests.conftest import ROOT, Running
from tests.house.conftest import hearth_app  # noqa: F401
from tests.house.test_doors import doors
from tests.people import PASSPHRASE

WAY = re.compile(r"/away/[A-Za-z0-9_-]{20,}")
REL = ["nofollow", "noopener", "noreferrer"]


def _links(desk: Desk, path: str) -> list[str]:
    page = desk.browser.open(path).page
    found = page.select(".words a")
    assert all(a["rel"] == REL for a in found)
    return [str(a["href"]) for a in found]


@pytest.mark.measures("W-3")
def test_a_link_names_its_place_before_it_leads_there(hearth: Running) -> None:
    desk = Desk(hearth)
    body = "This helped me: [a page](https://help.example/a?b=1&c=2#d), and <https://other.example/path>."
    story = desk.person.share(desk.slug, "What helped", body, as_is=True)["id"]
    links = _links(desk, f"/stories/{story}")
    assert len(links) == 2
    assert all(WAY.fullmatch(link) for link in links), links
    assert "(help.example)" in desk.browser.text
    page = desk.browser.open(links[0])
    assert "It leads to help.example" in page.text
    assert "https://help.example/a?b=1&c=2#d" in page.text
    go = page.page.select_one("main a.do")
    assert go is not None
    assert (go["href"], go["rel"]) == ("https://help.example/a?b=1&c=2#d", REL)
    assert page.page.find("a", string="Stay here") is not None
    assert page.page.find("title").get_text() == "Notes"  # type: ignore[union-attr]


@pytest.mark.measures("W-3")
def test_nobody_makes_hearth_lead_anywhere_else(hearth: Running) -> None:
    desk = Desk(hearth)
    story = desk.person.share(desk.slug, "What helped", "It was <https://help.example/>.", as_is=True)["id"]
    (link,) = _links(desk, f"/stories/{story}")
    foreign = outward._Sealer(b"k" * 32)
    token = link.removeprefix(outward.PATH)
    wrong = [
        foreign.seal("https://evil.example/"), token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), token[4:], token + "AAAA",
        "https://evil.example", "%20", "x", "é", token.swapcase(),
    ]  # fmt: skip
    for one in wrong:
        answer = desk.browser.http.get(f"/away/{one}", follow_redirects=False)
        assert answer.status_code == 404, one
        assert "evil.example" not in answer.text
    assert desk.browser.http.get(link).status_code == 200
    stranger = hearth.visitor().http.get(link, follow_redirects=False)
    assert (stranger.status_code, stranger.headers["location"].split("?")[0]) == (303, "/sign-in")


def test_every_reader_gets_the_same_address(hearth: Running) -> None:
    """A link that differed from reader to reader would tell who passed it on (A-10)."""
    desk, other = Desk(hearth, "open"), Desk(hearth, "open")
    story = desk.person.share(desk.slug, "What helped", "It was <https://help.example/>, I think.", as_is=True)["id"]
    reads = moderator(hearth)
    assert reads.decide(reads.case_about(f"story:{story}")["id"], "publish").status_code == 200
    words = [
        BeautifulSoup(d.browser.http.get(f"/stories/{story}").text, "html.parser").select_one(".words")
        for d in (desk, other, desk)
    ]
    assert words[0] is not None
    assert words[0].find("a", href=WAY) is not None
    assert words[0] == words[1] == words[2]


THERE = "/there"


class _Elsewhere(BaseHTTPRequestHandler):
    heard: list[dict[str, str]] = []  # noqa: RUF012

    def do_GET(self) -> None:
        if self.path == THERE:
            self.heard.append({name.lower(): value for name, value in self.headers.items()})
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"elsewhere")

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}{THERE}"
        server.shutdown()


@pytest.mark.browser
@pytest.mark.measures("W-3")
def test_the_other_place_is_not_told_where_one_came_from(
    on_sqlite: Running,
    chromium: Browser,  # noqa: F811
    elsewhere: str,
) -> None:
    desk = Desk(on_sqlite)
    story = desk.person.share(desk.slug, "What helped", f"It was [this page]({elsewhere}).", as_is=True)["id"]
    page = chromium.new_page()
    page.goto(f"{on_sqlite.url}/sign-in")
    page.get_by_label("Your sign-in name").fill(desk.person.sign_in_name)
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{on_sqlite.url}/stories/{story}")
    page.get_by_role("link", name="this page").click()
    page.wait_for_url(f"{on_sqlite.url}/away/*")
    assert _Elsewhere.heard == []
    page.get_by_role("link", name="Go there").click()
    page.wait_for_url(elsewhere)
    page.context.close()
    (heard,) = _Elsewhere.heard
    assert not {"referer", "origin", "cookie"} & heard.keys()


ASKED = {
    "after", "answered", "before", "change", "done", "free", "group", "judged", "kind", "like", "limit", "next", "note", "order",
    "posts", "seen", "status", "story", "stream", "unread", "waits", "weight",
}  # fmt: skip
"""What may stand behind the question mark of an address: places, counts and choices, no words of anybody."""


@pytest.mark.measures("P-5")
def test_no_address_has_room_for_words(hearth_app: FastAPI) -> None:  # noqa: F811
    found: set[str] = set()
    for _door, context in doors(hearth_app):
        flat = getattr(context, "flat_dependant", None) or getattr(context, "dependant", None)
        for field in getattr(flat, "query_params", ()):
            several = getattr(field.field_info.annotation, "model_fields", None)
            found |= set(several or [field.alias])
    assert found <= ASKED
    assert {"after", "limit"} <= found
    forms = [f for file in (ROOT / "templates").rglob("*.html") for f in re.findall(r"<form[^>]*>", file.read_text())]
    assert len(forms) > 20
    assert all('method="post"' in form or 'method="get"' in form for form in forms)
    choosers = [file for file in (ROOT / "templates").rglob("*.html") if 'method="get"' in file.read_text()]
    asking = [BeautifulSoup(file.read_text(), "html.parser").select("form[method=get]") for file in choosers]
    tags = [tag for found in asking for form in found for tag in form.select("input, textarea, select")]
    assert {(tag.name, str(tag.get("name"))) for tag in tags} == {
        ("select", "note"), ("input", "stream"), ("select", "group"), ("select", "kind"), ("select", "weight"),
    }  # fmt: skip
