"""Pages that need no thread: only what was shown a moment ago, to whoever is alone, and nothing that waits for the disk."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.foundation.crew import Crew
from app.foundation.web import at_once
from app.foundation.web.at_once import AtOnce
from tests.stories.filled import SLUG, Filled, filled_on

STORIES = [("A walk", "By the river."), ("Another walk", "Over the hill.")]


class Place:
    """A Hearth with a reader, and how often a thread drew a page."""

    def __init__(self, there: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
        self.there, self.turns = there, 0
        there.client.cookies.set("hearth", there.client.headers["Authorization"].removeprefix("Bearer "))
        do = Crew.do

        async def counted(crew: Crew, act: Callable[[], Any]) -> Any:
            self.turns += 1
            return await do(crew, act)

        monkeypatch.setattr(Crew, "do", counted)

    def turns_of(self, address: str, says: str) -> int:
        before = self.turns
        answer = self.there.client.get(address)
        assert (answer.status_code, says in answer.text) == (200, True), answer.text[:500]
        return self.turns - before


@pytest.fixture(params=["sqlite", "postgres"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Filled]:
    with filled_on(request, tmp_path, "at_once", STORIES) as made:
        yield made


def _settle(place: Place, address: str, says: str) -> None:
    """A first look notes in passing what was seen; then nothing is left to be noted."""
    assert place.turns_of(address, says) >= 1
    place.turns_of(address, says)


@pytest.mark.parametrize("page", ["story", "group"])
def test_what_was_just_shown_is_shown_again_without_a_thread_on_sqlite_alone(
    there: Filled, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    place = Place(there, monkeypatch)
    address = f"/stories/{there.ids[0]}" if page == "story" else f"/groups/{there.group_id}"
    _settle(place, address, "A walk")
    assert place.turns_of(address, "A walk") == (0 if there.database.is_sqlite else 1)


def test_what_changed_is_for_a_thread_and_is_seen(there: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    place, address = Place(there, monkeypatch), f"/stories/{there.ids[0]}"
    _settle(place, address, "By the river.")
    there.client.post(f"/api/v1/stories/{there.ids[0]}/replies", json={"body": "I know that river."})
    assert place.turns_of(address, "I know that river.") == 1
    there.client.post(f"/api/v1/stories/{there.ids[0]}/replies", json={"body": "And its bridge."})
    _settle(place, f"/groups/{there.group_id}", "A walk")
    there.client.delete(f"/api/v1/groups/{SLUG}/membership")
    place.turns_of(f"/groups/{there.group_id}", "Join")


def test_who_is_signed_out_sees_nothing_more(there: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    place, address = Place(there, monkeypatch), f"/stories/{there.ids[0]}"
    _settle(place, address, "By the river.")
    assert there.client.delete("/api/v1/sessions/current").status_code == 204
    answer = there.client.get(address, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize("there", ["sqlite"], indirect=True)
def test_after_a_look_that_waited_threads_look_again(there: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    place, address = Place(there, monkeypatch), f"/stories/{there.ids[0]}"
    _settle(place, address, "By the river.")
    monkeypatch.setattr(at_once, "SLOW_SECONDS", -1.0)
    assert place.turns_of(address, "By the river.") == 0
    assert place.turns_of(address, "By the river.") == 1


def test_each_page_is_counted_once(there: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    place, address = Place(there, monkeypatch), f"/stories/{there.ids[0]}"
    _settle(place, address, "By the river.")
    app: Any = there.client._transport.app  # type: ignore[attr-defined]
    counted = list[str]()
    monkeypatch.setattr(app.state.house.limits, "open_page", counted.append)
    place.turns_of(address, "By the river.")
    there.client.post(f"/api/v1/stories/{there.ids[0]}/replies", json={"body": "I know that river."})
    counted.clear()
    place.turns_of(address, "I know that river.")
    assert len(counted) == 1


def test_it_lasts_five_minutes_and_forgets_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    at, clock = AtOnce(is_on=True), 1000.0
    monkeypatch.setattr(at_once, "monotonic", lambda: clock)
    assert not at.may("a token", "/here")
    at.note("a token", "/here")
    assert at.may("a token", "/here")
    assert not at.may("a token", "/there")
    assert not at.may("another", "/here")
    clock += at_once.LATELY_SECONDS - 1
    assert at.may("a token", "/here")
    clock += 2
    assert not at.may("a token", "/here")
    off = AtOnce(is_on=False)
    off.note("a token", "/here")
    assert not off.may("a token", "/here")
    monkeypatch.setattr(at_once, "MOST_REMEMBERED", 4)
    for number in range(20):
        at.note(f"{number}", f"/{number}")
    assert at.may("19", "/19")
    assert len(at._seen) <= 6
