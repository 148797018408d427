"""A forum of a given size by bulk inserts: what the gate and the rooms do is not what is measured here.

Every row is one that Hearth itself could have written; the words were judged once and are repeated.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from app.foundation.db import Database
from app.foundation.ids import new_id
from app.groups.models import Group
from app.members.member import DESK
from app.members.models import Membership
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.models import Decision, Fate
from app.moderation.verdict import Outcome, Verdict
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion, Support

REPLIES = 50
"""Under each story, so that a page shows a story and 50 replies (SPEED.md)."""
POSTS_A_STORY = REPLIES + 1
PERSONAS = 200
GESTURES = 4
BATCH = 20_000
CACHE_KIB = 2 * 1024 * 1024
"""For seeding alone: random keys fall on every page of the database."""
PARAGRAPHS = (
    "Today was long. I walked home the other way, past the river instead of past the old bar, and it was *fine*.",
    "Somebody here wrote that the first hour is the worst one. I wrote it on a card and it is in my pocket.",
    "My sister called. We talked about her garden for half an hour, and I noticed that I was not counting minutes.",
    "I slept badly and got up early. Tea, the window, a page of the book. It is a start, and I will take it.",
    "What helped me then was small: to say one true sentence to one person, and to go to bed before ten.",
)


def fill(database: Database, posts: int, groups: int, say: Callable[[str], None]) -> list[str]:
    """Add `posts` stories and replies, spread over `groups` of the groups that are there. Returns the groups' ids."""
    with database.engine.connect() as reading:
        wanted = select(Group.id).where(Group.id != DESK).order_by(Group.slug).limit(groups)
        found = list(reading.scalars(wanted))
    stories = posts // POSTS_A_STORY
    for position, group_id in enumerate(found):
        share = stories // len(found) + (position < stories % len(found))
        with database.engine.execution_options(writing=True).begin() as connection:
            if database.is_sqlite:
                connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB}")
            _Seed(connection, group_id, share, random.Random(position)).sow()  # noqa: S311
        say(f"{(position + 1) * stories // len(found) * POSTS_A_STORY:,} of {posts:,} posts")
    return found


_Decided = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Telling:
    """A story or a reply to be written: where it stands and who wrote it."""

    id: str
    story_id: str
    number: int
    activity: int
    hour: datetime


_Write = Callable[[list[_Telling], list[str], _Decided], None]


class _Seed:
    """One group's share."""

    def __init__(self, connection: Connection, group_id: str, stories: int, chance: random.Random) -> None:
        self.connection = connection
        self.group_id = group_id
        self.stories = stories
        self.chance = chance
        self.words = [_judged("\n\n".join(chance.sample(PARAGRAPHS, 3))) for _ in range(len(PARAGRAPHS))]
        self.start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=365)

    def sow(self) -> None:
        personas = list(self._personas())
        tellings = list(self._tellings())
        stories = [t for t in tellings if not t.number]
        self._write(stories, personas, self._write_stories)
        self._write([t for t in tellings if t.number], personas, self._write_replies)
        last = max((t.activity for t in stories), default=0)
        raised = update(Group).where(Group.id == self.group_id).values(activity=Group.activity + last)
        self.connection.execute(raised)

    def _personas(self) -> Iterator[str]:
        for number in range(PERSONAS):
            decision = _decision(self.group_id)
            self._insert(Decision, [decision])
            name = f"Seeded {number} {self.group_id[:6]}"
            row = {
                "id": new_id(), "group_id": self.group_id, "persona": name, "html": name, "skeleton": name.lower(), "roles": [],
                "claim_hash": new_id() * 2, "nullifier": new_id() * 2, "guidelines_version": 1, "decision_id": decision["id"],
            }  # fmt: skip
            self._insert(Membership, [row])
            yield str(row["id"])

    def _tellings(self) -> Iterator[_Telling]:
        """Stories and replies in the order in which they came out: an hour for each few."""
        activity = 0
        for position in range(self.stories):
            story_id = new_id()
            hour = self.start + timedelta(hours=position % (365 * 24))
            first = activity + 1
            activity += POSTS_A_STORY
            yield _Telling(story_id, story_id, 0, first + REPLIES, hour)
            for number in range(1, REPLIES + 1):
                yield _Telling(new_id(), story_id, number, 0, hour)

    def _write(self, tellings: list[_Telling], personas: list[str], write: _Write) -> None:
        """In the order of their ids: random keys in random order would touch every page of the database each time."""
        ordered = sorted(tellings, key=lambda t: t.id)
        for start in range(0, len(ordered), BATCH):
            part = ordered[start : start + BATCH]
            decided = {t.id: _decision(self.group_id) for t in part}
            self._insert(Decision, sorted(decided.values(), key=lambda d: str(d["id"])))
            write(part, personas, decided)

    def _write_stories(self, part: list[_Telling], personas: list[str], decided: _Decided) -> None:
        self._insert(Story, [self._story(t, personas) for t in part])
        self._insert(StoryVersion, [self._words(t, decided, f"An evening, told {t.activity}") for t in part])
        self._insert(Support, [s for t in part for s in self._support(t, personas)])

    def _write_replies(self, part: list[_Telling], personas: list[str], decided: _Decided) -> None:
        self._insert(Reply, [self._reply(t, personas) for t in part])
        self._insert(ReplyVersion, [self._words(t, decided) for t in part])

    def _story(self, telling: _Telling, personas: list[str]) -> dict[str, Any]:
        return {
            "id": telling.id, "group_id": self.group_id, "membership_id": self.chance.choice(personas),
            "created_hour": telling.hour, "activity": telling.activity, "last_number": REPLIES, "reply_count": REPLIES,
            "version": 1,
        }  # fmt: skip

    def _reply(self, telling: _Telling, personas: list[str]) -> dict[str, Any]:
        return {
            "id": telling.id, "story_id": telling.story_id, "group_id": self.group_id, "number": telling.number,
            "membership_id": self.chance.choice(personas), "created_hour": telling.hour,
        }  # fmt: skip

    def _words(self, telling: _Telling, decided: _Decided, title: str = "") -> dict[str, Any]:
        text, html = self.chance.choice(self.words)
        told = {"story_id": telling.id, "title": title, "content_notes": ""} if title else {"reply_id": telling.id}
        return {
            **told, "number": 1, "group_id": self.group_id, "body": text, "html": html, "decision_id": decided[telling.id]["id"],
            "is_shown": True,
        }  # fmt: skip

    def _support(self, telling: _Telling, personas: list[str]) -> list[dict[str, Any]]:
        return [
            {"subject_id": telling.id, "kind": "with-you", "membership_id": who, "group_id": self.group_id, "story_id": telling.id}
            for who in self.chance.sample(personas, GESTURES)
        ]  # fmt: skip

    def _insert(self, model: Any, rows: list[dict[str, Any]]) -> None:
        table: Table = model.__table__
        if rows:
            self.connection.execute(insert(table), rows)


def _judged(text: str) -> tuple[str, str]:
    verdict: Verdict = judge(Guidelines(), text)
    assert verdict.outcome is Outcome.PUBLISH, verdict  # noqa: S101
    return text, str(verdict.html)


def _decision(group_id: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "group_id": group_id,
        "fate": Fate.PUBLISHED,
        "outcome": Outcome.PUBLISH,
        "day": datetime.now(UTC).date(),
    }
