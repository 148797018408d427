"""Whatever is typed as title and body: never a fault of ours, and what comes back is what was typed."""

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.moderation.sanitise import UNSEEN
from tests.api.pages import Desk
from tests.api.village import QUIET, joined, opened
from tests.conftest import Running
from tests.people import Person

MARKS = st.text(alphabet="[]()!<>&*_`~#>-+.|\\/\"'\n\r\t @:=;{}0a\u200b\u202e\u0301é🙂\0", max_size=60)
PIECES = st.sampled_from(
    ["<b>", "</p>", "<script>", "![[", "](javascript:x)", "&#64;", "%00", "\r\n", "\u2028", "\ufeff", "1. ", "> > ", "***",
     "';--", "=cmd()", "{{7*7}}", "${x}", "\x1b[31m", "\x85", "\uffff", "\U000e0041", "http://[", "https://é.example/?#"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200), MARKS, st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=12).map("".join)
)
OFTEN = settings(
    max_examples=40, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
_AUTHORS: dict[str, tuple[str, Person]] = {}


@pytest.fixture
def author(hearth: Running) -> tuple[str, Person]:
    if hearth.url not in _AUTHORS:
        slug = opened(hearth)
        _AUTHORS[hearth.url] = slug, joined(hearth, slug)
    return _AUTHORS[hearth.url]


AtDesk = tuple[Desk, dict[str, str]]
_DESKS: dict[str, AtDesk] = {}


@pytest.fixture
def at_desk(hearth: Running) -> AtDesk:
    """Somebody with an empty page in front of them."""
    if hearth.url not in _DESKS:
        desk = Desk(hearth)
        _DESKS[hearth.url] = desk, desk.form(desk.writing)
    return _DESKS[hearth.url]


def as_kept(text: str) -> str:
    """Line ends are the one thing that is changed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@OFTEN
@given(title=TEXTS, body=TEXTS)
def test_any_text_is_kept_as_typed_or_refused(author: tuple[str, Person], title: str, body: str) -> None:
    slug, person = author
    answer = person.api.post(f"/groups/{slug}/stories", json={"title": title, "body": body})
    assert answer.status_code in (201, 422), (answer.status_code, title, body)
    if answer.status_code == 422:
        assert {e["field"] for e in answer.json()["errors"]} <= {"title", "body"}
        return
    told = answer.json()
    assert told["body"] == as_kept(body)
    again = person.api.get(f"/stories/{told['id']}").json()
    assert (again["body"], again["title"], again["status"]) == (told["body"], told["title"], told["status"])
    _Whole().feed(told["html"])
    for finding in told["verdict"]["findings"]:
        text = told[finding["field"]]
        assert 0 <= finding["start"] < finding["end"] <= len(text)
    assert person.api.patch(f"/stories/{told['id']}", json={"content_notes": ["loss"]}).status_code == 200


class _Whole(HTMLParser):
    """Fails on any element that words may not have."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "small", "strong", "ul"}
        assert {name for name, _value in attrs} <= {"href", "rel", "start"}


@settings(OFTEN, max_examples=15)
@given(title=TEXTS, body=TEXTS)
def test_any_text_on_a_page_is_kept_as_typed_or_given_back(at_desk: AtDesk, title: str, body: str) -> None:
    """A browser sends every line end as CR LF; whole words go on, others stand in the page again."""
    desk, form = at_desk
    sent = {**form, "title": title, "body": re.sub("\r\n|\r|\n", "\r\n", body)}
    answer = desk.send(desk.writing, {**sent, "do": "look"})
    assert answer.status_code in (200, 422), (answer.status_code, title, body)
    kept = desk.send(desk.writing, {**sent, "do": "keep"})
    assert kept.status_code in (303, 422)
    if kept.status_code == 303:
        draft = desk.person.api.get(f"/stories/{kept.headers['location'].removeprefix('/drafts/')}").json()
        assert draft["body"] == as_kept(body)


def test_every_reader_gets_the_same_words_without_anything_unseen(hearth: Running) -> None:
    """A-10: nothing in what is kept for others could mark a reader or a writer."""
    slug = opened(hearth)
    author = joined(hearth, slug)
    told = author.share(
        slug, "An\u200b eve\u202ening\u2066\nat home", "It was\u200b\u200d a qui\u202eet one.\U000e0041"
    )["id"]
    readers = [author, *(joined(hearth, slug) for _reader in range(3))]
    seen = [(s["title"], s["html"]) for s in (r.api.get(f"/stories/{told}").json() for r in readers)]
    listed = [r.api.get(f"/groups/{slug}/stories").json()["items"][0]["title"] for r in readers]
    assert set(seen) == {("An evening at home", "<p>It was a quiet one.</p>\n")}
    assert set(listed) == {"An evening at home"}
    assert not UNSEEN.search("".join(seen[0]))


@pytest.mark.parametrize("kind", ["story", "reply", "draft"])
def test_the_same_page_sent_many_times_is_one(hearth: Running, kind: str) -> None:
    """U-7: double click, reload, retry after a time-out. Each answer leads to the one that is there."""
    desk = Desk(hearth)
    story = joined(hearth, desk.slug).share(desk.slug, "Tonight", QUIET)["id"]
    address, page = (f"/stories/{story}/reply", f"/stories/{story}") if kind == "reply" else (desk.writing,) * 2
    form = desk.form(page)
    if kind == "reply":
        form["writing"] = str(desk.browser.page.select_one("input[name=writing]")["value"])  # type: ignore[index]
    whole = {
        **form,
        "title": "Tonight",
        "body": f"Once {secrets.token_hex(3)}.",
        "do": "keep" if kind == "draft" else "share",
    }
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _n: desk.send(address, whole), range(24)))
    answers += [desk.send(address, whole) for _again in range(2)]
    assert {a.status_code for a in answers} == {303}, [a.text[:300] for a in answers]
    ids = {re.split(r"[/#-]", a.headers["location"])[-1] for a in answers}
    assert len(ids) == 1
    me = desk.person.api
    found = {
        "story": lambda: me.get("/me/stories").json()["items"],
        "draft": lambda: me.get("/me/drafts").json()["items"],
        "reply": lambda: me.get(f"/stories/{story}/replies").json()["items"],
    }[kind]()
    assert {item["id"] for item in found} == ids
    assert len(found) == 1
