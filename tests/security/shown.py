"""Everywhere a member's words are shown, as pages that came back from a running Hearth."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from zipfile import ZipFile

import httpx
from bs4 import BeautifulSoup

from app.moderation import sanitise
from tests.api.pages import Desk, at_a_browser
from tests.conftest import Running
from tests.people import PASSPHRASE, Visitor
from tests.security.eye import POLICY
from tests.security.strings import heaps

HELD = "Does anyone know where I can buy some oxy tonight?"
QUIET = "It was a quiet evening, and lantern is the word to look for."
BODY, TITLE, SEARCH, PERSONA = 9_000, 200, 190, 2_000
"""How many letters of them are sent together: what the field takes, or what comes back from it."""
A_THREAD = 50
FEW_LETTERS = 10

POLICY_INSIDE = re.compile('<meta http-equiv="Content-Security-Policy" content="[^"]*">\n')
STYLE = '<link rel="stylesheet" href="page.css">\n'
OF_A_FILE = "default-src 'none'; base-uri 'none'; form-action 'none'"

Place = Callable[["Stage", list[str]], Iterator[httpx.Response]]


class Stage:
    """Somebody who writes, with a browser, and a moderator."""

    def __init__(self, hearth: Running) -> None:
        self.hearth, self.desk = hearth, Desk(hearth)
        self.person, self.http = self.desk.person, self.desk.browser.http
        self.moderator = hearth.moderator()

    def share(self, title: str, body: str) -> str:
        return str(self.person.share(self.desk.slug, title, body, as_is=True)["id"])

    def csrf(self, path: str) -> str:
        return str(BeautifulSoup(self.http.get(path).text, "html.parser").select_one("input[name=csrf]")["value"])  # type: ignore[index]


def as_replies(stage: Stage, strings: list[str]) -> Iterator[httpx.Response]:
    """Each a reply of its own, and those together that are a sign or two. Their author sees also what waits for a person."""
    alone = [text for text in strings if len(text) > FEW_LETTERS]
    short = heaps([text for text in strings if len(text) <= FEW_LETTERS], TITLE, " ")
    for some in batched([*alone, *short], A_THREAD):
        story = stage.share("One after the other", QUIET)
        sent = {
            text: stage.person.api.post(f"/stories/{story}/replies", json={"body": text, "as_is": True})
            for text in some
        }
        refused = [text for text, answer in sent.items() if answer.status_code != 201]
        assert [text for text in refused if "\0" not in text and sanitise.line(text)] == []
        answer = stage.http.get(f"/stories/{story}")
        assert answer.text.count('id="reply-') == len(sent) - len(refused)
        yield answer


def batched(strings: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(strings), size):
        yield strings[start : start + size]


def as_stories(stage: Stage, strings: list[str]) -> Iterator[httpx.Response]:
    """Many together, as a story, and as the page before it is sent, which marks what it found in them."""
    for heap in heaps(strings, BODY, "\n\n"):
        yield stage.http.get(f"/stories/{stage.share('All together', heap)}")
        form = {**stage.desk.form(stage.desk.writing), "title": heap[:TITLE], "body": heap}
        yield stage.http.post(stage.desk.writing, data={**form, "do": "look"})
        yield stage.http.post(stage.desk.writing, data={**form, "csrf": "none", "do": "share"})


def as_titles(stage: Stage, strings: list[str]) -> Iterator[httpx.Response]:
    """As titles, in the group's list, at the head of every seventh story, and among what was found."""
    stories = [stage.share(heap, QUIET) for heap in heaps(strings, TITLE, " ")]
    for story in stories[::7]:
        yield stage.http.get(f"/stories/{story}")
    path = f"/groups/{stage.desk.group}"
    for _page in range(len(stories)):
        answer = stage.http.get(path)
        yield answer
        more = [a["href"] for a in BeautifulSoup(answer.text, "html.parser").select("a[href*='after=']")]
        if not more:
            break
        path = str(more[-1]) if str(more[-1]).startswith("/") else f"/groups/{stage.desk.group}{more[-1]}"
    yield from _found(stage, "lantern", len(stories))
    yield stage.http.get("/mine")


