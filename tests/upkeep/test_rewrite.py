"""After the nightly rewrite the files say nothing about the order of writing: not who joined what, not what is one person's.

Before it, a copy of the day's files does; that is seen first, so that the attack is known to see.
"""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.tables import TABLES
from tests.conftest import Running, serve
from tests.members import pairing
from tests.members.community import SLUGS, sittings
from tests.members.databases import dump, fresh
from tests.members.positions import in_order_of, leads_to, orders, positions
from tests.members.test_attack import Haul, stolen_from
from tests.members.thief import Loot
from tests.people import PASSPHRASE, Person
from tests.security.figures import Figures

FEW, MANY = 12, 200
FALSE_ALARM = 1e-6
MOST = 0.5
GONE_BY_THEN = "search_waiting"
"""Its rows stay for a minute."""
UNTOUCHED = {"turns"}
WRITERS = 4


@dataclass
class Town:
    """A place, its people, and what a thief found there before the night and after it."""

    running: Running
    people: list[Person]
    before: dict[tuple[str, str, str], int]
    keyrings: dict[str, bytes]

    @property
    def bound(self) -> int:
        tries = len(self.people) * len(SLUGS)
        return pairing.most_by_chance(tries, len(self.people), FALSE_ALARM)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("rewrite")
    url = f"sqlite:///{folder}/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), "rewrite")
    yield from serve(folder, url, HEARTH_CLOCK="off")


@pytest.fixture(scope="module")
def town(place: Running) -> Town:
    """As it is after its first night."""
    return after_a_night(place, FEW)


def after_a_night(place: Running, count: int) -> Town:
    people = sittings(place, count, random.Random(11))
    town = Town(place, people, robbed(place, people), keyrings(place))
    done = place.command("tick", "--night")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"rewrite {len(dump(place.database)['accounts'])}" in done.stdout
    return town


def keyrings(place: Running) -> dict[str, bytes]:
    return {row["id"]: row["keyring"] for row in dump(place.database)["accounts"]}


def robbed(place: Running, people: list[Person]) -> dict[tuple[str, str, str], int]:
    """How many pairs each order of each table gives away: of persona and persona, and of persona and account."""
    haul = stolen_from(place, people)
    stolen, found = haul.loot.stolen, {}
    ours = {mine for person in haul.people for mine in person.values()}
    members = [row for row in stolen["memberships"] if row["id"] in ours]
    places = [row for row in stolen["accounts"] if row["id"] in set(haul.owners.values())]
    tellings = stolen["stories"] + stolen["replies"]
    for kind, seen in positions(place, stolen).items():
        of_members, of_places = orders(seen, leads_to(members, tellings)), orders(seen, leads_to(places, []))
        for table, told in of_members.items():
            found[kind, table, "personas"] = _pairs(haul, memberships=in_order_of(members, told))
            found[kind, table, "personas near by"] = pairing.near(told, haul.people, haul.loot.groups, random.Random(4))
            for beside, other in of_places.items():
                loot = Loot(
                    stolen | {"memberships": in_order_of(members, told), "accounts": in_order_of(places, other)},
                    haul.loot.keys, haul.loot.groups,
                )  # fmt: skip
                found[kind, f"{table} beside {beside}", "accounts"] = pairing.owners_found(
                    loot, ["order"], haul.owners, random.Random(3)
                )
    return found


def _pairs(haul: Haul, **sorted_tables: list[dict[str, Any]]) -> int:
    loot = Loot(haul.loot.stolen | sorted_tables, haul.loot.keys, haul.loot.groups)
    return pairing.found(loot, ["order"], haul.people, random.Random(2))


def test_before_the_night_the_order_of_writing_gives_most_people_away(town: Town) -> None:
    pairs = len(town.people) * len(SLUGS)
    personas = {found: count for found, count in town.before.items() if found[2] == "personas" and count > MOST * pairs}
    accounts = {found: count for found, count in town.before.items() if found[2] == "accounts" and count > MOST * pairs}
    assert personas
    assert accounts
    if not town.running.database.is_sqlite:
        assert {kind for kind, _table, _whom in personas} >= {"xmin", "ctid", "pg_dump"}
        assert {table for kind, table, _whom in personas if kind == "xmin"} >= {"memberships", "decisions", "stories"}
        assert {table for kind, table, _whom in personas if kind == "pg_dump"} >= {
            "memberships",
            "decisions",
            "replies",
        }


