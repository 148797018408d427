"""A clock that jumps: sessions never outlive their limits, order stays, nothing breaks (U-8)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import time_machine

from tests.people import NO_TLS, PASSPHRASE, Person
from tests.security.figures import Figures
from tests.security.inside import at_home
from tests.security.writers import SLUG

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IDLE, WHOLE = 12 * HOUR, 30 * DAY
"""A session on one's own device (settings `own_idle_hours`, `own_days`)."""
JUMPS = {
    "a day back": [-DAY],
    "a day on": [DAY],
    "a step on and back": [timedelta(seconds=3), -timedelta(seconds=3)],
    "a leap second": [
        datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC) - START,
        timedelta(seconds=1),
        -timedelta(seconds=1),
    ],
    "summer time": [datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC) - START, timedelta(seconds=2), HOUR],
    "2038": [datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC) - START, timedelta(seconds=2), DAY],
}


USES = 4
"""Requests at each moment: that a session was used is not noted while somebody else writes, as the clock does."""
MOST_TRIES = 60
"""More than may come in at once from one place."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("clock")
    with time_machine.travel(START), at_home(folder) as (address, _app):
        yield address


def _status(person: Person) -> int:
    return person.api.get("/me").status_code


def _lives_at(url: str, used: list[timedelta], asked: timedelta) -> bool:
    """Whether a session begun at the start, used at these times of the clock, opens anything at that one."""
    with time_machine.travel(START):
        person = Person.signed_up(url)
    for moment in used:
        with time_machine.travel(START + moment):
            for _again in range(USES):
                _status(person)
    with time_machine.travel(START + asked):
        lives = _status(person) == 200
    person.api.close()
    return lives


@pytest.mark.measures("U-8")
def test_no_jump_lets_a_session_live_longer(url: str, figures: Figures) -> None:
    assert _lives_at(url, [], IDLE - HOUR), "a session that never lives proves nothing"
    steady = [n * IDLE * 0.9 for n in range(1, 70)]
    assert _lives_at(url, [t for t in steady if t < WHOLE - HOUR], WHOLE - HOUR)
    ways = {
        "unused, after a jump back": ([-DAY], IDLE + HOUR),
        "used before and after a jump back": ([HOUR, HOUR - DAY], HOUR + IDLE + timedelta(minutes=10)),
        "used until its last day": ([t for t in steady if t < WHOLE], WHOLE + HOUR),
        "used on a wrong day, at its last": ([DAY * 29, *[t for t in steady if t < WHOLE]], WHOLE + HOUR),
    }
    longer = [name for name, (used, asked) in ways.items() if _lives_at(url, used, asked)]
    figures.note(
        "U-8", f"{len(ways)} ways to outlive a limit by a jump: {len(longer)} did", held=not longer, of="sessions"
    )
    assert not longer


@pytest.mark.measures("U-8")
@pytest.mark.parametrize(
    "jump", ["a day back", *(pytest.param(j, marks=pytest.mark.security) for j in list(JUMPS)[1:])]
)
def test_order_and_writing_go_on_through_a_jump(url: str, figures: Figures, jump: str) -> None:
    """Replies keep the order they were sent in, whatever the clock says; every page and answer works."""
    clock, numbers = START, []
    with time_machine.travel(clock):
        person = Person.signed_up(url)
        person.join(SLUG)
        story = person.share(SLUG, "Through", "It was a quiet evening.")["id"]
        person.reply(story, "Reply 0.")
    for n, step in enumerate(JUMPS[jump], 1):
        clock += step
        with time_machine.travel(clock):
            fresh = Person.signed_up(url)
            fresh.join(SLUG)
            fresh.reply(story, f"Reply {n}.")
            told = fresh.api.get(f"/stories/{story}/replies").json()["items"]
            numbers = [reply["html"] for reply in told]
            newest = fresh.api.get(f"/groups/{SLUG}/stories").json()["items"][0]["id"]
            fresh.api.close()
        assert newest == story
    person.api.close()
    held = numbers == [f"<p>Reply {n}.</p>\n" for n in range(len(JUMPS[jump]) + 1)] or numbers == [
        f"<p>Reply {n}.</p>" for n in range(len(JUMPS[jump]) + 1)
    ]
    figures.note("U-8", "order kept, nothing refused", held=held, of=jump)
    assert held, numbers


@pytest.mark.measures("U-8")
def test_a_jump_gives_nobody_another_try(tmp_path: Path, figures: Figures) -> None:
    with (
        at_home(tmp_path, rate_limits=True) as (address, _app),
        httpx.Client(base_url=address, timeout=30, verify=NO_TLS) as stranger,
    ):

        def status() -> int:
            return stranger.post("/api/v1/accounts", json={"passphrase": PASSPHRASE}).status_code

        before = [status() for _n in range(MOST_TRIES)]
        let_in = before.count(201)
        after = []
        for jump in (DAY, -DAY, 365 * DAY):
            with time_machine.travel(datetime.now(UTC) + jump):
                after.append(status())
    held = 0 < let_in < MOST_TRIES and set(before[let_in:]) == set(after) == {429}
    figures.note("U-8", f"after {let_in} of {MOST_TRIES} no more; jumps of the clock gave {after.count(201)} more", held=held,
                 of="limits")  # fmt: skip
    assert held, (before, after)
