"""What a thief of copies learns: what readers read, and not who is who (A-2); not even from two copies of one site."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.foundation import keys as secrets
from app.foundation.keys import Keys
from app.foundation.sealing import mac
from app.upkeep import rows
from tests.conftest import serve
from tests.members import pairing
from tests.members.community import SLUGS, lively
from tests.members.databases import Dump, Row, fresh
from tests.members.thief import ATTACKS, Loot
from tests.security.figures import Figures
from tests.upkeep.indoors import Indoors
from tests.upkeep.site import GROUP, back_up, opened, rows_inside, rows_of, settings_of

PEOPLE = 60
PAIRS = PEOPLE * len(SLUGS)
BOUND = pairing.most_by_chance(PAIRS, PEOPLE, 1e-5)
NEARLY_ALL = 0.95


def test_two_copies_do_not_tell_whose_place_changed(house: Indoors, tmp_path: Path) -> None:
    settings, people = house.home.settings, [house.person() for _person in range(4)]
    back_up(settings, tmp_path / "one.age")
    live = {row["id"]: row for row in rows_of(settings)["accounts"]}
    people[0].join(GROUP)
    people[0].share(GROUP, "A number", "Call me on 07700 900123 tonight.")
    changed = [row["id"] for row in rows_of(settings)["accounts"] if row != live[row["id"]]]
    assert len(changed) == 1, "the live rows tell it, so there is something to hide"
    back_up(settings, tmp_path / "two.age")
    one, two = ({r["id"]: r for r in rows_inside(settings, tmp_path / f"{n}.age")["accounts"]} for n in ("one", "two"))
    assert one.keys() == two.keys() == live.keys()
    assert not [i for i in one if one[i]["keyring"] == two[i]["keyring"]]
    assert [_but_the_keyring(one[i]) for i in one] == [_but_the_keyring(two[i]) for i in one]
    back_up(settings, tmp_path / "three.age")
    drawers = [rows_inside(settings, tmp_path / f"{n}.age")["private_rows"] for n in ("two", "three")]
    assert len(drawers[0]) == 1
    assert drawers[0][0]["sealed"] != drawers[1][0]["sealed"]


def _but_the_keyring(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "keyring"}


def test_rows_come_in_the_order_of_their_random_keys(house: Indoors, tmp_path: Path) -> None:
    told = []
    for n in range(6):
        person = house.person()
        person.join(GROUP)
        told.append(person.share(GROUP, "Evening", f"It was quiet the {n}. evening too.")["id"])
    back_up(house.home.settings, tmp_path / "copy.age")
    stories = [row["id"] for row in rows_inside(house.home.settings, tmp_path / "copy.age")["stories"]]
    assert stories == sorted(told) != told
    inside = opened(house.home.settings, tmp_path / "copy.age")
    assert {len(json.loads(lines.split(b"\n")[1])) for name, lines in inside.items() if name.startswith("stories/")}


@dataclass
class Haul:
    """A copy that was stolen and opened, and who is who, which the thief does not know."""

    stolen: Dump
    keys: Keys
    groups: list[str]
    people: list[dict[str, str]]
    owners: dict[str, str]

    @property
    def loot(self) -> Loot:
        return Loot(self.stolen, self.keys, self.groups)

    @property
    def unwrapped(self) -> Loot:
        """With the server's keys, the seals of the copy come off too."""
        taken_off = {
            name: [rows.as_it_was(name, row, self.keys) for row in found] for name, found in self.stolen.items()
        }
        return Loot(taken_off, self.keys, self.groups)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def haul(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Haul]:
    folder = tmp_path_factory.mktemp("thief")
    url = (
        f"sqlite:///{folder}/hearth.db"
        if request.param == "sqlite"
        else fresh(request.getfixturevalue("postgres"), "thief")
    )
    for running in serve(folder, url):
        people = lively(running, PEOPLE, random.Random(11))
        settings = settings_of(folder, url)
        assert running.command("backup", str(folder / "copy.age")).returncode == 0
        stolen, keys = rows_inside(settings, folder / "copy.age"), secrets.load(settings)
        groups = {row["slug"]: row["id"] for row in stolen["groups"]}
        named = {(row["group_id"], row["persona"]): row["id"] for row in stolen["memberships"]}
        places = {row["name_mac"]: row["id"] for row in stolen["accounts"]}
        truth = [{groups[slug]: named[groups[slug], p.personas[slug]] for slug in SLUGS} for p in people]
        accounts = [places[mac(keys.pepper, "sign-in name", p.sign_in_name)] for p in people]
        owners = {mine: place for person, place in zip(truth, accounts, strict=True) for mine in person.values()}
        yield Haul(stolen, keys, [groups[slug] for slug in SLUGS], truth, owners)


@pytest.mark.security
@pytest.mark.measures("A-2")
@pytest.mark.parametrize("with_keys", [False, True], ids=["copy", "copy and keys"])
def test_nobody_is_found_out_from_a_copy(haul: Haul, with_keys: bool, figures: Figures) -> None:
    loot, most = haul.unwrapped if with_keys else haul.loot, 0
    assert [len(loot.personas[g]) for g in loot.groups] == [PEOPLE] * len(SLUGS)
    for attacks in [*([name] for name in ATTACKS), ["order"], list(ATTACKS)]:
        pairs = pairing.found(loot, attacks, haul.people, random.Random(1))
        owners = 0 if attacks == ["order"] else pairing.owners_found(loot, attacks, haul.owners, random.Random(3))
        most = max(most, pairs, owners)
    of = "an opened backup and the server's keys" if with_keys else "an opened backup"
    figures.note("A-2", f"at most {most} of {PAIRS} right, chance allows {BOUND}", held=most <= BOUND, of=of)
    assert most <= BOUND


@pytest.mark.security
def test_the_same_thief_sees_what_a_copy_would_let_out(haul: Haul) -> None:
    leaking = {name: [dict(row) for row in found] for name, found in haul.stolen.items()}
    for row in leaking["memberships"]:
        row["account_id"] = haul.owners.get(row["id"], "")
    loot = Loot(leaking, haul.keys, haul.groups)
    assert pairing.found(loot, ["equal_values"], haul.people, random.Random(5)) > NEARLY_ALL * PAIRS
