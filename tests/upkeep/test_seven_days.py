"""A week of a community: what the server says and what the log of staff says, alone, ties no two names together (A-2, A-5)."""

import json
import logging
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from app.foundation.logs import CONFIG, Plain
from tests.members import pairing
from tests.members.community import SLUGS
from tests.members.databases import Dump
from tests.members.thief import ATTACKS, HEX, Loot
from tests.people import PASSPHRASE, Person
from tests.upkeep.indoors import BEGAN, DAY, Indoors

PEOPLE = 10
TRIES = PEOPLE * len(SLUGS)
NEARLY_ALL = 0.95
LINE = {"time", "level", "from", "event", "class", "at", "count"}
WORDS = "A quiet evening with a cup of tea"
KEPT_BY_STAFF = {"log_entries", "log_anchors", "groups", "memberships"}
KNOWN_TO_ALL = {"id", "group_id", "persona"}


class Week:
    """Who was there, which names are theirs, and all that was said to the operator meanwhile."""

    def __init__(self, house: Indoors) -> None:
        self.house = house
        self.people: list[Person] = []
        self.lines: list[str] = []

    def stolen(self) -> Dump:
        """The log of staff, and of names what every reader sees."""
        rows = {name: self.house.rows(name) for name in KEPT_BY_STAFF}
        rows["memberships"] = [{k: v for k, v in row.items() if k in KNOWN_TO_ALL} for row in rows["memberships"]]
        return rows | {"accounts": []}


class Kept(logging.Handler):
    """Keeps what would be written, as it would be written."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.lines = lines
        self.setFormatter(Plain())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    folder = tmp_path_factory.mktemp("week")
    house = Indoors(f"sqlite:///{folder}/hearth.db", folder)
    made, root = Week(house), logging.getLogger()
    handler, level = Kept(made.lines), root.level
    root.addHandler(handler)
    root.setLevel(CONFIG["root"]["level"])
    logging.getLogger("hearth").setLevel("INFO")
    with time_machine.travel(BEGAN, tick=False) as time:
        _live(made, time, random.Random(5))
    root.removeHandler(handler)
    root.setLevel(level)
    yield made
    house.home.database.engine.dispose()


def _live(week: Week, time: time_machine.Traveller, lot: random.Random) -> None:
    staff = week.house.moderator()
    week.people = [week.house.person() for _person in range(PEOPLE)]
    for person in week.people:
        for slug in SLUGS:
            person.join(slug)
    tasks = [(person, slug) for person in week.people for slug in SLUGS]
    lot.shuffle(tasks)
    for day in range(7):
        time.move_to(BEGAN + day * DAY)
        for person in (staff, *week.people):
            _come_back(person)
        for number, (person, slug) in list(enumerate(tasks))[day::7]:
            story = person.share(slug, "Tonight", f"{WORDS}, number {number}.")["id"]
            reader = lot.choice([other for other in week.people if other is not person])
            flag = {"subject": f"story:{story}", "reason": "other"}
            assert reader.api.post("/flags", json=flag).status_code == 202
            case = staff.case_about(f"story:{story}")["id"]
            assert staff.decide(case, "keep").status_code == 200
            person.api.get(f"/stories/{story}?{person.sign_in_name}")
            person.api.post("/stories/nowhere/replies", content=f"{{{WORDS}")
        week.house.tick(at_night=True)


def _come_back(person: Person) -> None:
    asked = {"sign_in_name": person.sign_in_name, "passphrase": PASSPHRASE}
    person.api.headers["Authorization"] = f"Bearer {person.api.post('/sessions', json=asked).json()['token']}"


def told_of_people(week: Week, said: str) -> list[str]:
    """Names, words and ids that stand in what was said to the operator."""
    memberships = week.house.rows("memberships")
    assert len(memberships) > TRIES
    names = {row["persona"] for row in memberships} | {person.sign_in_name for person in week.people} | {WORDS}
    return [name for name in names if name in said] + HEX.findall(said)


@pytest.mark.measures("A-5")
def test_seven_days_of_what_the_server_says_hold_nobody(week: Week) -> None:
    logging.getLogger("hearth").info("there is a line to look at")
    assert {key for line in week.lines for key in json.loads(line)} <= LINE
    assert told_of_people(week, "\n".join(week.lines)) == []


def test_what_would_tell_of_people_is_seen(week: Week) -> None:
    """Three lines such as a careless program writes."""
    person, story = week.people[0], week.house.rows("stories")[0]["id"]
    persona = person.personas[SLUGS[0]]
    for said in (f"{persona} shared a story", f"GET /stories/{story} 200", f"no session of {person.sign_in_name}"):
        assert len(told_of_people(week, f'{{"event": "{said}"}}')) == 1


@pytest.mark.measures("A-2")
@pytest.mark.parametrize("attacks", [[name] for name in (*ATTACKS, "order")] + [list(ATTACKS)], ids="+".join)
def test_the_log_of_staff_alone_ties_no_two_names_together(week: Week, attacks: list[str]) -> None:
    stolen = week.stolen()
    chains = {row["chain"] for row in stolen["log_entries"]}
    assert len(stolen["log_entries"]) > 2 * TRIES
    assert chains >= {row["id"] for row in stolen["groups"] if row["slug"] in SLUGS}
    assert paired(week, stolen, attacks) <= pairing.most_by_chance(TRIES, PEOPLE, 1e-6)


def paired(week: Week, stolen: Dump, attacks: list[str]) -> int:
    """How many pairs of names of one person the attack gets right."""
    groups = {row["slug"]: row["id"] for row in stolen["groups"]}
    truth = [{groups[slug]: mine[slug] for slug in SLUGS} for mine in names_of(week, stolen)]
    loot = Loot(stolen, week.house.home.keys, [groups[slug] for slug in SLUGS])
    return pairing.found(loot, attacks, truth, random.Random(9))


def names_of(week: Week, stolen: Dump) -> list[dict[str, str]]:
    """The memberships of each person, by group: what the thief does not know."""
    groups = {row["slug"]: row["id"] for row in stolen["groups"]}
    named = {(row["group_id"], row["persona"]): row["id"] for row in stolen["memberships"]}
    return [{slug: named[groups[slug], person.personas[slug]] for slug in SLUGS} for person in week.people]


def test_a_log_that_said_who_told_would_tie_them_together(week: Week) -> None:
    """The same attack sees it when entries about a person's words bear a mark of that person."""
    stolen, mark = week.stolen(), dict[str, str]()
    for number, mine in enumerate(names_of(week, stolen)):
        mark |= dict.fromkeys(mine.values(), f"{number:032x}")
    writer = {f"story:{row['id']}": row["membership_id"] for row in week.house.rows("stories")}
    leaking = [{**row, "told_by": mark[writer[row["subject"]]], "membership_id": writer[row["subject"]]}
               for row in stolen["log_entries"] if row["subject"] in writer]  # fmt: skip
    assert len(leaking) >= TRIES
    found = paired(week, {**stolen, "log_entries": leaking}, ["equal_values"])
    assert found > NEARLY_ALL * TRIES


def test_the_log_was_anchored_each_night(week: Week) -> None:
    assert len({row["day"] for row in week.house.rows("log_anchors")}) == 7


def test_the_files_are_there_to_look_at(week: Week) -> None:
    assert Path(week.house.home.settings.database_url.removeprefix("sqlite:///")).stat().st_size > 0
