"""Whoever closed their place after a copy was made stays away when it comes back (D-2, D-6); their kept words stay."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.foundation.settings import Settings
from app.upkeep import journal
from tests.conftest import Running, serve
from tests.members.databases import everything, fresh
from tests.people import PASSPHRASE, Person
from tests.upkeep.site import GROUP, files, hearth, home_of, restore, rows_of, settings_of

KEPT, GONE = "canary that may stay", "canary that shall go"
PERSONAS = {"keeper": "Lantern by the Sea", "eraser": "Paper Boat"}


@pytest.fixture(params=["sqlite", "postgres"])
def left(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Settings, Path, dict[str, str]]]:
    """Two people close their places after a copy; one keeps words. Settings, the copy, and sign-in names."""
    url = f"sqlite:///{tmp_path}/data/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), "leaving")
    for running in serve(tmp_path, url):
        people = {name: running.person() for name in PERSONAS}
        for (name, person), words in zip(people.items(), (KEPT, GONE), strict=True):
            person.join(GROUP, PERSONAS[name])
            told = person.share(GROUP, "Before I go", f"I write one more thing: {words}.")
            assert told["status"] == "published"
        settings, copy = settings_of(tmp_path, url), tmp_path / "copy.age"
        assert running.command("backup", str(copy)).returncode == 0
        _close(running, people)
        assert journal.write_out(home_of(settings)) >= 5
        assert journal.write_out(home_of(settings)) == 0
    yield settings, copy, {name: person.sign_in_name for name, person in people.items()}


def _close(running: Running, people: dict[str, Person]) -> None:
    for name, posts in (("keeper", "keep"), ("eraser", "erase")):
        gone = people[name].api.delete("/me", params={"posts": posts}, headers={"X-Passphrase": PASSPHRASE})
        assert gone.status_code == 202, gone.text
    assert running.log.exists()


def test_who_left_stays_away_and_what_they_kept_stays(
    left: tuple[Settings, Path, dict[str, str]], tmp_path: Path
) -> None:
    settings, copy, names = left
    restore(settings, copy, replace=True)
    stolen = rows_of(settings)
    assert stolen["accounts"] == []
    assert stolen["departures"] == []
    said = everything(stolen) + files(settings)
    assert KEPT.encode() in said
    assert GONE.encode() not in said
    assert not [persona for persona in PERSONAS.values() if persona.encode() in everything(stolen)]
    assert hearth(settings, "verify").returncode == 0
    for running in serve(tmp_path, settings.database_url):
        for name in names.values():
            answer = httpx.post(f"{running.url}/api/v1/sessions", json={"sign_in_name": name, "passphrase": PASSPHRASE})
            assert answer.status_code == 401
        reader = running.person()
        reader.join(GROUP)
        kept = reader.api.get(f"/groups/{GROUP}/stories").json()["items"]
        assert [story["persona"] for story in kept] == ["a member who left"]
