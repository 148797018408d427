"""From marks to pairs: two personas of different groups are the more alike, the rarer the marks they share.

Pairs are taken greedily, the most alike first, and by lot among equals.
"""

import random
from collections import defaultdict
from collections.abc import Hashable, Iterable
from itertools import combinations
from math import comb

from tests.members.thief import Loot, Trace

Pairs = dict[str, str]


def alike(loot: Loot, attacks: Iterable[str], one: list[Trace], other: list[Trace]) -> dict[tuple[str, str], float]:
    """How alike each two are: each mark they share weighs as much as a guess among all who have it would be right."""
    score: dict[tuple[str, str], float] = defaultdict(float)
    for name in attacks:
        having: dict[Hashable, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for side, traces in enumerate((one, other)):
            for trace in traces:
                for mark in loot.marks(name, trace):
                    having[mark][side].append(trace.id)
        for left, right in having.values():
            if len(left) + len(right) < (len(one) + len(other)) / 2:
                for a in left:
                    for b in right:
                        score[(a, b)] += 1 / (len(left) * len(right))
    return score


def in_order(one: list[Trace], other: list[Trace]) -> dict[tuple[str, str], float]:
    """Alike are those that stand at the same place when all rows are read out."""
    return {(a.id, b.id): -abs(a.rank / len(one) - b.rank / len(other)) for a in one for b in other}


def near(told: dict[str, float], people: list[dict[str, str]], groups: list[str], lot: random.Random) -> int:
    """How many pairs are right if those are paired whose rows stand nearest to each other. A few rows out of their order
    spoil one pair here, where they shift all places that `in_order` compares."""
    right = 0
    for group, next_group in combinations(groups, 2):
        one, other = ([p[g] for p in people if p[g] in told] for g in (group, next_group))
        pairs = _greedily([(-abs(told[a] - told[b]), lot.random(), a, b) for a in one for b in other])
        right += sum(pairs.get(person[group]) == person[next_group] for person in people)
    return right


def pair_up(one: list[Trace], other: list[Trace], score: dict[tuple[str, str], float], lot: random.Random) -> Pairs:
    """Greedily: the most alike first; among equals by lot."""
    return _greedily([(score.get((a.id, b.id), 0.0), lot.random(), a.id, b.id) for a in one for b in other])


def _greedily(tried: list[tuple[float, float, str, str]]) -> Pairs:
    """Each by how alike they are, a lot, and both ids."""
    pairs: Pairs = {}
    taken: set[str] = set()
    for _alike, _lot, a, b in sorted(tried, reverse=True):
        if a not in pairs and b not in taken:
            pairs[a] = b
            taken.add(b)
    return pairs


def found(loot: Loot, attacks: Iterable[str], people: list[dict[str, str]], lot: random.Random) -> int:
    """How many of all pairs of personas of one person an attack gets right. `people`: group to membership."""
    right = 0
    for group, next_group in combinations(loot.groups, 2):
        one, other = loot.personas[group], loot.personas[next_group]
        score = in_order(one, other) if "order" in attacks else alike(loot, attacks, one, other)
        pairs = pair_up(one, other, score, lot)
        right += sum(pairs[person[group]] == person[next_group] for person in people)
    return right


def owners_found(loot: Loot, attacks: Iterable[str], owners: dict[str, str], lot: random.Random) -> int:
    """How many personas an attack leads to the right account. `owners`: membership to account."""
    right = 0
    for group in loot.groups:
        personas = loot.personas[group]
        accounts = loot.accounts
        score = in_order(personas, accounts) if "order" in attacks else alike(loot, attacks, personas, accounts)
        pairs = pair_up(personas, accounts, score, lot)
        right += sum(pairs[p.id] == owners[p.id] for p in personas if p.id in owners)
    return right


def most_by_chance(tries: int, one_in: int, false_alarm: float) -> int:
    """The count that pure guessing exceeds with a probability below `false_alarm` (binomial)."""
    chance, above = 1 / one_in, 1.0
    for count in range(tries + 1):
        above -= comb(tries, count) * chance**count * (1 - chance) ** (tries - count)
        if above < false_alarm:
            return count
    return tries
