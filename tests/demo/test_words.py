"""The demo's words: the judge makes of them what the files say, and nothing is told twice."""

import pytest

from app.demo import backstage, telling
from app.demo.telling import Account, Book, Fate
from tests.demo import proof
from tests.house.tree import APP

FEWEST_STORIES, FEWEST_REPLIES, FEWEST_PEOPLE = 50, 300, 15
STARTERS = {file.stem for file in (APP / "groups" / "starter").glob("*.toml")}


def test_it_is_told_in_groups_that_exist() -> None:
    assert set(telling.slugs()) <= STARTERS
    assert len(telling.slugs()) > 1


@pytest.mark.parametrize("slug", telling.slugs())
def test_the_judge_makes_of_them_what_the_file_says(slug: str) -> None:
    told = telling.book(slug)
    assert list(proof.faults(told)) == []
    replies = [reply for story in told.stories for reply in story.replies]
    assert len(told.people) >= FEWEST_PEOPLE
    assert len(told.stories) >= FEWEST_STORIES
    assert len(replies) >= FEWEST_REPLIES


def test_no_sentence_stands_twice() -> None:
    assert list(proof.doubles([telling.book(slug) for slug in telling.slugs()])) == []


def test_what_comes_to_the_desk_is_of_people_who_are_there_and_would_go_out() -> None:
    books = [telling.book(slug) for slug in telling.slugs()]
    told = backstage.desk()
    assert list(proof.desk_faults(told, books)) == []
    odds = told.rules[0].rule.model_copy(update={"words": ["river"], "guideline": "nowhere"})
    wrong = told.model_copy(update={
        "hours": [told.hours[0].model_copy(update={"by": "Slow Kettle"})],
        "asked": [told.asked[0].model_copy(update={"words": "My sponsor Dave Carter said so."})],
        "rules": [told.rules[0].model_copy(update={"rule": odds})],
    })  # fmt: skip
    assert len(list(proof.desk_faults(wrong, books))) == 4


def test_the_printed_accounts_have_a_place() -> None:
    placed = [p.account for book in (backstage.desk(), *map(telling.book, telling.slugs())) for p in book.people]
    assert set(Account) <= set(placed)


def _book(**story: object) -> Book:
    written = {"by": "Tin Roof", "title": "Rain", "body": "It rained.", "ago": 3, "hour": 9, **story}
    people = [{"name": "Tin Roof"}, {"name": "Slow Kettle"}]
    return Book.model_validate({"slug": "first-weeks", "people": people, "stories": [written]})


FLAG = {"by": "Slow Kettle", "reason": "unkind"}


@pytest.mark.parametrize(
    "story",
    [
        {"body": "My sponsor Dave Carter said so."},
        {"body": "My sponsor said so.", "fate": "held"},
        {"fate": "concern"},
        {"fate": "mended", "body": "My sponsor Dave Carter.", "mended": "My sponsor, Dave Carter."},
        {"fate": "kept", "flag": FLAG, "reason": "my mate Dave Carter says it may stand"},
        {"fate": "flagged", "flag": FLAG, "ago": 30},
        {"fate": "draft", "replies": [["Slow Kettle", 1, "I am here."]]},
    ],
)
def test_the_proof_finds_what_is_wrong(story: dict[str, object]) -> None:
    assert len(list(proof.faults(_book(**story)))) == 1


@pytest.mark.parametrize("name", ["Dave Carter", "Moderator Joe"])
def test_the_proof_finds_names_that_cannot_be_taken(name: str) -> None:
    book = Book.model_validate({"slug": "first-weeks", "people": [{"name": name}]})
    assert len(list(proof.faults(book))) == 1


def test_the_proof_finds_sentences_told_twice() -> None:
    said = "I walked to the river and back again in the rain."
    twice = _book(
        body=f"Well. {said}", replies=[["Slow Kettle", 1, f"{said.upper()} So did I."], ["Tin Roof", 2, "So did I."]]
    )
    assert len(list(proof.doubles([twice]))) == 1
    assert not list(proof.doubles([_book(body=said)]))


@pytest.mark.parametrize(
    "story",
    [
        {"by": "Nobody Here"},
        {"fate": "kept"},
        {"fate": "out", "reason": "why"},
        {"fate": "out", "second_look": {"text": "why"}},
        {"fate": "redacted", "reason": "a name", "take_out": ["not there"]},
        {"fate": "flagged", "flag": {"by": "Tin Roof", "reason": "unkind"}},
        {"hours_ago": 3},
        {"ago": None},
        {"fade": "out"},
    ],
)
def test_a_file_that_contradicts_itself_is_not_read(story: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        _book(**story)


def test_fewer_stories_are_first_those_where_something_happens() -> None:
    whole = telling.book("evening-harbour")
    some = whole.shortened(5)
    assert len(some.stories) == 5
    assert all(story.happens for story in some.stories)
    assert {Fate.OUT} < {one.fate for one in some.tellings}
