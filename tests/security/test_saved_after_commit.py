"""Something goes wrong between the door and its answer: what was answered as saved is there, nothing is there in part (U-6)."""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.foundation.db import Database
from app.foundation.ids import new_id
from app.foundation.web import transaction
from app.members.once import Once
from app.stories import actions, answers
from tests.conftest import Running
from tests.people import Person
from tests.security.figures import Figures
from tests.security.inside import CURRENT, at_home
from tests.security.writers import SLUG, marks_in, new_mark

WAIT_SECONDS = 0.3
A_MOMENT_SECONDS = 0.02
GIVES_UP_SECONDS = 1.0
"""A cancelled request is never answered."""


class Broken(Exception):
    """The fault of this test."""


def _raise() -> None:
    raise Broken


def _gone() -> None:
    raise OperationalError("COMMIT", {}, Exception("gone"))


def _cancel() -> None:
    """As when a server stops: the request's task is cancelled while a thread of it is at work."""
    loop, task = CURRENT.get()
    loop.call_soon_threadsafe(task.cancel)
    time.sleep(A_MOMENT_SECONDS)


STEPS: dict[str, tuple[Any, str]] = {
    "the act": (actions, "share"),
    "the quick act": (actions, "reply"),
    "the making of the answer": (answers, "sent"),
    "the keeping of the key": (Once, "answered"),
    "the making of the session": (Database, "writing"),
    "the commit": (Session, "commit"),
    "the commit's edge": (transaction, "_keep"),
    "the end of the session": (Session, "close"),
}
NEVER_BEFORE = "the end of the session"
"""A session that is not closed is a fault of the test."""


def _delay() -> None:
    time.sleep(A_MOMENT_SECONDS)


FAULTS: dict[str, Callable[[], None]] = {
    "raises": _raise, "database gone": _gone, "cancelled": _cancel, "delayed": _delay,
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, FastAPI, Person]]:
    folder: Path = tmp_path_factory.mktemp("steps")
    with at_home(folder) as (url, app):
        person = Person.signed_up(url)
        person.join(SLUG)
        yield Running(url, {"HEARTH_DATABASE_URL": f"sqlite:///{folder}/hearth.db"}, "", folder), app, person
        person.api.close()


ACTS = ("a story", "a reply")


def _place(person: Person, act: str) -> tuple[str, dict[str, str]]:
    """Where this is sent, and what with it."""
    if act == "a story":
        return f"/groups/{SLUG}/stories", {"title": "Tonight"}
    answered = person.share(SLUG, "A story", "It was a quiet evening.")["id"]
    return f"/stories/{answered}/replies", {}


def _send(person: Person, place: tuple[str, dict[str, str]], mark: str, key: str, timeout: float = 30) -> int:
    address, more = place
    body = {**more, "body": f"It was late. {mark}"}
    try:
        return person.api.post(address, json=body, headers={"Idempotency-Key": key}, timeout=timeout).status_code
    except httpx.TransportError:
        return 0


def _broken(inner: Callable[..., Any], fault: Callable[[], None], *, after: bool) -> Callable[..., Any]:
    """The same step with a fault before it, or after it has done its work; once."""
    armed = [True]

    def step(*values: Any, **names: Any) -> Any:
        is_now = armed.pop() if armed else False
        if is_now and not after:
            fault()
        done = inner(*values, **names)
        if is_now and after:
            if asyncio.iscoroutine(done):
                return _then(done, fault)
            fault()
        return done

    return step


async def _then(done: Any, fault: Callable[[], None]) -> None:
    await done
    fault()


def _through(home: tuple[Running, FastAPI, Person], act: str, steps: Iterable[str]) -> Counter[str]:
    """Every fault before and after each of these steps, then the same request once more without one."""
    hearth, _app, person = home
    found = Counter[str]()
    place = _place(person, act)
    for step, (fault, after) in product(steps, product(FAULTS.values(), (False, True))):
        if step == NEVER_BEFORE and not after:
            continue
        (target, name), mark, key = STEPS[step], new_mark(), new_id()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(target, name, _broken(getattr(target, name), fault, after=after))
            said = _send(person, place, mark, key, GIVES_UP_SECONDS)
        found["tried"] += 1
        found["acknowledged"] += said == 201
        found["missing"] += said == 201 and not marks_in(hearth)[mark]
        found["not possible to retry"] += _again(person, place, mark, key) != 201
        found["doubled"] += marks_in(hearth)[mark] != 1
    found["in part"] = hearth.command("verify").returncode
    return found


def _again(person: Person, place: tuple[str, dict[str, str]], mark: str, key: str) -> int:
    """After a fault the server ends the connection: the first try may only find that out."""
    return next((said for _n in range(3) if (said := _send(person, place, mark, key))), 0)


BAD = ("missing", "doubled", "in part", "not possible to retry")


@pytest.mark.parametrize("act", ACTS)
def test_around_the_commit_what_was_answered_is_there(home: tuple[Running, FastAPI, Person], act: str) -> None:
    found = _through(home, act, ["the commit", "the end of the session"])
    assert 0 < found["acknowledged"] < found["tried"]
    assert not any(found[name] for name in BAD), found


@pytest.mark.security
@pytest.mark.measures("U-6")
@pytest.mark.parametrize("act", ACTS)
def test_at_every_step_what_was_answered_is_there(
    home: tuple[Running, FastAPI, Person], figures: Figures, act: str
) -> None:
    others = {"a story": "the quick act", "a reply": "the act"}
    steps = [step for step in STEPS if step != others[act]]
    found = _through(home, act, steps)
    held = not any(found[name] for name in BAD) and 0 < found["acknowledged"] < found["tried"]
    told = ", ".join(f"{name} {found[name]}" for name in BAD)
    figures.note(
        "U-6",
        f"{found['tried']} faults at {len(steps)} steps (raised, database gone, cancelled, delayed; before and after): "
        f"acknowledged {found['acknowledged']}, of these {told}",
        held=held,
        of=f"SQLite, by program, {act}",
    )
    assert held, found


@pytest.mark.measures("U-6")
def test_a_client_that_goes_away_leaves_a_whole_or_nothing(
    home: tuple[Running, FastAPI, Person], figures: Figures
) -> None:
    hearth, _app, person = home
    marks = [new_mark() for _n in range(12)]
    address = httpx.URL(hearth.url)
    for n, mark in enumerate(marks):
        body = f'{{"title": "Tonight", "body": "It was late. {mark}"}}'.encode()
        head = (
            f"POST /api/v1/groups/{SLUG}/stories HTTP/1.1\r\nHost: {address.host}\r\nContent-Type: application/json\r\n"
            f"Authorization: {person.api.headers['authorization']}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        with socket.create_connection((address.host, address.port)) as line:
            line.sendall(head + body[: len(body) * (n % 4 + 1) // 4])
            line.settimeout(WAIT_SECONDS * (n % 3) or 0.001)
            with suppress(TimeoutError):
                line.recv(1)
    assert person.share(SLUG, "After", "It is quiet now.")["id"]
    there = marks_in(hearth)
    halves = sum(1 for n, mark in enumerate(marks) if n % 4 != 3 and there[mark])
    whole = hearth.command("verify").returncode == 0
    figures.note(
        "U-6",
        f"{len(marks)} clients that left: {sum(there[m] for m in marks)} saved whole, {halves} from half a request, in part 0",
        held=whole and not halves, of="clients that go away",
    )  # fmt: skip
    assert whole
    assert halves == 0
