"""Names that look alike are alike; letters are read as an eye takes them."""

import string

import pytest
from confusable_homoglyphs.confusables import confusables_data
from hypothesis import given
from hypothesis import strategies as st

from app.moderation import letters
from benchmarks.look_alikes import FILE, PLAIN, look_alikes

ALIKE = [
    (plain, str(other["c"]))
    for plain in string.ascii_letters + string.digits
    for other in confusables_data.get(plain, ())
]


def test_every_look_alike_has_the_skeleton_of_the_original() -> None:
    assert len(ALIKE) > 1000
    for plain, other in ALIKE:
        assert letters.skeleton(f"Ka{other}e") == letters.skeleton(f"Ka{plain}e"), (plain, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Robin", "r0bin"),
        ("Willow", "WiIIow"),
        ("modern", "rnodern"),
        ("Blue Heron", "blue-heron"),
        ("Jos\u00e9", "Jose"),
        ("Al\u200bex", "Alex"),
        ("\uff21lex", "Alex"),
        ("Stra\u00dfe", "strasse"),
        ("\u202eAlex", "Alex"),
    ],
)
def test_names_that_cannot_be_told_apart(one: str, other: str) -> None:
    assert letters.skeleton(one) == letters.skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Robin", "Rabin"), ("Alex", "Alexa"), ("\u5c71\u7530", "\u5c71\u672c"), ("\u0915\u0940", "\u0915\u093e")],
)
def test_names_that_differ(one: str, other: str) -> None:
    assert letters.skeleton(one) != letters.skeleton(other)
    assert letters.skeleton(one)


@given(st.text(max_size=20))
def test_skeleton_does_not_see_case_or_gaps(name: str) -> None:
    assert letters.skeleton(name) == letters.skeleton(f" {name}\u200b-")


@pytest.mark.parametrize(
    "name",
    [
        "\u0418\u0432\u0430\u043d",
        "Alex 7",
        "\u5c71\u7530\u3055\u3093",
        "\uae40\u5c71",
        "Jos\u00e9",
        "",
        "12",
        "\u0645\u0631\u064a\u0645",
    ],
)
def test_one_script(name: str) -> None:
    assert not letters.mixed_scripts(name)


@pytest.mark.parametrize("name", ["\u0418\u0432a\u043d", "p\u0430ul", "\u0391lex", "\u5c71Alex"])
def test_more_than_one_script(name: str) -> None:
    assert letters.mixed_scripts(name)


@pytest.mark.parametrize(
    ("typed", "seen"),
    [("\u0430", "a"), ("\u0406", "I"), ("\u041e", "O"), ("\u00e9", "e"), ("\u2019", "'"), ("\u200b", ""), ("\u0667", "7"),
     ("\u2460", "1"), ("\U0001d41a", "a"), ("\ufb01", "fi"), ("\ud800", "\ufffd"), ("\0", "")],
)  # fmt: skip
def test_letter_is_read_as_an_eye_takes_it(typed: str, seen: str) -> None:
    assert letters.fold(typed) == seen


def test_the_table_is_the_librarys() -> None:
    listed = dict(line.split("\t") for line in FILE.read_text("utf-8").splitlines()[1:])
    assert listed == {plain: look_alikes(plain) for plain in PLAIN}
