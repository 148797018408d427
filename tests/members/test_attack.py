"""An attack of our own: all rows and all keys of the server do not tell which personas are one person (A-1, R-10).

Sixty people are in the same three groups. Whoever guesses pairs a person's names rightly once in sixty tries; so must
an attack. The same attacks on copies that leak one thing each find nearly everybody: they can see.
"""

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from app.foundation.keys import load
from app.foundation.sealing import digest, mac, seal
from app.foundation.settings import Settings
from tests.conftest import Running, serve
from tests.members import pairing, thief
from tests.members.community import SLUGS, lively
from tests.members.databases import Dump, Row, dump, fresh
from tests.members.thief import ATTACKS, Loot
from tests.people import Person

PEOPLE = 60
PAIRS = PEOPLE * 3
FALSE_ALARM = 1e-5
"""Far below the one in a thousand that would do for one attack: there are many attacks, and runs."""
BOUND = pairing.most_by_chance(PAIRS, PEOPLE, FALSE_ALARM)
NEARLY_ALL = 0.9
MOMENTS_OF_NOBODYS_WORDS = {("guesses", "expires_at"), ("turns", "done_at"), ("turns", "expires_at")}
"""Gone within minutes, or of the clock itself."""


@dataclass
class Haul:
    """What was stolen, and who is who, which the thief does not know."""

    loot: Loot
    people: list[dict[str, str]]
    """Group to membership, for each person."""
    owners: dict[str, str]
    """Membership to account."""

    def leaking(self, leak: "Leak") -> "Haul":
        """The same with one thing let out."""
        stolen = copy.deepcopy(self.loot.stolen)
        leak(stolen, self)
        return Haul(Loot(stolen, self.loot.keys, self.loot.groups), self.people, self.owners)


Leak = Callable[[Dump, Haul], None]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.security)])
def haul(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Haul]:
    folder = tmp_path_factory.mktemp("attack")
    url = f"sqlite:///{folder}/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), "attack")
    for running in serve(folder, url):
        yield stolen_from(running, lively(running, PEOPLE, random.Random(7)))


def stolen_from(running: Running, people: list[Person]) -> Haul:
    """All rows as they are now, with who is who."""
    keys, stolen = load(Settings(secrets_dir=running.secrets)), dump(running.database)
    groups = {row["slug"]: row["id"] for row in stolen["groups"]}
    named = {(row["group_id"], row["persona"]): row["id"] for row in stolen["memberships"]}
    accounts = {row["name_mac"]: row["id"] for row in stolen["accounts"]}
    truth = [{groups[slug]: named[(groups[slug], p.personas[slug])] for slug in SLUGS} for p in people]
    places = [accounts[mac(keys.pepper, "sign-in name", p.sign_in_name)] for p in people]
    owners = {mine: place for person, place in zip(truth, places, strict=True) for mine in person.values()}
    return Haul(Loot(stolen, keys, [groups[slug] for slug in SLUGS]), truth, owners)


def test_the_thief_has_something_to_look_at(haul: Haul) -> None:
    stolen = haul.loot.stolen
    assert [len(haul.loot.personas[g]) for g in haul.loot.groups] == [PEOPLE] * 3
    assert len(haul.loot.accounts) == PEOPLE
    filled = {name for name, rows in stolen.items() if rows}
    assert filled >= {
        "stories",
        "replies",
        "supports",
        "flags",
        "cases",
        "notices",
        "private_rows",
        "idempotency",
        "sessions",
    }
    around = [len(trace.rows) for traces in haul.loot.personas.values() for trace in traces]
    assert sum(around) > 6 * len(around)
    opened = [sum(1 for _blob in thief.opened_blobs(haul.loot, a.own)) for a in haul.loot.accounts]
    assert opened == [1] * PEOPLE


@pytest.mark.parametrize("attack", [*ATTACKS, "order"])
def test_no_attack_pairs_personas_better_than_guessing(haul: Haul, attack: str) -> None:
    assert pairing.found(haul.loot, [attack], haul.people, random.Random(1)) <= BOUND


@pytest.mark.measures("A-1")
def test_all_attacks_together_do_not_either(haul: Haul) -> None:
    assert pairing.found(haul.loot, ATTACKS, haul.people, random.Random(2)) <= BOUND


@pytest.mark.parametrize("attacks", [[name] for name in ATTACKS] + [list(ATTACKS)], ids="+".join)
def test_no_attack_leads_from_a_persona_to_an_account(haul: Haul, attacks: list[str]) -> None:
    assert pairing.owners_found(haul.loot, attacks, haul.owners, random.Random(3)) <= BOUND