@pytest.mark.measures("A-1", "A-2")
def test_after_the_night_no_order_of_any_table_gives_more_away_than_chance(town: Town) -> None:
    after = robbed(town.running, town.people)
    assert set(after) >= {
        found for found in town.before if found[0] != "value kept aside" and GONE_BY_THEN not in found[1]
    }
    assert len(after) > 10
    assert {found: count for found, count in after.items() if count > town.bound} == {}


@pytest.mark.measures("A-2")
def test_all_rows_carry_one_number_of_a_transaction(town: Town) -> None:
    if town.running.database.is_sqlite:
        file = Path(town.running.environment["HEARTH_DATABASE_URL"].removeprefix("sqlite:///"))
        left = Path(f"{file}-wal").read_bytes()
        everybody = [row["id"] for name in ("accounts", "memberships") for row in dump(town.running.database)[name]]
        assert [one for one in everybody if one.encode() in left] == []
        return
    numbers: dict[str, set[int]] = {}
    with town.running.database.engine.connect() as connection:
        for name in set(TABLES) - UNTOUCHED:
            numbers[name] = set(connection.scalars(text(f"SELECT xmin::text::bigint FROM {name}")))  # noqa: S608
            assert set(connection.scalars(text(f"SELECT xmax::text::bigint FROM {name}"))) <= {0}  # noqa: S608
    written_since = {"accounts", "sessions"}  # somebody may have come meanwhile
    rest = [found for name, found in numbers.items() if name not in written_since]
    assert len(set().union(*rest)) == 1
    assert sum(map(bool, rest)) > 10


def test_every_keyring_is_sealed_anew_and_opens_as_before(town: Town) -> None:
    now = keyrings(town.running)
    assert len(town.keyrings) >= FEW
    assert {account for account, sealed in town.keyrings.items() if now[account] == sealed} == set()
    person = town.people[0]
    assert set(person.personas.values()) <= {m["persona"] for m in person.api.get("/me").json()["memberships"]}
    asked = {"sign_in_name": person.sign_in_name, "passphrase": PASSPHRASE}
    assert person.api.post("/sessions", json=asked).status_code == 201
    assert town.running.command("verify").returncode == 0


def test_nothing_that_is_written_meanwhile_is_lost(town: Town) -> None:
    """… and nobody is turned away: those who write wait."""

    def write(person: Person) -> list[str]:
        written: list[str] = []
        while not over:
            written.append(person.share(SLUGS[0], "Tonight", f"A quiet evening, number {len(written)}.")["id"])
        return written

    over: list[bool] = []
    with ThreadPoolExecutor(WRITERS) as threads:
        writing = [threads.submit(write, person) for person in town.people[:WRITERS]]
        done = town.running.command("tick", "--night")
        over.append(True)
        written = [story for one in writing for story in one.result()]
    assert (done.returncode, done.stderr) == (0, "")
    there = {row["id"] for row in dump(town.running.database)["stories"]}
    assert written
    assert set(written) <= there


@pytest.mark.security
@pytest.mark.measures("A-1", "A-2")
def test_two_hundred_people(place: Running, figures: Figures) -> None:
    town = after_a_night(place, MANY)
    after, tries = robbed(place, town.people), MANY * len(SLUGS)
    best, worst = max(town.before.values()) / tries, max(after.values()) / tries
    told = (
        f"{MANY} people, {len(after)} orders: {best:.1%} before the night, {worst:.1%} after it, chance {1 / MANY:.1%}"
    )
    on = "SQLite" if place.database.is_sqlite else "PostgreSQL"
    for line in ("A-1", "A-2"):
        figures.note(line, told, held=worst <= 1 / MANY + 0.02, of=f"order of writing on {on}")
    assert best > MOST
    assert worst <= 1 / MANY + 0.02
