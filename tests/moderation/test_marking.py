"""Texts cut into marked parts."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.marking import marked
from app.moderation.verdict import Field


@dataclass(frozen=True)
class At:
    start: int
    end: int
    field: Field = Field.BODY


def test_words_without_findings_are_one_part() -> None:
    assert marked("A quiet day.", [], Field.BODY) == [("A quiet day.", None)]
    assert marked("", [], Field.BODY) == []


def test_each_finding_is_marked_with_its_number() -> None:
    assert marked("ring me, or write", [At(0, 4), At(12, 17)], Field.BODY) == [
        ("ring", 1),
        (" me, or ", None),
        ("write", 2),
    ]


def test_numbers_go_on_where_the_title_stopped() -> None:
    found = [At(0, 1, Field.TITLE), At(2, 3, Field.TITLE), At(1, 2)]
    assert marked("xyz", found, Field.TITLE) == [("x", 1), ("y", None), ("z", 2)]
    assert marked("abc", found, Field.BODY) == [("a", None), ("b", 3), ("c", None)]


def test_overlapping_findings_share_the_mark_of_the_first() -> None:
    assert marked("abcdef", [At(1, 4), At(2, 3), At(3, 5)], Field.BODY) == [("a", None), ("bcde", 1), ("f", None)]


def test_findings_side_by_side_keep_their_own_marks() -> None:
    assert marked("abcd", [At(0, 2), At(2, 4)], Field.BODY) == [("ab", 1), ("cd", 2)]


def test_a_place_outside_of_the_text_is_left_out() -> None:
    assert marked("abc", [At(2, 9), At(5, 9), At(1, 1)], Field.BODY) == [("ab", None), ("c", 1)]


def test_what_the_judge_finds_is_marked_where_it_was_typed() -> None:
    body = "It was a long night. Call me on 07700 900123 and we can talk."
    verdict = judge(Guidelines(country="gb"), body, "Write to me@example.org")
    in_title = sum(f.field is Field.TITLE for f in verdict.findings)
    assert 0 < in_title < len(verdict.findings)
    marks = [(words, number) for words, number in marked(body, verdict.findings, Field.BODY) if number]
    assert [(words[-12:], number) for words, number in marks] == [("07700 900123", 1 + in_title)]


places = st.builds(At, st.integers(0, 40), st.integers(0, 40), st.just(Field.BODY))


@given(st.text(max_size=30), st.lists(places, max_size=8))
def test_no_words_are_lost_or_doubled(text: str, found: list[At]) -> None:
    parts = marked(text, found, Field.BODY)
    assert "".join(words for words, _ in parts) == text
    numbers = [n for _, n in parts if n is not None]
    assert len(numbers) == len(set(numbers))
    covered = {i for f in found for i in range(f.start, min(f.end, len(text)))}
    at, under_marks = 0, set[int]()
    for words, number in parts:
        if number is not None:
            under_marks |= set(range(at, at + len(words)))
        at += len(words)
    assert under_marks == covered
