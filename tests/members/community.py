"""A lively community for an attack: everybody in the same groups, everything at a time of its own."""

import random

from app.foundation.ids import new_id
from tests.conftest import Running
from tests.people import Person

SLUGS = ("evening-harbour", "gambling-free", "kitchen-table")
TITLES = ("A long evening", "Morning walk", "Day by day", "Small steps", "What helped", "The week so far")
BODIES = (
    "I took the long way home and it was quiet.", "Nothing much happened, and that is good.", "Some days are heavy.",
    "A cup of tea and an early night did more than I thought.", "I talked to somebody today, and it was easier after.",
)  # fmt: skip
LONG = 40
"""Sentences: rows this long lie outside the pages of their table on SQLite."""
SUPPORT = ("with-you", "relate", "thank-you", "hope")


def lively(running: Running, count: int, lot: random.Random) -> list[Person]:
    """People come, join, write, answer and stand by each other, everybody at a time of their own."""
    people = [running.person() for _person in range(count)]
    stories: dict[str, list[str]] = {slug: [] for slug in SLUGS}
    for acts in ((_join,), (_write, _write, _stand_by, _answer, _flag, _put_away)):
        tasks = [(act, person, slug) for act in acts for person in people for slug in SLUGS]
        lot.shuffle(tasks)
        for act, person, slug in tasks:
            act(person, slug, stories, lot)
    return people


def sittings(running: Running, count: int, lot: random.Random) -> list[Person]:
    """People come one after the other; each joins every group and writes in it before the next one comes."""
    people = []
    for _person in range(count):
        person = running.person()
        for slug in lot.sample(SLUGS, len(SLUGS)):
            _join(person, slug, {}, lot)
            _put_away(person, slug, {}, lot)
        for slug in lot.sample(SLUGS, len(SLUGS)):
            long = " ".join(lot.choice(BODIES) for _sentence in range(LONG))
            story = person.share(slug, lot.choice(TITLES), f"{long} Number {lot.randrange(10_000)}.")
            assert story["status"] == "published"
            person.reply(story["id"], lot.choice(BODIES))
            assert person.api.put(f"/stories/{story['id']}/support/{lot.choice(SUPPORT)}").status_code == 204
        people.append(person)
    return people


def _join(person: Person, slug: str, _stories: dict[str, list[str]], _lot: random.Random) -> None:
    joined = person.api.put(f"/groups/{slug}/membership", json={"guidelines_version": 1})
    assert joined.status_code == 200
    person.personas[slug] = joined.json()["persona"]["name"]


def _write(person: Person, slug: str, stories: dict[str, list[str]], lot: random.Random) -> None:
    if lot.random() < 0.4:
        key = {"Idempotency-Key": new_id()} if lot.random() < 0.5 else {}
        words = {"title": lot.choice(TITLES), "body": " ".join(lot.sample(BODIES, 3))}
        sent = person.api.post(f"/groups/{slug}/stories", json=words, headers=key).json()
        assert sent["status"] == "published"
        stories[slug].append(sent["id"])


def _answer(person: Person, slug: str, stories: dict[str, list[str]], lot: random.Random) -> None:
    if stories[slug] and lot.random() < 0.25:
        person.reply(lot.choice(stories[slug]), lot.choice(BODIES))


def _stand_by(person: Person, slug: str, stories: dict[str, list[str]], lot: random.Random) -> None:
    if stories[slug] and lot.random() < 0.25:
        story, kind = lot.choice(stories[slug]), lot.choice(SUPPORT)
        assert person.api.put(f"/stories/{story}/support/{kind}").status_code == 204


def _flag(person: Person, slug: str, stories: dict[str, list[str]], lot: random.Random) -> None:
    if stories[slug] and lot.random() < 0.1:
        flag = {"subject": f"story:{lot.choice(stories[slug])}", "reason": "other"}
        assert person.api.post("/flags", json=flag).status_code == 202


def _put_away(person: Person, slug: str, _stories: dict[str, list[str]], lot: random.Random) -> None:
    if lot.random() < 0.1:
        sent = person.share(slug, lot.choice(TITLES), "My number is 07700 900123, call me.")
        assert sent["status"] == "draft"
