"""Words that nobody reads any more go after their time: taken down, given back, replaced. All others stay."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.foundation.sealing import digest
from tests.people import PASSPHRASE, Person, Visitor
from tests.upkeep.indoors import BEGAN, DAY, SLUG, Indoors

WORDS = "It was a quiet evening and I went for a walk."
ASKS = "My number is 07700 900123, call me any evening."
TIME = 30 * DAY
HOUR = DAY / 24
CANARY = "a quiet evening with the lantern of Zanzibar"


@pytest.fixture
def time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGAN, tick=False) as traveller:
        yield traveller


def back(person: Person) -> Person:
    """Signed in anew: nobody stays for a month."""
    asked = {"sign_in_name": person.sign_in_name, "passphrase": PASSPHRASE}
    person.api.headers["Authorization"] = f"Bearer {person.api.post('/sessions', json=asked).json()['token']}"
    return person


def author_of(house: Indoors) -> Person:
    author = house.person()
    author.join(SLUG)
    return author


def decide(staff: Person, subject: str, action: str) -> None:
    guideline = staff.api.get(f"/groups/{SLUG}").json()["guidelines"]["items"][0]["id"]
    case = staff.case_about(subject)
    decided = staff.decide(case["id"], action, guideline=guideline, note_to_author="A sentence for you.")
    assert decided.status_code == 200, decided.text


def flagged(house: Indoors, subject: str) -> None:
    assert author_of(house).api.post("/flags", json={"subject": subject, "reason": "other"}).status_code == 202


def versions(house: Indoors, story: dict[str, Any]) -> list[int]:
    return sorted(row["number"] for row in house.rows("story_versions") if row["story_id"] == story["id"])


def purge(house: Indoors) -> int:
    return house.tick("unread words").get("unread words", 0)


def test_a_story_that_was_taken_down_goes_with_its_answers(house: Indoors, time: time_machine.Traveller) -> None:
    author, staff = author_of(house), house.moderator()
    story = author.share(SLUG, "Tonight", WORDS)
    reply = author_of(house).reply(story["id"], "I know these evenings.")
    flagged(house, f"story:{story['id']}")
    decide(staff, f"story:{story['id']}", "remove")
    time.shift(TIME)
    assert purge(house) == 0
    assert back(author).api.get(f"/stories/{story['id']}").status_code == 200
    time.shift(DAY)
    assert purge(house) == 1
    assert [house.rows(name) for name in ("stories", "story_versions", "replies", "reply_versions")] == [[]] * 4
    assert digest(story["id"]) in {row["hash"] for row in house.rows("deletions")}
    assert back(author).api.get(f"/stories/{story['id']}").status_code == 404
    assert author.api.get(f"/replies/{reply['id']}").status_code in (404, 405)
    assert house.purged() == ["unread words"]


def test_words_that_were_given_back_go_and_what_waits_stays(house: Indoors, time: time_machine.Traveller) -> None:
    author, staff = author_of(house), house.moderator()
    returned = author.share(SLUG, "Tonight", ASKS, as_is=True)
    waiting = author.share(SLUG, "Tonight", f"{ASKS} Please do.", as_is=True)
    shown = author.share(SLUG, "Tonight", WORDS)
    assert [s["status"] for s in (returned, waiting, shown)] == ["held", "held", "published"]
    decide(staff, f"story:{returned['id']}", "return")
    time.shift(TIME + DAY)
    assert purge(house) == 1
    assert {row["id"] for row in house.rows("stories")} == {waiting["id"], shown["id"]}
    time.shift(300 * DAY)
    assert purge(house) == 0


def test_an_earlier_form_goes_and_what_is_read_stays(house: Indoors, time: time_machine.Traveller) -> None:
    author = author_of(house)
    story = author.share(SLUG, "Tonight", WORDS)
    time.shift(HOUR)
    assert author.api.patch(f"/stories/{story['id']}", json={"body": "It was a good evening."}).status_code == 200
    time.shift(TIME)
    assert (purge(house), versions(house, story)) == (0, [1, 2])
    time.shift(DAY)
    assert (purge(house), versions(house, story)) == (1, [2])
    assert back(author).api.get(f"/stories/{story['id']}").json()["body"] == "It was a good evening."
    assert "changed since" in page(house, author, f"/stories/{story['id']}")


def page(house: Indoors, person: Person, path: str) -> str:
    visitor = Visitor("")
    visitor.http = TestClient(house.app, base_url="http://127.0.0.1:8000")
    visitor.open("/sign-in").press("Sign in", sign_in_name=person.sign_in_name, passphrase=PASSPHRASE)
    return visitor.open(path).text


def test_a_change_that_was_given_back_goes_and_its_case_stays_a_year_and_points_at_no_later_words(
    house: Indoors, time: time_machine.Traveller
) -> None:
    author, staff = author_of(house), house.moderator()
    story = author.share(SLUG, "Tonight", WORDS)
    changed = author.api.patch(f"/stories/{story['id']}", json={"body": ASKS, "as_is": True}).json()
    assert changed["status"] == "held"
    decide(staff, f"story:{story['id']}", "return")
    time.shift(TIME + DAY)
    assert (purge(house), versions(house, story)) == (1, [1])
    assert back(author).api.get(f"/stories/{story['id']}").json()["status"] == "published"
    author.api.patch(f"/stories/{story['id']}", json={"body": "A new beginning of the evening."})
    assert versions(house, story) == [1, 2]
    (case,) = house.rows("cases")
    seen = back(staff).api.get(f"/moderation/cases/{case['id']}")
    assert seen.status_code == 200
    assert "A new beginning" not in seen.text
    time.shift(365 * DAY)
    house.tick("cases")
    assert house.rows("cases") == []


def test_words_that_are_changed_in_time_stay(house: Indoors, time: time_machine.Traveller) -> None:
    author, staff = author_of(house), house.moderator()
    story = author.share(SLUG, "Tonight", ASKS, as_is=True)
    decide(staff, f"story:{story['id']}", "return")
    time.shift(TIME)
    back(author).api.patch(f"/stories/{story['id']}", json={"body": f"{ASKS} Or not.", "as_is": True})
    time.shift(TIME)
    assert (purge(house), versions(house, story)) == (0, [1, 2])
    decide(back(staff), f"story:{story['id']}", "publish")
    time.shift(TIME + DAY)
    assert (purge(house), versions(house, story)) == (1, [2])


def test_a_reply_goes_the_same_way_and_its_story_stays(house: Indoors, time: time_machine.Traveller) -> None:
    author, staff = author_of(house), house.moderator()
    story = author.share(SLUG, "Tonight", WORDS)
    reply = author_of(house).reply(story["id"], "I know these evenings.")
    flagged(house, f"reply:{reply['id']}")
    decide(staff, f"reply:{reply['id']}", "remove")
    time.shift(TIME + DAY)
    assert purge(house) == 1
    assert (house.rows("replies"), house.rows("reply_versions")) == ([], [])
    assert back(author).api.get(f"/stories/{story['id']}").json()["reply_count"] == 0


@pytest.mark.measures("D-2")
def test_after_the_night_no_file_has_the_words(house: Indoors, time: time_machine.Traveller) -> None:
    author, staff = author_of(house), house.moderator()
    story = author.share(SLUG, "Tonight", f"{WORDS} {CANARY}.")
    author.share(SLUG, "Tonight", f"{WORDS} It stays.")
    flagged(house, f"story:{story['id']}")
    decide(staff, f"story:{story['id']}", "remove")
    time.shift(TIME + DAY)
    assert CANARY.encode() in table_files(house)
    house.tick(at_night=True)
    kept = table_files(house)
    assert CANARY.encode() not in kept
    assert b"It stays." in kept


def table_files(house: Indoors) -> bytes:
    """What the tables' files hold, SQLite's write-ahead file included."""
    home = house.home
    if home.database.is_sqlite:
        file = Path(home.settings.database_url.removeprefix("sqlite:///"))
        return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    with home.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        whole = "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()"
        folder = Path(str(connection.scalar(text(whole))))
    return b"".join(part.read_bytes() for part in folder.iterdir())
