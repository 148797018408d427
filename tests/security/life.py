"""One member's ordinary life at a place where something goes wrong: writing by API and by page, reading, help."""

import time
from dataclasses import dataclass

import httpx

from app.foundation.ids import new_id
from tests.api.pages import at_a_browser
from tests.conftest import Running
from tests.people import Person
from tests.security.writers import SLUG, new_mark

HELP_SECONDS = 0.2
"""Within which help must be there (O-6)."""


@dataclass
class Said:
    """An answer, and how long it took."""

    answer: httpx.Response
    seconds: float

    @property
    def status(self) -> int:
        return self.answer.status_code


class Life:
    """Somebody signed in at both doors, with one story out."""

    def __init__(self, hearth: Running) -> None:
        self.hearth = hearth
        self.person = Person.signed_up(hearth.url)
        self.person.join(SLUG)
        self.story = self.person.share(SLUG, "Before", "It was a quiet evening.")["id"]
        self.group = self.person.api.get(f"/groups/{SLUG}").json()["id"]
        self.browser = at_a_browser(hearth, self.person)
        self.form: dict[str, str] = {}
        self.words = self.key = ""
        self.open_form()

    def open_form(self) -> None:
        """Take a fresh page to write on, with words never used before."""
        page = self.browser.open(f"/groups/{self.group}/write").page
        found = page.select_one("main form input[name=csrf]")
        assert found is not None, self.browser.text
        form = found.find_parent("form")
        assert form is not None
        self.form = {str(i["name"]): str(i.get("value", "")) for i in form.select("input[type=hidden]")}
        self.words, self.key = new_mark(), new_id()

    def by_page(self) -> Said:
        """Press Share on the page that was opened; pressed again, it is the same form."""
        typed = {**self.form, "title": "Tonight", "body": f"It was late. {self.words}p", "do": "share"}
        return self._timed("POST", f"/groups/{self.group}/write", data=typed)

    def by_program(self) -> Said:
        """The same with the API and an Idempotency-Key."""
        began = time.monotonic()
        answer = self.person.api.post(
            f"/groups/{SLUG}/stories", json={"title": "Tonight", "body": f"It was late. {self.words}a"},
            headers={"Idempotency-Key": self.key},
        )  # fmt: skip
        return Said(answer, time.monotonic() - began)

    def reads(self) -> Said:
        return self._timed("GET", f"/stories/{self.story}")

    def asks_for_help(self) -> Said:
        return self._timed("GET", "/help-now")

    def is_ready(self) -> bool:
        return self._timed("GET", "/readyz").status == 200

    def close(self) -> None:
        self.person.api.close()
        self.browser.http.close()

    def _timed(self, method: str, path: str, **more: object) -> Said:
        began = time.monotonic()
        answer = self.browser.http.request(method, path, follow_redirects=False, **more)  # type: ignore[arg-type]
        return Said(answer, time.monotonic() - began)


def gives_back(said: Said, words: str) -> bool:
    """A kind refusal, with the typed words in it and no word of anything being saved."""
    text = said.answer.text
    is_kind = said.status == 503 and "retry-after" in said.answer.headers
    return is_kind and (words in text or said.answer.headers["content-type"] == "application/problem+json")