def _found(stage: Stage, words: str, most: int) -> Iterator[httpx.Response]:
    form = {"words": words, "csrf": stage.csrf("/search"), "limit": "50", "order": "newest", "after": ""}
    for _page in range(1 + most // 20):
        answer = stage.http.post("/search", data=form)
        assert answer.status_code == 200
        yield answer
        more = BeautifulSoup(answer.text, "html.parser").select_one("input[name=after]")
        if more is None:
            break
        form["after"] = str(more["value"])


def as_personas(stage: Stage, strings: list[str]) -> Iterator[httpx.Response]:
    """As names nobody gets, which come back in their field."""
    newcomer = stage.hearth.person()
    browser = at_a_browser(stage.hearth, newcomer)
    path = f"/groups/{stage.desk.group}/join"
    for heap in heaps(strings, PERSONA, " "):
        hidden = {
            str(i["name"]): str(i.get("value", ""))
            for i in browser.open(path).page.select("main form input[type=hidden]")
        }
        answer = browser.http.post(path, data={**hidden, "suggested": "own", "persona": heap, "agree": "yes"})
        assert answer.status_code == 422
        yield answer


def as_searches(stage: Stage, strings: list[str]) -> Iterator[httpx.Response]:
    """As what is looked for, which comes back in its field: so much as is looked for, and more than that."""
    csrf = stage.csrf("/search")
    for heap in [*heaps(strings[::20], SEARCH, " "), *heaps(strings, PERSONA, " ")]:
        yield stage.http.post("/search", data={"words": heap, "csrf": csrf})


def at_the_desk(stage: Stage, strings: list[str]) -> Iterator[httpx.Response]:
    """Held words before the moderator who took the case, and what the moderator typed. A shared device is signed out
    after a quarter of an hour without use, so the browser comes in now."""
    staff = at_a_browser(stage.hearth, stage.moderator)
    for heap in heaps(strings, BODY, "\n\n"):
        story = stage.share(heap[:TITLE], f"{heap}\n\n{HELD}")
        case = stage.moderator.case_about(f"story:{story}")["id"]
        assert stage.moderator.api.post(f"/moderation/cases/{case}/claim").status_code == 200
        yield staff.http.get(f"/desk/cases/{case}")
        wrong = {
            "csrf": _token(staff, f"/desk/cases/{case}"),
            "action": "return",
            "reason": heap[:1_500],
            "note_to_author": heap[-1_500:],
        }
        yield staff.http.post(f"/desk/cases/{case}/decide", data=wrong)
        made = stage.moderator.api.post(
            f"/moderation/cases/{case}/decision", json={"action": "publish", "reason": heap[:1_000]}
        )
        assert made.status_code in (200, 202, 422)
    yield staff.http.get("/desk")


def _token(browser: Visitor, path: str) -> str:
    return str(browser.open(path).page.find("input", attrs={"name": "csrf"})["value"])  # type: ignore[index]


def taken_along(stage: Stage, _strings: list[str]) -> Iterator[httpx.Response]:
    """All of it in the file that a member takes along; its pages carry their policy inside."""
    stage.http = at_a_browser(stage.hearth, stage.person).http
    stage.http.post("/settings/export", data={"csrf": stage.csrf("/settings/export"), "passphrase": PASSPHRASE})
    answer = stage.http.get("/settings/export/notes.zip")
    assert answer.status_code == 200
    with ZipFile(BytesIO(answer.content)) as box:
        names = [name for name in box.namelist() if name.endswith(".html")]
        assert any(name.startswith("stories") for name in names)
        for name in names:
            html, found = POLICY_INSIDE.subn("", box.read(name).decode())
            assert found == 1
            request = httpx.Request("GET", f"{stage.hearth.url}/taken/{name}")
            yield httpx.Response(200, html=html.replace(STYLE, ""), headers={POLICY: OF_A_FILE}, request=request)


PLACES: dict[str, Place] = {
    "replies": as_replies, "stories": as_stories, "titles": as_titles, "personas": as_personas, "searches": as_searches,
    "desk": at_the_desk, "taken along": taken_along,
}  # fmt: skip
