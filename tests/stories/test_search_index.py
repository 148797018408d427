"""Whatever is typed, both databases find exactly what a plain reading of all words finds, and neither ever objects."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.stories import index, refiling, searching, sifting
from app.stories.index import NUMBER_BITS
from app.stories.searching import TOP
from app.stories.shelves import SearchGroup, SearchPlace
from app.stories.terms import Term, asked, cut
from tests.members.databases import fresh
from tests.stories.filled import SLUG, Filled, filled

COUNT = 900
MOST = 50
KNOWN = [
    "tea",
    "evening",
    "evenings",
    "even",
    "longer",
    "long",
    "wine",
    "straße",
    "café",
    "日本語",
    "don't",
    "twelve-step",
    "и",
    "ﬁne",
]
ODD = [
    "=",
    "'",
    '"',
    "\\",
    ":*",
    "&",
    "|",
    "!",
    "<->",
    "NEAR(",
    "AND",
    "OR",
    "NOT",
    "{title}:",
    "^",
    "+",
    "(",
    ")",
    "%",
    "_",
    "-",
    "🙂",
]
QUERIES = st.one_of(
    st.lists(st.sampled_from([*KNOWN, *ODD, *(f"-{w}" for w in KNOWN), *(f'"{w}' for w in KNOWN)]), max_size=8).map(
        " ".join
    ),
    st.lists(st.sampled_from([*KNOWN, *ODD]), max_size=8).map("".join),
    st.text(max_size=200),
)
MANY = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def _texts() -> list[tuple[str, str]]:
    chance = random.Random(11)
    return [
        (" ".join(chance.choices(KNOWN, k=2)), " ".join(chance.choices([*KNOWN, *ODD], k=chance.randrange(3, 12))))
        for _n in range(COUNT)
    ]  # fmt: skip


TEXTS = _texts()
CUT = [(cut(title), cut(body)) for title, body in TEXTS]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def there(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp(f"search-{request.param}")
    if request.param == "sqlite":
        url = f"sqlite:///{folder}/hearth.db"
    else:
        url = fresh(request.getfixturevalue("postgres"), f"search_{folder.name.replace('-', '_')}")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(index, "BUCKET_BITS", 5)
        with filled(url, folder, TEXTS) as made:
            yield made


def plainly(typed: str) -> list[int]:
    """The numbers of the texts that hold what was typed, newest first, found without any index."""
    what = asked(typed)

    def holds(term: Term, number: int) -> bool:
        return any(_stands(term, words) for words in CUT[number])

    return [
        n for n in reversed(range(COUNT))
        if what.wanted and all(holds(t, n) for t in what.wanted) and not any(holds(t, n) for t in what.unwanted)
    ]  # fmt: skip


def _stands(term: Term, words: list[str]) -> bool:
    size = len(term.words)
    if not term.is_exact:
        return any(word.startswith(term.words[0]) for word in words)
    return any(tuple(words[at : at + size]) == term.words for at in range(len(words)))


def _found(there: Filled, typed: str, most: int, below: int = TOP) -> list[int]:
    with there.database.reading() as db:
        rows = sifting.matches(db, there.prefix, asked(typed), below, most) if asked(typed).wanted else []
    return [(row.place & ((1 << NUMBER_BITS) - 1)) - 1 for row in rows]


def test_texts_were_filed_in_their_order(there: Filled) -> None:
    with there.database.reading() as db:
        filed = db.execute(select(SearchPlace.subject_id).order_by(SearchPlace.place)).scalars().all()
    assert filed == there.ids


@pytest.mark.parametrize(("first", "looked_through"), [(0, 0), (1, 8), (sifting.LOOKED_FIRST, sifting.LOOKED_THROUGH)])
def test_the_index_finds_what_a_plain_reading_finds(
    there: Filled, monkeypatch: pytest.MonkeyPatch, first: int, looked_through: int
) -> None:
    monkeypatch.setattr(sifting, "LOOKED_FIRST", first)
    monkeypatch.setattr(sifting, "LOOKED_THROUGH", looked_through)
    sizes = set[int]()

    @MANY
    @given(QUERIES, st.sampled_from([1, 3, MOST]))
    def compare(typed: str, most: int) -> None:
        expected = plainly(typed)
        assert _found(there, typed, most) == expected[:most]
        sizes.add(len(expected))

    compare()
    assert 0 in sizes
    assert any(0 < size < MOST for size in sizes)
    assert any(size > MOST for size in sizes)


def test_going_on_below_a_place_leaves_nothing_out(there: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sifting, "LOOKED_THROUGH", 0)
    for typed in ("evening", '"tea evening"', "wine -tea", "café"):
        seen = list[int]()
        while page := _found(there, typed, 7, (there.prefix << NUMBER_BITS) + seen[-1] + 1 if seen else TOP):
            seen += page
        assert seen == plainly(typed)
        assert seen


@pytest.mark.parametrize("order", ["newest", "best"])
def test_any_text_is_answered_and_pages_are_whole(there: Filled, order: str) -> None:
    @settings(MANY, max_examples=60)
    @given(QUERIES.filter(lambda typed: not {"\x00", *map(chr, range(0xD800, 0xE000))} & set(typed)))
    def ask(typed: str) -> None:
        answer = there.client.post("/api/v1/search", json={"words": typed, "order": order, "limit": 50})
        assert answer.status_code == 200, (typed, answer.text)

    ask()
    ids, after = list[str](), ""
    while after is not None:
        page: Any = there.client.post(
            "/api/v1/search", json={"words": "even", "order": order, "limit": 50, "after": after, "group": SLUG}
        ).json()
        ids += [item["story"] for item in page["items"]]
        after = page["next"]
    expected = [there.ids[n] for n in plainly("even")]
    assert len(expected) > sifting.LOOKED_THROUGH
    assert (ids if order == "newest" else sorted(ids)) == (expected if order == "newest" else sorted(expected))


def test_a_group_that_is_named_is_searched_however_many_come_before_it(
    there: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_GROUPS", 0)
    asking = {"words": "evening", "limit": 3}
    assert there.client.post("/api/v1/search", json=asking).json()["items"] == []
    named = there.client.post("/api/v1/search", json={**asking, "group": SLUG}).json()["items"]
    assert [item["group"] for item in named] == [SLUG] * 3
    assert there.client.post("/api/v1/search", json={**asking, "group": "desk"}).status_code == 404


def test_filing_anew_keeps_places_and_brings_back_what_is_missing(there: Filled) -> None:
    with there.database.writing() as db:
        before = dict(db.execute(select(SearchPlace.subject_id, SearchPlace.place)).all())
        lost = there.ids[5]
        db.execute(delete(SearchPlace).where(SearchPlace.subject_id == lost))
        db.flush()
        assert _words(db) == COUNT - 1
        assert refiling.rebuild(db) == COUNT
        after = dict(db.execute(select(SearchPlace.subject_id, SearchPlace.place)).all())
        assert _words(db) == COUNT
        assert {i: p for i, p in after.items() if i != lost} == {i: p for i, p in before.items() if i != lost}
        assert after[lost] > max(before.values())
        db.rollback()


def _words(db: Any) -> int:
    return int(db.connection().exec_driver_sql("SELECT count(*) FROM search_words").scalar_one())


def test_words_from_before_there_was_a_search_are_filed_at_the_next_start(there: Filled) -> None:
    with there.database.writing() as db:
        assert refiling.catch_up(db) == 0
        db.execute(delete(SearchPlace))
        db.query(SearchGroup).update({SearchGroup.is_behind: True, SearchGroup.last_number: 0})
        db.flush()
        assert _words(db) == 0
        assert refiling.catch_up(db) == COUNT == _words(db)
        assert refiling.catch_up(db) == 0
        db.rollback()
