"""How much waits for a person, for an operator's pager."""

import time_machine

from app.stories.waiting import open_cases, urgent_waiting
from tests.people import Person
from tests.upkeep.indoors import BEGAN, DAY, SLUG, Indoors

ASKS = "My number is 07700 900123, call me any evening."
DANGER = {"reason": "danger"}


def figures(house: Indoors) -> tuple[int, int, int]:
    with house.home.database.reading() as db:
        return (*urgent_waiting(db), open_cases(db))


def flag(who: Person, story: str) -> None:
    assert who.api.post("/flags", json={"subject": f"story:{story}", **DANGER}).status_code == 202


def test_urgent_cases_are_counted_with_the_age_of_the_oldest(house: Indoors) -> None:
    with time_machine.travel(BEGAN, tick=False) as time:
        author, reader, staff = house.person(), house.person(), house.moderator()
        author.join(SLUG)
        reader.join(SLUG)
        assert figures(house) == (0, 0, 0)
        author.share(SLUG, "Tonight", ASKS, as_is=True)
        first = author.share(SLUG, "Tonight", "It was a quiet evening.")["id"]
        second = author.share(SLUG, "Tonight", "It was a long evening.")["id"]
        time.shift(DAY / 48)
        assert figures(house) == (0, 0, 1)
        flag(reader, first)
        time.shift(90)
        flag(reader, second)
        time.shift(10)
        assert figures(house) == (2, 100, 3)
        assert staff.decide(staff.case_about(f"story:{first}")["id"], "keep").status_code == 200
        assert figures(house) == (1, 10, 2)
        time.shift(-60)
        assert figures(house) == (1, 0, 2)
