"""Small things of the judge, each of which a change of one sign took away unseen (docs/mutants.md)."""

import json

import pytest

from app.moderation import alignment, letters, sanitise
from app.moderation.checking import check_line
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.rulebook import rule, rulebook

GUIDELINES = Guidelines(country="GB")


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ("one **a**\n\ntwo **b**\n\noh, I want to k**il**l myself. Yes", "crisis.intent", "I want to k**il**l myself"),
        ("I want to k**il**l myself. Yes", "crisis.intent", "I want to k**il**l myself"),
        ("> oh, I want to\n> kill myself. Yes", "crisis.intent", "I want to\n> kill myself"),
        ("> oh, I want to\n> kill\tmyself. Yes", "crisis.intent", "I want to\n> kill\tmyself"),
        ("two words\n\n> oh, I want to\n> kill myself. Yes", "crisis.intent", "I want to\n> kill myself"),
    ],
)
def test_a_place_is_right_further_down(text: str, rule: str, place: str) -> None:
    assert [text[f.start : f.end] for f in judge(GUIDELINES, text).findings if f.rule == rule] == [place]


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("He kept saying 'check out my youtube channel' and we laughed all evening.", False),
        ('He kept saying "check out my youtube channel" and we laughed all evening.', False),
        ("Now all of it: 'please subscribe to my channel now and we laughed", True),
        ("He said 'no' to all of us. Check out my youtube channel.", True),
        ("'check out my youtube channel', really?", True),
    ],
)
def test_what_is_quoted_in_words_of_ones_own_is_not_said(text: str, is_told: bool) -> None:
    assert ("guideline.promotion" in {f.rule for f in judge(GUIDELINES, text).findings}) is is_told


def test_after_a_title_the_given_name_says_that_it_is_a_name() -> None:
    text = "I saw Dr Sarah Quibbleton today."
    assert [(f.rule, text[f.start : f.end]) for f in judge(GUIDELINES, text).findings] == [
        ("confidentiality.name", "Dr Sarah Quibbleton")
    ]
    assert judge(GUIDELINES, "I saw Dr Rose Hill today.").findings == ()


@pytest.mark.parametrize(
    "aloud",
    ["double seven double zero double nine double one double eight double three one four two",
     "triple seven triple zero triple nine triple one two six"],
)  # fmt: skip
def test_a_number_read_aloud_has_as_many_digits_as_it_says(aloud: str) -> None:
    """Fourteen or fifteen are a telephone number, and one more is none."""
    assert [f.rule for f in judge(GUIDELINES, f"it is {aloud}").findings] == ["confidentiality.phone"]
    assert judge(GUIDELINES, f"it is {aloud} five five").findings == ()


def _is_phone(text: str, country: str = "GB") -> bool:
    return "confidentiality.phone" in {f.rule for f in judge(Guidelines(country=country), text).findings}


def test_a_number_is_known_in_the_country_of_the_group() -> None:
    assert _is_phone("it is 32 12 34 56 if", "DK")
    assert not _is_phone("it is 32 12 34 56 if", "GB")


def test_a_number_from_abroad_may_be_long() -> None:
    assert _is_phone("it is 00999 7700 900123 if")
    assert not _is_phone("it is 00 999 999 if")


def test_the_next_sentence_does_not_hide_what_a_number_is() -> None:
    assert _is_phone("my number is 482 9173. I sleep late.")
    assert not _is_phone("it took 482 9173 steps. My number is up.")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({}, "no text"), ({"text": "a", "title": 5}, "no title"), ({"text": "a" * 10_001}, "longer than 10000"),
        ({"text": "\ud800"}, "half a character"),
    ],
)  # fmt: skip
def test_a_bad_line_names_what_is_wrong(line: dict[str, object], why: str) -> None:
    assert why in str(check_line(json.dumps(line), GUIDELINES)["error"])


def test_a_rule_is_found_by_its_id() -> None:
    assert [rule(known.id) for known in rulebook()] == list(rulebook())
    assert rule("no.such") is None


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("<https://a.org>", '<p><a href="https://a.org" rel="nofollow noopener noreferrer">https://a.org</a></p>'),
        (
            "[a](https://a.org)",
            '<p><a href="https://a.org" rel="nofollow noopener noreferrer">a</a> <small>(a.org)</small></p>',
        ),
    ],
)
def test_a_link_ends_where_it_ends(typed: str, html: str) -> None:
    assert sanitise.clean(typed).strip() == html


def test_the_first_place_that_agrees_is_the_place() -> None:
    assert alignment.align("xbread", "__x**bread and bread") == [2, 5, 6, 7, 8, 9]


def test_a_letter_like_no_other_stays() -> None:
    assert letters.fold("\u5c71") == "\u5c71"


def test_what_cannot_be_placed_any_more_is_told_of_the_whole_text() -> None:
    """After 4000 jumps nothing further is looked up: hostile markup shall not cost more."""
    text = "\\!" * 4300 + "\n\n> ring 07700\n> 900123 now"
    (found,) = judge(GUIDELINES, text).findings
    assert (found.start, found.end, found.suggestion) == (0, len(text), "[phone number removed]")
