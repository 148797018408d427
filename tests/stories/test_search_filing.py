"""New replies are filed a moment after they came out: whoever looks finds them all the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from app.foundation.home import Home
from app.foundation.keys import load
from app.foundation.settings import Settings
from app.stories import fates, filing, refiling
from app.stories.models import Reply, ReplyVersion
from app.stories.shelves import SearchPlace, SearchWaiting
from tests.stories.filled import SLUG, Filled, filled_on

STORIES = [("A walk", "By the river."), ("Another walk", "Over the hill.")]


@pytest.fixture(params=["sqlite", "postgres"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Filled]:
    with filled_on(request, tmp_path, "filing", STORIES) as made:
        yield made


def _reply(there: Filled, story: int, body: str) -> str:
    said = there.client.post(f"/api/v1/stories/{there.ids[story]}/replies", json={"body": body})
    assert (said.status_code, said.json()["status"]) == (201, "published"), said.text
    return str(said.json()["id"])


def _found(there: Filled, words: str) -> list[str]:
    answer = there.client.post("/api/v1/search", json={"words": words, "group": SLUG})
    assert answer.status_code == 200, answer.text
    return [item["reply"] for item in answer.json()["items"]]


def _ids(there: Filled, column: Any) -> set[str]:
    with there.database.reading() as db:
        return set(db.scalars(select(column)))


def _home(there: Filled, folder: Path) -> Home:
    chosen = Settings(secrets_dir=folder / "secrets")
    return Home(chosen, load(chosen), there.database)


def test_it_is_found_at_once_and_in_the_order_of_coming_out(there: Filled) -> None:
    said = [_reply(there, n % 2, f"Lanterns in the dark, the {n}th of them.") for n in range(5)]
    assert _ids(there, SearchWaiting.reply_id) == set(said)
    assert not _ids(there, SearchPlace.subject_id) & set(said)
    assert _found(there, "lanterns") == said[::-1]
    assert _ids(there, SearchWaiting.reply_id) == set()
    later = _reply(there, 0, "Lanterns once more, and a moon.")
    assert _found(there, "lanterns") == [later, *said[::-1]]


def test_nobody_needs_to_look(there: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filing, "AT_ONCE", 2)
    monkeypatch.setattr(filing, "BREATH_SECONDS", 0.0)
    monkeypatch.setattr(filing, "_NEXT", filing._NEXT.limit(2))
    said = [_reply(there, 0, f"Lanterns in the dark, the {n}th of them.") for n in range(5)]
    assert filing.file_all(_home(there, tmp_path)) == 5
    assert filing.file_all(_home(there, tmp_path)) == 0
    with there.database.reading() as db:
        placed = db.scalars(select(SearchPlace.subject_id).order_by(SearchPlace.place)).all()
    assert placed[-5:] == said


def test_what_was_taken_back_or_changed_meanwhile_is_filed_as_it_is_now(there: Filled, tmp_path: Path) -> None:
    gone, hidden = _reply(there, 0, "Lanterns that go out."), _reply(there, 0, "Lanterns that are hidden.")
    changed = _reply(there, 1, "Lanterns that change.")
    assert there.client.delete(f"/api/v1/replies/{gone}").status_code == 204
    new = there.client.patch(f"/api/v1/replies/{changed}", json={"body": "Candles that stay."})
    assert new.json()["status"] == "published"
    with there.database.writing() as db:
        db.execute(update(ReplyVersion).where(ReplyVersion.reply_id == hidden).values(is_shown=False))
        db.commit()
    filing.file_all(_home(there, tmp_path))
    assert _ids(there, SearchWaiting.reply_id) == set()
    assert _found(there, "lanterns") == []
    assert _found(there, "candles") == [changed]


def test_what_is_behind_a_note_is_not_found_whenever_it_was_put_there(there: Filled, tmp_path: Path) -> None:
    before, after = _reply(there, 0, "Lanterns one knows."), _reply(there, 0, "Lanterns one does not.")
    with there.database.writing() as db:
        fates.cover(db, db.get_one(Reply, before), is_covered=True)
        db.commit()
    assert before not in _ids(there, SearchWaiting.reply_id)
    assert _found(there, "lanterns") == [after]
    with there.database.writing() as db:
        fates.cover(db, db.get_one(Reply, after), is_covered=True)
        db.commit()
    assert _found(there, "lanterns") == []
    with there.database.writing() as db:
        refiling.rebuild(db)
        db.commit()
    assert _found(there, "lanterns") == []
    with there.database.writing() as db:
        fates.cover(db, db.get_one(Reply, before), is_covered=False)
        db.commit()
    filing.file_all(_home(there, tmp_path))
    assert _found(there, "lanterns") == [before]


@pytest.mark.parametrize("there", ["sqlite"], indirect=True)
def test_while_somebody_writes_the_search_goes_on_without_the_newest(there: Filled) -> None:
    said = _reply(there, 0, "Lanterns in the dark.")
    with there.database.writing() as db:
        db.execute(text("SELECT 1"))
        assert _found(there, "lanterns") == []
        assert _found(there, "walk") == [None, None]
    assert _found(there, "lanterns") == [said]
