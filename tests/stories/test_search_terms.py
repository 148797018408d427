"""Words as they are looked for: any text has a meaning, and it does not depend on a database."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.stories.terms import LONGEST_WORD, MOST_WORDS, Term, asked, cut, placed, spread_out

ANY_TEXT = st.text(max_size=200)
TYPED = st.text("ab-\"“” é日'*()^:{}+\\\t\n", max_size=60)


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("Evening", ["evening*"], []),
        ("tea", ["tea"], []),
        ("long evening", ["long*", "evening*"], []),
        ('"Long  Evening"', ["long evening"], []),
        ("„Long Evening“", ["long evening"], []),
        ('tea "evening', ["tea", "evening"], []),
        ("tea -wine", ["tea"], ["wine*"]),
        ('tea -"red wine"', ["tea"], ["red wine"]),
        ("-wine", [], ["wine*"]),
        ("tea - wine", ["tea", "wine*"], []),
        ("twelve-step", ["twelve step"], []),
        ("don’t", ["don t"], []),
        ("don't", ["don t"], []),
        ("evening evening", ["evening*"], []),
        ("Straße ＣＡＦÉ Łódź", ["strasse*", "cafe*", "lodz*"], []),
        ("日本語", ["日 本 語"], []),
        ("한국", ["한국"], []),
        ("מְקוֹם", ["מקום*"], []),
        ("AND OR NOT NEAR(tea*)", ["and", "or", "not", "near tea"], []),
        ('" " - -- * ( ) ^ :', [], []),
        ("", [], []),
    ],
)
def test_what_was_typed_means(typed: str, wanted: list[str], unwanted: list[str]) -> None:
    found = asked(typed)
    assert [_said(term) for term in found.wanted] == wanted
    assert [_said(term) for term in found.unwanted] == unwanted
    assert not found.is_cut


def _said(term: Term) -> str:
    return " ".join(term.words) + ("" if term.is_exact else "*")


def test_only_so_many_words_are_looked_for() -> None:
    found = asked(" ".join(f"word{n}" for n in range(MOST_WORDS + 3)))
    assert (len(found.wanted), found.is_cut) == (MOST_WORDS, True)
    assert [len(term.words) for term in asked("日" * (MOST_WORDS + 3)).wanted] == [MOST_WORDS]


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT | TYPED)
@example('"' * 50)
@example('\x00\ud800-"')
def test_words_are_letters_digits_and_marks_alone(typed: str) -> None:
    found = asked(typed)
    words = [word for term in (*found.wanted, *found.unwanted) for word in term.words]
    assert len(words) <= MOST_WORDS
    for word in [*words, *cut(typed)]:
        assert 0 < len(word) <= LONGEST_WORD
        assert all(unicodedata.category(c)[0] in "LNM" for c in word), word
        assert cut(word) == [word]


@settings(max_examples=300, deadline=None)
@given(st.text("aàeE ,.-日ßﬁ½\u0301", max_size=30) | st.text(max_size=30), st.integers(0, 29), st.booleans())
def test_a_word_of_a_text_is_marked_where_it_stands(text: str, chosen: int, is_exact: bool) -> None:
    text = unicodedata.normalize("NFC", text)
    words = cut(text)
    if not words:
        assert placed(text, [Term(("a",), is_exact=is_exact)]) == []
        return
    term = Term((words[chosen % len(words)],), is_exact)
    places = placed(text, [term])
    assert len(places) == sum(w == term.words[0] if is_exact else w.startswith(term.words[0]) for w in words)
    assert places == sorted(places)
    for start, end in places:
        assert 0 <= start < end <= len(text)
    assert term.count_in(spread_out(" ".join(words))) == len(places)


def test_words_that_stand_together_are_marked_together() -> None:
    text = "The long, long evening. Évening!"
    assert [text[a:b] for a, b in placed(text, asked('"long evening"').wanted)] == ["long evening"]
    assert [text[a:b] for a, b in placed(text, asked("evening").wanted)] == ["evening", "Évening"]
    assert [text[a:b] for a, b in placed(text, asked("even long").wanted)] == ["long", "long", "evening", "Évening"]
