"""Looking for words, as programs and people do it."""

import secrets
from typing import Any

from tests.conftest import Running
from tests.people import Person, Visitor


def word() -> str:
    """A word that nobody else uses."""
    return "q" + "".join(secrets.choice("bdfglmnprst") + secrets.choice("aeiou") for _ in range(6))


def look(person: Person, words: str, **more: Any) -> dict[str, Any]:
    """What a program is answered."""
    answer = person.api.post("/search", json={"words": words, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert set(found) == {"items", "next", "help"}
    return found


def found(person: Person, words: str, **more: Any) -> list[str]:
    """The ids of the stories and replies that a search finds, in its order."""
    return [item["reply"] or item["story"] for item in look(person, words, **more)["items"]]


def turned(person: Person, words: str, limit: int, **more: Any) -> list[str]:
    """All that a search finds, page by page."""
    ids, after = list[str](), ""
    while True:
        page = look(person, words, limit=limit, after=after, **more)
        assert len(page["items"]) <= limit
        ids += [item["reply"] or item["story"] for item in page["items"]]
        if page["next"] is None:
            return ids
        assert len(page["items"]) == limit
        after = page["next"]


def searching(browser: Visitor, words: str, **more: str) -> Visitor:
    """The page with what somebody at a browser finds."""
    browser.open("/search").press("Search", words=words, **more)
    assert browser.status == 200, browser.text
    return browser


def titles(browser: Visitor) -> list[str]:
    return [a.get_text() for a in browser.page.select("main .lines a.title")]


def marked(browser: Visitor) -> list[str]:
    return [mark.get_text() for mark in browser.page.select("main mark")]


def raw_rows(hearth: Running, words: str) -> int:
    """In how many rows of the index these folded words stand, whatever may be seen of them."""
    database = hearth.database
    with database.engine.connect() as db:
        count = db.exec_driver_sql(
            f"SELECT count(*) FROM search_words WHERE title || ' ' || body LIKE '%%{words}%%'"  # noqa: S608
        ).scalar_one()
    database.engine.dispose()
    return int(count)
