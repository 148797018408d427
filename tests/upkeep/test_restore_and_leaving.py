"""Whoever closed their place after a copy was made stays away when it comes back (D-2, D-6); their kept words stay."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.foundation.settings import Settings
from app.foundation.times import now
from app.mine import closing
from app.stories import leaving
from app.upkeep import journal
from tests.conftest import serve
from tests.members.databases import everything, fresh
from tests.people import NO_TLS, PASSPHRASE, Visitor
from tests.upkeep.indoors import SLUG, Indoors
from tests.upkeep.site import GROUP, back_up, files, hearth, home_of, restore, rows_of, settings_of

KEPT, GONE = "canary that may stay", "canary that shall go"
KEPT_OTHERWISE, GONE_OTHERWISE = "canary that stays alone", "canary that goes alone"
PERSONAS = {"keeper": "Lantern by the Sea", "eraser": "Paper Boat"}
SAID = {"keeper": ("keep", KEPT, GONE_OTHERWISE), "eraser": ("erase", GONE, KEPT_OTHERWISE)}
MOST_TURNS = 20
"""What each chose for all words, a story of theirs, and one with which it shall be the other way round."""


@pytest.fixture(params=["sqlite", "postgres"])
def left(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Settings, Path, dict[str, str]]]:
    """Two people close their places after a copy, one keeping words, each with an exception; and their memberships are
    still to leave. Settings, the copy, and sign-in names."""
    url = f"sqlite:///{tmp_path}/data/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), "leaving")
    for running in serve(tmp_path, url):
        people = {name: running.person() for name in PERSONAS}
        exceptions = {}
        for name, (_posts, *words) in SAID.items():
            people[name].join(GROUP, PERSONAS[name])
            told = [people[name].share(GROUP, "Before I go", f"I write one more thing: {said}.") for said in words]
            assert [one["status"] for one in told] == ["published", "published"]
            exceptions[name] = told[-1]["id"]
        settings, copy = settings_of(tmp_path, url), tmp_path / "copy.age"
        assert running.command("backup", str(copy)).returncode == 0
        for name, person in people.items():
            _close(running.visitor(), person.sign_in_name, SAID[name][0], exceptions[name])
        assert journal.write_out(home_of(settings)) >= 8
        assert journal.write_out(home_of(settings)) == 0
    yield settings, copy, {name: person.sign_in_name for name, person in people.items()}


def _close(visitor: Visitor, sign_in_name: str, posts: str, exception: str) -> None:
    visitor.open("/sign-in").press("Sign in", sign_in_name=sign_in_name, passphrase=PASSPHRASE)
    visitor.open("/settings/close").press("Choose otherwise for some stories", posts=posts)
    visitor.press("Save", excepted=exception).press("Close my place", passphrase=PASSPHRASE)
    visitor.press("I have kept them", passphrase=PASSPHRASE)
    assert "Your place is closed" in visitor.text


def test_who_left_stays_away_and_what_they_kept_stays(
    left: tuple[Settings, Path, dict[str, str]], tmp_path: Path
) -> None:
    settings, copy, names = left
    restore(settings, copy, replace=True)
    stolen = rows_of(settings)
    assert stolen["accounts"] == []
    assert stolen["departures"] == []
    said = everything(stolen) + files(settings)
    assert [words for words in (KEPT, KEPT_OTHERWISE, GONE, GONE_OTHERWISE) if words.encode() in said] == [
        KEPT,
        KEPT_OTHERWISE,
    ]
    assert not [persona for persona in PERSONAS.values() if persona.encode() in everything(stolen)]
    assert hearth(settings, "verify").returncode == 0
    for running in serve(tmp_path, settings.database_url):
        for name in names.values():
            answer = httpx.post(
                f"{running.url}/api/v1/sessions", json={"sign_in_name": name, "passphrase": PASSPHRASE}, verify=NO_TLS
            )
            assert answer.status_code == 401
        reader = running.person()
        reader.join(GROUP)
        kept = reader.api.get(f"/groups/{GROUP}/stories").json()["items"]
        assert [story["persona"] for story in kept] == ["a member who left"] * 2


def test_words_that_were_taken_back_with_the_claim_code_do_not_come_back(house: Indoors, tmp_path: Path) -> None:
    """When the copy was made, one membership had left and another was to leave."""
    settings, codes = house.home.settings, []
    for had_left in (True, False):
        person = house.person()
        person.join(SLUG)
        person.share(SLUG, "Before I go", f"I write one more thing: {KEPT}.")
        gone = person.api.delete("/me", params={"posts": "keep"}, headers={"X-Passphrase": PASSPHRASE}).json()
        codes.append(gone["claim_codes"][0]["code"])
        if had_left:
            assert _depart(house) == 1
    assert len(house.rows("story_versions")) == 2
    back_up(settings, tmp_path / "copy.age")
    for code in codes:
        with house.home.database.writing() as db:
            membership = closing.claimed(db, code)
            assert membership is not None
            leaving.erase_what_stayed(db, membership)
            db.commit()
    house.home.database.engine.dispose()
    restore(settings, tmp_path / "copy.age", replace=True)
    assert _depart(house) == 1
    assert (house.rows("departures"), house.rows("stories"), house.rows("story_versions")) == ([], [], [])


def _depart(house: Indoors) -> int:
    """All of them; what a busy machine does not do in one turn it does in the next."""
    house.sql("UPDATE departures SET expires_at = :now", now=now())
    turns = (closing.depart_due(house.home) for _turn in range(MOST_TURNS) if house.rows("departures"))
    return sum(turns)
