"""A thief with every row and every key of the server, who wants to know which personas are one person.

Each attack gives every persona and every account a set of marks; `pairing` compares them.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.foundation.errors import BrokenSeal
from app.foundation.keys import Keys
from app.foundation.sealing import derive, digest, mac, unpad, unseal
from tests.members.databases import Dump, Row

Marks = set[Hashable]
HEX = re.compile(r"[0-9a-f]{16,}")
PREFIX = 6
"""Letters. A shared beginning of 24 bits is rare by chance among some thousand values."""
PURPOSES = ("sign-in name", "nullifier", "flag", "recovery", "verifier", "idempotency", "request")
PLACES = (
    "keyring {id} {version}", "account {id}", "recovery {account_id}", "session {id_hash} {account_id}",
    "session {id_hash}", "private {tag} {id}", "case {id}", "original {id}", "{key_mac}", "{id}",
)  # fmt: skip
"""Whereto a sealed thing could be bound; the thief has the code."""
HUB = 12
"""A value that stands in more rows than this leads nowhere: a group, a day, a kind."""


@dataclass
class Trace:
    """One persona's or account's row, and all rows that its values lead to."""

    id: str
    own: Row
    rank: int
    rows: list[tuple[str, Row]] = field(default_factory=list)


@dataclass
class Loot:
    """All that was stolen, sorted by whom it could be about."""

    stolen: Dump
    keys: Keys
    groups: list[str]

    def __post_init__(self) -> None:
        self._where: dict[str, list[tuple[str, Row]]] = defaultdict(list)
        for table, rows in self.stolen.items():
            for row in rows:
                for value in set(_texts(row)):
                    self._where[value].append((table, row))
        self.personas = {g: self._traces("memberships", g) for g in self.groups}
        self.accounts = self._traces("accounts", "")
        self._marks: dict[tuple[str, str], Marks] = {}
        self._inside: dict[str, set[str]] = {}

    def marks(self, attack: str, trace: Trace) -> Marks:
        """What an attack sees in somebody; looked for once."""
        if (attack, trace.id) not in self._marks:
            self._marks[(attack, trace.id)] = ATTACKS[attack](self, trace)
        return self._marks[(attack, trace.id)]

    def inside(self, account: Trace) -> set[str]:
        """What stands in everything of an account that the server's keys open."""
        if account.id not in self._inside:
            self._inside[account.id] = {v for _table, row in account.rows for v in _opened(self, row)}
        return self._inside[account.id]

    def _traces(self, table: str, group: str) -> list[Trace]:
        rows = [row for row in self.stolen[table] if not group or row["group_id"] == group]
        return [Trace(row["id"], row, rank, self._around(table, row)) for rank, row in enumerate(rows)]

    def _around(self, table: str, row: Row) -> list[tuple[str, Row]]:
        """The row, rows that share a value with it, and rows that share one with these."""
        found, seen = [(table, row)], {id(row)}
        for _step in range(2):
            for _table, near in list(found):
                for value in set(_texts(near)):
                    for place in self._where[value] if len(self._where[value]) <= HUB else ():
                        if id(place[1]) not in seen and (place[0] not in ("memberships", "accounts")):
                            seen.add(id(place[1]))
                            found.append(place)
        return found


def _texts(row: Row) -> Iterator[str]:
    for value in row.values():
        if isinstance(value, bytes):
            yield value.hex()
        elif isinstance(value, str) and HEX.fullmatch(value):
            yield value


def equal_values(_loot: Loot, trace: Trace) -> Marks:
    """Anything that stands in two places letter by letter."""
    return {v for _table, row in trace.rows for v in _texts(row)}


def equal_beginnings(_loot: Loot, trace: Trace) -> Marks:
    return {v[:PREFIX] for _table, row in trace.rows for v in _texts(row)}


def equal_times(_loot: Loot, trace: Trace) -> Marks:
    times = [(t, c, v) for t, row in trace.rows for c, v in row.items() if isinstance(v, date | datetime)]
    return {(*time, count) for time, count in Counter(times).items()}


def equal_counters(_loot: Loot, trace: Trace) -> Marks:
    own = {(c, v) for c, v in trace.own.items() if isinstance(v, int)}
    return own | {(t, c, v) for t, row in trace.rows for c, v in row.items() if isinstance(v, int)}


def equal_sizes(_loot: Loot, trace: Trace) -> Marks:
    return {(t, c, len(v)) for t, row in trace.rows for c, v in row.items() if isinstance(v, bytes)}


def equal_shapes(_loot: Loot, trace: Trace) -> Marks:
    """How many rows of each table somebody has, and the short words in their own."""
    counted = Counter(table for table, _row in trace.rows)
    short = {(c, str(v)) for c, v in trace.own.items() if isinstance(v, str | list | bool) and len(str(v)) < 16}
    return {*counted.items(), *short}


def unsealed(loot: Loot, trace: Trace) -> Marks:
    """What the server's keys open, and which values stand inside; also of accounts that speak of this persona."""
    inside = {v for _table, row in trace.rows for v in _opened(loot, row)}
    return inside | set(_speaking_of(loot, trace))


def _speaking_of(loot: Loot, trace: Trace) -> Iterator[str]:
    mine = set(_texts(trace.own))
    for account in loot.accounts:
        if account.id == trace.id or mine & loot.inside(account):
            yield f"account {account.id}"


def opened_blobs(loot: Loot, row: Row) -> Iterator[bytes]:
    """Sealed cells of a row that some key of the server opens, however bound."""
    secrets = [
        k for whole in (loot.keys.pepper, loot.keys.sealing, loot.keys.signing) for k in (whole, derive(whole, "wrap"))
    ]
    fields: dict[str, Any] = defaultdict(str, row)
    for sealed in (v for v in row.values() if isinstance(v, bytes) and len(v) > 28):
        for place in {p.format_map(fields) for p in PLACES}:
            for key in secrets:
                try:
                    yield unseal(key, sealed, place)
                except BrokenSeal:
                    continue


def _opened(loot: Loot, row: Row) -> Iterator[str]:
    for plain in opened_blobs(loot, row):
        yield from HEX.findall(plain.decode("latin-1"))
        yield plain[:PREFIX].hex()
        try:
            yield from HEX.findall(json.dumps(json.loads(unpad(plain))))
        except ValueError:
            continue


def derived(loot: Loot, trace: Trace) -> Marks:
    """Hashes and keyed hashes of what stands in a row, under the server's keys and under the row's own values."""
    own = [v for v in trace.own.values() if isinstance(v, str) and v not in loot.groups]
    secrets = [loot.keys.pepper, loot.keys.sealing, loot.keys.signing, *(bytes.fromhex(v) for v in _texts(trace.own))]
    made: Marks = {*own, *(digest(v) for v in own)}
    for key in secrets:
        for purpose in PURPOSES:
            made |= {
                mac(key, purpose, word) for word in ({*own, *(o.lower() for o in own)} if key in secrets[:3] else ())
            }
            made |= {mac(key, purpose, group) for group in loot.groups}
    return made


ATTACKS: dict[str, Callable[[Loot, Trace], Marks]] = {
    attack.__name__: attack
    for attack in (
        equal_values, equal_beginnings, equal_times, equal_counters, equal_sizes, equal_shapes, unsealed, derived,
    )
}  # fmt: skip
