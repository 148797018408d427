"""Somebody who writes at a browser, and pages that give words back."""

import httpx
from bs4 import BeautifulSoup

from tests.api.village import is_sentence, joined, opened
from tests.conftest import Running
from tests.people import PASSPHRASE, Person, Visitor

WORDS = 'The lamp was on all night.\nSo was I, "quietly" & <awake>.'


class Desk:
    """Somebody who writes at a browser, and what the page they look at would send."""

    def __init__(self, hearth: Running, visibility: str = "members") -> None:
        self.hearth, self.slug = hearth, opened(hearth, visibility)
        self.person = joined(hearth, self.slug)
        self.group = self.person.api.get(f"/groups/{self.slug}").json()["id"]
        self.browser = at_a_browser(hearth, self.person)

    def form(self, address: str) -> dict[str, str]:
        """The hidden fields of the page's main form."""
        page = self.browser.open(address).page
        found = page.select_one("main form input[name=csrf]")
        assert found is not None, self.browser.text
        hidden = found.find_parent("form")
        assert hidden is not None
        return {str(i["name"]): str(i.get("value", "")) for i in hidden.select("input[type=hidden]")}

    @property
    def writing(self) -> str:
        return f"/groups/{self.group}/write"

    def send(self, address: str, data: object, **headers: str) -> httpx.Response:
        http = self.browser.http
        if isinstance(data, bytes):
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            return http.post(address, content=data, headers={**kind, **headers}, follow_redirects=False)
        assert isinstance(data, dict)
        return http.post(address, data=data, headers=headers, follow_redirects=False)


def at_a_browser(hearth: Running, person: Person) -> Visitor:
    browser = hearth.visitor().open("/sign-in")
    return browser.press("Sign in", sign_in_name=person.sign_in_name, passphrase=PASSPHRASE)


def refused(answer: httpx.Response, status: int, *typed: str) -> BeautifulSoup:
    """A page that says so in sentences, with all that was typed in it."""
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["content-type"].startswith("text/html")
    page = BeautifulSoup(answer.text, "html.parser")
    main = page.find("main")
    assert main is not None
    told = main.select(".mends li, .mend, .lead")
    assert told
    assert all(is_sentence(t.get_text().strip()) for t in told), [t.get_text() for t in told]
    held = [t.get_text().removeprefix("\n") for t in page.select("textarea")]
    held += [str(i.get("value", "")) for i in page.select("input")]
    for words in typed:
        assert words in [h.replace("\r\n", "\n") for h in held], (words[:60], [h[:60] for h in held])
    return page
