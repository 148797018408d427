"""People who write through the JSON API while it breaks under them, and what they were told about each thing they wrote."""

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

import httpx

from app.foundation.ids import new_id
from app.tables import TABLES
from tests.conftest import Running
from tests.people import Person

SLUG = "kitchen-table"
TIMEOUT = 15
TRIES = 60
PAUSE_SECONDS = 0.1
WITHOUT_DIGITS = str.maketrans("0123456789", "ghjkmnpqvw")


def new_mark() -> str:
    """A word that stands nowhere else, and in which no rule can find a number."""
    return f"mark{new_id().translate(WITHOUT_DIGITS)}"


@dataclass
class Written:
    """What was sent, and what was answered, by a mark that stands in the words and nowhere else."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    """Mark to id: answered with 201."""
    refused: set[str] = field(default_factory=set)
    """Answered with a refusal that says it was not taken."""
    open: set[str] = field(default_factory=set)
    """Sent, never answered, given up on: there or not there, but once at most."""
    odd: list[str] = field(default_factory=list)
    """Answers that should not be: another id for the same key, a fault of ours."""


class Writer(threading.Thread):
    """Writes stories and replies one after the other. Retries with the same key, as a program should."""

    def __init__(self, person: Person, told: Written, stop: threading.Event, seed: int) -> None:
        super().__init__(daemon=True)
        self.person, self.told, self.stop = person, told, stop
        self.dice = random.Random(seed)
        self.story = ""

    def run(self) -> None:
        while not self.stop.is_set():
            mark = new_mark()
            kind = self.dice.random()
            if kind < 0.1:
                self._send(mark, f"/groups/{SLUG}/stories", {"title": "", "body": f"Tonight {mark}."})
            elif kind < 0.4 or not self.story:
                body = {"title": "Tonight", "body": f"It was a quiet evening. {mark}."}
                self.story = self._send(mark, f"/groups/{SLUG}/stories", body) or self.story
            else:
                self._send(mark, f"/stories/{self.story}/replies", {"body": f"I am glad. {mark}."})

    def _send(self, mark: str, path: str, body: dict[str, str]) -> str:
        """Send until answered; one in ten gives up at the first broken connection. Gives the id, if taken."""
        key, patient = new_id(), self.dice.random() < 0.9
        for _try in range(TRIES if patient else 1):
            try:
                answer = self.person.api.post(path, json=body, headers={"Idempotency-Key": key}, timeout=TIMEOUT)
            except httpx.TransportError:
                self.stop.wait(PAUSE_SECONDS)
                continue
            if answer.status_code == 201:
                return self._taken(mark, answer.json()["id"], path, body, key)
            if answer.status_code in (409, 503):
                self.stop.wait(PAUSE_SECONDS)
                continue
            self.told.refused.add(mark)
            if answer.status_code != 422:
                self.told.odd.append(f"{answer.status_code} {answer.text[:200]}")
            return ""
        self.told.open.add(mark)
        return ""

    def _taken(self, mark: str, found: str, path: str, body: dict[str, str], key: str) -> str:
        self.told.acknowledged[mark] = found
        if self.dice.random() < 0.2:
            try:
                again = self.person.api.post(path, json=body, headers={"Idempotency-Key": key}, timeout=TIMEOUT)
            except httpx.TransportError:
                return found
            if again.status_code == 201 and again.json()["id"] != found:
                self.told.odd.append("one key, two ids")
        return found


@dataclass(frozen=True)
class Count:
    """How what is there differs from what was said."""

    lost: int
    ghosts: int
    doubled: int
    odd: int
    acknowledged: int

    def __str__(self) -> str:
        return (
            f"lost {self.lost}, ghosts {self.ghosts}, doubled {self.doubled}, wrong answers {self.odd}, "
            f"of {self.acknowledged} acknowledged"
        )

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.ghosts or self.doubled or self.odd)


def marks_in(hearth: Running) -> Counter[str]:
    """Every mark in the tables of words, and how often it is there."""
    database, found = hearth.database, Counter[str]()
    with database.engine.connect() as connection:
        for name in ("story_versions", "reply_versions"):
            for body in connection.execute(TABLES[name].select().with_only_columns(TABLES[name].c.body)).scalars():
                found.update(word.strip(".") for word in str(body).split() if word.startswith("mark"))
    database.engine.dispose()
    return found


def compare(told: Written, there: Counter[str]) -> Count:
    """Hold what was said against what is there."""
    known = set(told.acknowledged) | told.open
    return Count(
        lost=sum(1 for mark in told.acknowledged if not there[mark]),
        ghosts=sum(1 for mark in there if mark not in known),
        doubled=sum(1 for times in there.values() if times > 1),
        odd=len(told.odd),
        acknowledged=len(told.acknowledged),
    )
