"""Looking for words at a browser: found by links, whole without JavaScript, and the words stand in no address."""

import httpx
import pytest

from tests.api.pages import Desk, at_a_browser, refused
from tests.api.village import joined
from tests.conftest import Running
from tests.people import NO_TLS, Person, Visitor
from tests.stories.searches import found, marked, searching, titles, word

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
DANGER = "I want to kill myself tonight"


@pytest.fixture
def rare() -> str:
    return word()


@pytest.fixture
def browser(hearth: Running, slug: str) -> Visitor:
    return at_a_browser(hearth, joined(hearth, slug))


def test_search_is_found_by_links_from_the_groups(browser: Visitor, author: Person, slug: str, rare: str) -> None:
    told = author.share(slug, "The long evenings", f"From six to nine I think of {rare}.")
    author.reply(told["id"], f"So do I: {rare.upper()}!")
    browser.open("/groups").follow("Search")
    assert browser.path == "/search"
    browser.press("Search", words=rare)
    assert titles(browser) == ["The long evenings", "The long evenings"]
    assert marked(browser) == [rare.upper(), rare]
    assert "in an answer" in browser.text
    assert browser.page.find("input", attrs={"name": "words"})["value"] == rare  # type: ignore[index]
    browser.follow("The long evenings")
    assert browser.path == f"/stories/{told['id']}"
    browser.open("/mine").follow("Search")
    assert browser.path == "/search"
    group = author.api.get(f"/groups/{slug}").json()["id"]
    browser.open(f"/groups/{group}").follow("Search")
    chosen = browser.page.select_one("select[name=group] option[selected]")
    assert chosen is not None
    assert chosen["value"] == group
    browser.press("Search", words=rare)
    assert len(titles(browser)) == 2


def test_nothing_found_is_said_kindly(browser: Visitor, rare: str) -> None:
    assert "Nobody has written about this here yet." in searching(browser, rare).text
    for nothing in ("", '"', "-", f"-{rare}"):
        assert "There is no word here to look for yet." in searching(browser, nothing).text
    many = " ".join(f"{rare}{n}" for n in range(9)) + " a b c d"
    assert "The first of them were looked for." in searching(browser, many).text


def test_more_of_them_are_shown_page_by_page(browser: Visitor, author: Person, slug: str, rare: str) -> None:
    told = [f"Evening {n}" for n in range(23)]
    for title in told:
        author.share(slug, title, f"About {rare}.")
    for order in ("newest", "best"):
        searching(browser, rare, order=order)
        first = titles(browser)
        browser.press("Show more of them")
        assert browser.path == "/search"
        assert first + titles(browser) == told[::-1]
        assert "Show more of them" not in browser.text


def test_what_was_written_is_words_on_the_page_and_never_a_script(
    browser: Visitor, author: Person, slug: str, rare: str
) -> None:
    author.share(slug, f"{rare} {SCRIPT}", f"{SCRIPT} {rare} &lt;b&gt; **strong** {SCRIPT}")
    searching(browser, f"{rare} script")
    assert len(titles(browser)) == 1
    assert SCRIPT in titles(browser)[0]
    assert browser.page.select("main script, main img, main [onerror]") == []
    assert "script" in marked(browser)
    assert "<b> strong" in browser.text
    searching(browser, f"{SCRIPT}{rare}")
    field = browser.page.find("input", attrs={"name": "words"})
    assert field is not None
    assert field["value"] == f"{SCRIPT}{rare}"
    assert browser.page.select("main script, main img") == []


def test_somebody_in_danger_sees_people_to_turn_to(browser: Visitor, author: Person) -> None:
    searching(browser, DANGER)
    assert browser.page.select("main .lifelines li")
    assert "you are not alone with this" in browser.text
    help_lines = author.api.post("/search", json={"words": DANGER}).json()["help"]
    assert help_lines
    assert set(help_lines[0]) == {"name", "contact", "url", "when"}
    searching(browser, "a quiet evening")
    assert not browser.page.select("main .lifelines")
    assert author.api.post("/search", json={"words": "a quiet evening"}).json()["help"] == []


def test_stories_that_were_folded_stay_folded(browser: Visitor, author: Person, slug: str, rare: str) -> None:
    told = author.share(slug, "Evening", f"About {rare}.", content_notes=["loss"])
    author.reply(told["id"], f"I too. {rare}")
    assert not searching(browser, rare).page.select("main .lines details")
    browser.open("/mine/reading").press("Save", fold="loss")
    assert len(searching(browser, rare).page.select("main .lines details")) == 2


def test_a_form_that_cannot_be_taken_comes_back_as_it_was_typed(hearth: Running) -> None:
    desk = Desk(hearth)
    form = desk.form("/search")
    for data, typed in (
        ({**form, "words": "x" * 201}, "x" * 201),
        ({**form, "words": "tea", "order": "loudest"}, "tea"),
        ({**form, "words": "tea", "after": "n!"}, "tea"),
        ({**form, "words": "tea", "after": "nffffffffffffffff"}, "tea"),
    ):
        refused(desk.send("/search", data), 422, typed)
    assert desk.send("/search", {**form, "words": "tea", "group": "0" * 32}).status_code == 404
    assert desk.send("/search", {**form, "words": "tea", "csrf": "x"}).status_code == 403
    assert desk.send("/search", {**form, "words": "tea"}, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert desk.send("/search", {"words": "tea"}).status_code == 403


def test_words_stand_in_no_address_log_or_header(hearth: Running, browser: Visitor, author: Person, rare: str) -> None:
    seen = list[httpx.Response]()
    browser.http.event_hooks = {"response": [seen.append]}
    searching(browser, f'{rare} "{rare} tea" -{rare}wine')
    searching(browser, f"{rare} {DANGER}")
    desk_form = {"words": rare + "x" * 300}
    browser.http.post("/search", data=desk_form)
    author.api.event_hooks = {"response": [seen.append]}
    found(author, rare)
    author.api.post("/search", json={"words": rare, "order": rare})
    author.api.get("/search", params={})
    assert len(seen) >= 6
    for answer in seen:
        assert rare not in str(answer.url)
        assert rare not in str(answer.request.url)
        assert rare not in str(answer.headers)
        assert answer.headers["cache-control"] == "no-store"
    assert rare not in hearth.log.read_text()
    assert browser.http.get("/search", params={"words": rare}).text.count(rare) == 0


def test_signed_out_there_is_nothing_to_search(hearth: Running, rare: str) -> None:
    visitor = hearth.visitor().open("/search")
    assert visitor.path == "/sign-in"
    answer = visitor.http.post("/search", data={"words": rare})
    assert answer.status_code == 401
    assert httpx.post(f"{hearth.url}/api/v1/search", json={"words": rare}, verify=NO_TLS).status_code == 401
