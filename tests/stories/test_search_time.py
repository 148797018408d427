"""A search ends in time, with a sentence if need be; and what takes long elsewhere is not held against it (O-10)."""

from collections.abc import Iterator
from pathlib import Path
from time import thread_time

import pytest
from sqlalchemy import TextClause, text

from app.foundation.db import Database
from app.foundation.errors import Unfit
from app.stories import sifting
from app.stories.searching import TOP, Hit, Search
from app.stories.terms import asked
from tests.members.databases import fresh
from tests.stories.filled import Filled, filled

MOST = 50
TEXTS = [(f"Evening {n}", "A quiet evening, and tea.") for n in range(120)]
MANY = 100_000


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def there(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    folder: Path = tmp_path_factory.mktemp("search-time")
    url = f"sqlite:///{folder}/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), "search_time")
    with filled(url, folder, TEXTS) as made:
        yield made


@pytest.mark.measures("O-10")
def test_a_question_that_takes_too_long_ends_with_a_sentence(there: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sifting, "LOOKED_THROUGH", 0)
    monkeypatch.setattr(sifting, "MOST_SECONDS", 0.0011)
    monkeypatch.setattr(sifting, "_IN_SQLITE" if there.database.is_sqlite else "_IN_POSTGRES", _slow(there.database))
    answer = there.client.post("/api/v1/search", json={"words": "evening nosuchword", "limit": 50})
    assert answer.status_code == 422, answer.text
    assert [e["field"] for e in answer.json()["errors"]] == ["words"]
    assert "One more word helps." in answer.json()["detail"]


@pytest.mark.measures("O-10")
def test_many_questions_have_no_longer_together(there: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them is quick enough; the search is not."""
    monkeypatch.setattr(sifting, "LOOKED_THROUGH", 0)
    monkeypatch.setattr(sifting, "MOST_SECONDS", 0.5)
    with there.database.reading() as db, sifting.bounded(db):
        assert sifting.matches(db, there.prefix, asked("evening"), TOP, 3)
    with there.database.reading() as db, pytest.raises(Unfit), sifting.bounded(db):
        for _time in range(MANY):
            assert sifting.matches(db, there.prefix, asked("evening"), TOP, MOST)


@pytest.mark.parametrize("order", ["newest", "best"])
def test_a_process_that_has_just_begun_answers_too(there: Filled, monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    """What takes long between two questions is not held against the words that were typed."""
    look_up = Search._readable

    def slowly(search: Search, places: list[int]) -> Iterator[Hit]:
        end = thread_time() + 2 * sifting.MOST_SECONDS
        while thread_time() < end:
            pass
        return look_up(search, places)

    monkeypatch.setattr(Search, "_readable", slowly)
    answer = there.client.post("/api/v1/search", json={"words": "evening -wine", "order": order, "limit": 5})
    assert len(answer.json()["items"]) == 5


def _slow(database: Database) -> TextClause:
    """The same question, but that it takes many seconds."""
    numbers = (
        "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 50000000)"
        " SELECT count(*), '', '' FROM counted"
    )
    return text(numbers if database.is_sqlite else "SELECT 1, '', CAST(pg_sleep(20) AS text)")