def test_times_are_as_coarse_as_they_are_allowed_to_be(haul: Haul) -> None:
    times = [
        (t, c, v)
        for t, rows in haul.loot.stolen.items()
        for row in rows
        for c, v in row.items()
        if isinstance(v, datetime)
    ]
    exact = {(t, c) for t, c, v in times if v.minute or v.second or v.microsecond}
    assert exact - MOMENTS_OF_NOBODYS_WORDS == {("cases", "opened_at")}
    assert {row["joined_month"].day for row in haul.loot.stolen["memberships"]} == {1}
    assert {row["opened_month"].day for row in haul.loot.stolen["accounts"]} == {1}


def _owned(stolen: Dump, haul: Haul) -> Iterator[tuple[Row, str, int]]:
    """Each membership's row, its account, and a number of its person."""
    numbers = {account: number for number, account in enumerate(sorted(set(haul.owners.values())))}
    for row in stolen["memberships"]:
        if row["id"] in haul.owners:
            yield row, haul.owners[row["id"]], numbers[haul.owners[row["id"]]]


def _a_column_of_the_account(stolen: Dump, haul: Haul) -> None:
    for row, account, _number in _owned(stolen, haul):
        row["account_id"] = account


def _an_id_that_begins_alike(stolen: Dump, haul: Haul) -> None:
    for row, account, _number in _owned(stolen, haul):
        row["claim_hash"] = account[:8] + row["claim_hash"][8:]


def _a_moment(stolen: Dump, haul: Haul) -> None:
    for row, _account, number in _owned(stolen, haul):
        row["seen_at"] = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=number)


def _a_counter_over_groups(stolen: Dump, haul: Haul) -> None:
    for row, _account, number in _owned(stolen, haul):
        row["last_notice"] = 1000 + number


def _a_size(stolen: Dump, haul: Haul) -> None:
    for row, _account, number in _owned(stolen, haul):
        row["sealed"] = b"\0" * (100 + number)


def _a_habit(stolen: Dump, haul: Haul) -> None:
    for row, _account, number in _owned(stolen, haul):
        row["language"] = f"x{number}"


def _a_keyring_that_only_the_server_sealed(stolen: Dump, haul: Haul) -> None:
    mine: dict[str, list[str]] = {}
    for row, account, _number in _owned(stolen, haul):
        mine.setdefault(account, []).append(row["claim_hash"])
    for row in stolen["accounts"]:
        place = f"keyring {row['id']} {row['version']}"
        row["keyring"] = seal(haul.loot.keys.sealing, " ".join(mine[row["id"]]).encode(), place)


def _a_nullifier_without_a_secret(stolen: Dump, haul: Haul) -> None:
    first, *others = haul.loot.groups
    of_first = {owner: mine for mine, owner in haul.owners.items() if mine in {p[first] for p in haul.people}}
    for row, account, _number in _owned(stolen, haul):
        if row["group_id"] in others:
            row["nullifier"] = digest(of_first[account])


def _rows_in_the_order_of_people(stolen: Dump, haul: Haul) -> None:
    stolen["memberships"].sort(key=lambda row: haul.owners.get(row["id"], ""))


LEAKS: list[tuple[str, Leak]] = [
    ("equal_values", _a_column_of_the_account),
    ("equal_beginnings", _an_id_that_begins_alike),
    ("equal_times", _a_moment),
    ("equal_counters", _a_counter_over_groups),
    ("equal_sizes", _a_size),
    ("equal_shapes", _a_habit),
    ("unsealed", _a_keyring_that_only_the_server_sealed),
    ("derived", _a_nullifier_without_a_secret),
    ("order", _rows_in_the_order_of_people),
]


@pytest.mark.parametrize(("attack", "leak"), LEAKS, ids=[name for name, _leak in LEAKS])
def test_the_attack_sees_what_is_let_out(haul: Haul, attack: str, leak: Leak) -> None:
    leaking = haul.leaking(leak)
    assert pairing.found(leaking.loot, [attack], leaking.people, random.Random(4)) > NEARLY_ALL * PAIRS


def test_all_attacks_together_see_an_account_in_the_row_of_a_persona(haul: Haul) -> None:
    leaking = haul.leaking(_a_column_of_the_account)
    assert pairing.found(leaking.loot, ATTACKS, leaking.people, random.Random(5)) > NEARLY_ALL * PAIRS
    assert pairing.owners_found(leaking.loot, ATTACKS, leaking.owners, random.Random(6)) > NEARLY_ALL * PAIRS


def test_every_attack_is_known_to_see() -> None:
    assert {name for name, _leak in LEAKS} == {*ATTACKS, "order"}


def test_guessing_is_told_from_knowing() -> None:
    lot, sides = random.Random(8), list(range(PEOPLE))
    counts = [sum(a == b for a, b in enumerate(lot.sample(sides, PEOPLE))) for _time in range(300)]
    assert 0.8 < sum(counts) / 300 < 1.2
    assert max(counts) <= BOUND < 0.1 * PAIRS
