"""Full names: who is named, where, and what only looks like a name."""

import pytest

from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.wordlists import long_list, wordlist

GUIDELINES = Guidelines()
LISTS = (
    "given_names",
    "surnames",
    "wordlike_names",
    "not_names",
    "public_names",
    "places",
    "called_after",
    "titles",
    "not_streets",
    "phone_cues",
    "other_numbers",
    "spoken_digits",
    "not_places",
    "small_words",
)


def names(text: str) -> list[tuple[str, str]]:
    found = (f for f in judge(GUIDELINES, text).findings if f.rule == "confidentiality.name")
    return [(text[f.start : f.end], f.suggestion) for f in found]


@pytest.mark.parametrize(
    ("text", "name", "instead"),
    [
        ("I saw Karen Whitfield at the shop", "Karen Whitfield", "Karen"),
        ("Hi Maria Lopez, how are you", "Maria Lopez", "Maria"),
        ("thanks to Anna B. Schmidt for it", "Anna B. Schmidt", "Anna"),
        ("it was Liam O'Brien's idea", "Liam O'Brien", "Liam"),
        ("Jean-Luc Moreau drove me home", "Jean-Luc Moreau", "Jean-Luc"),
        ("then Pieter van der Berg came", "Pieter van der Berg", "Pieter"),
        ("Siobhan Smith-Jones knows", "Siobhan Smith-Jones", "Siobhan"),
        ("with Mary Ann Carter there", "Mary Ann Carter", "Mary"),
        ("I owe Bj\u00f6rn Lindstr\u00f6m money", "Bj\u00f6rn Lindstr\u00f6m", "Bjorn"),
        ("so J\u00f8rgen S\u00f8rensen said", "J\u00f8rgen S\u00f8rensen", "J\u00f8rgen"),
        ("Pawe\u0142 Wi\u015bniewski was there", "Pawe\u0142 Wi\u015bniewski", "Pawe\u0142"),
        ("Ngozi Okafor held my hand", "Ngozi Okafor", "Ngozi"),
        ("Priya Sharma is her name", "Priya Sharma", "Priya"),
        ("ask **Tom** Baker about it", "Tom** Baker", "Tom"),
        ("ask To\u200bm Baker about it", "To\u200bm Baker", "Tom"),
        ("my sponsor Xolani Dlamini helped", "Xolani Dlamini", "Xolani"),
        ("ask Maria LOPEZ there", "Maria LOPEZ", "Maria"),
        ("Dr Patel put me on it", "Dr Patel", "[name removed]"),
        ("Mr. John Harris lives there", "Mr. John Harris", "[name removed]"),
        ("her surname is Kowalczyk", "Kowalczyk", "[name removed]"),
        ("my name is linda kowalski and", "linda kowalski", "linda"),
    ],
)
def test_name_stands_where_it_was_typed(text: str, name: str, instead: str) -> None:
    assert names(text) == [(name, instead)]


def test_all_names_of_a_text_are_told() -> None:
    text = "Karen Whitfield and Oliver Bennett came, then Sofia Lindqvist.\n\nLater Piotr Nowakowski."
    assert [name for name, _ in names(text)] == [
        "Karen Whitfield",
        "Oliver Bennett",
        "Sofia Lindqvist",
        "Piotr Nowakowski",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "the Anna Carter Foundation",
        "from the Peter Hansen Prize",
        "Anna LONG ago, Karen HILL and all",
        "Karen came, and Whitfield is a town",
        "my sponsor Dave called",
        "Merry Christmas to all",
        "I drank Jack Daniels",
        "Johnnie Walker and Jim Beam were my friends",
        "Russell Brand and Gabor Mate wrote about it",
        "Harry Potter on the sofa",
        "Grace Church, Hope House",
        "we flew from Dallas Texas to San Diego",
        "the Betty Ford Clinic",
        "Johns Hopkins Hospital",
        "Big Book Thumpers In Monday Meetings",
        "Alcoholics Anonymous and Al-Anon",
        "Dr. Bob and Bill Wilson",
        "Miss America",
        "I Will Miss Summer Nights",
        "Christian Science",
        "Amen Brother",
        "Saint Patrick Day",
        "Costa Del Sol",
        "Adderall XR and Xanax",
        "April May June were long",
        "Sunday Morning Coming Down",
        "Good Morning America",
        "Thank God",
        "North Carolina",
        "God Grant Me",
        "Reddit and Facebook",
        "SMART Recovery",
        "Refuge Recovery",
        "Lake George",
        "my Higher Power",
        "the Twelve Steps",
        "Jordan River",
        "Mount Sinai",
        "Happy Thanksgiving",
        "I AM SO DONE WITH THIS",
        "MY MOM NEVER CALLS",
    ],
)
def test_what_only_looks_like_a_name_is_none(text: str) -> None:
    assert names(text) == []


def test_names_of_the_lists_are_found_beside_each_other() -> None:
    """Given names that are no words, beside surnames that are none, from all over the lists."""
    words = wordlist("wordlike_names") | wordlist("places") | wordlist("not_names")
    given = sorted(n for n in wordlist("given_names") - words if len(n) > 3)[::400]
    family = sorted(n for n in wordlist("surnames") - words - wordlist("called_after") if len(n) > 3)[::900]
    pairs = [f"{a.title()} {b.title()}" for a, b in zip(given, family, strict=False)]
    assert len(pairs) > 60
    assert [pair for pair in pairs if [name for name, _ in names(f"so {pair} it was")] != [pair]] == []


@pytest.mark.parametrize("name", LISTS)
def test_list_is_kept_plainly(name: str) -> None:
    words = wordlist(name)
    assert len(words) > 6
    assert all(word == word.strip().lower() and word for word in words)


def test_a_list_that_is_not_there_is_empty() -> None:
    assert wordlist("nobody_made_this") == frozenset()


def test_a_name_is_a_name_in_any_language() -> None:
    found = judge(Guidelines(language="xx"), "gestern traf ich Karen Whitfield, Lindenstrasse 14").findings
    assert {f.rule for f in found} == {"confidentiality.name", "confidentiality.street"}


def test_a_long_list_has_its_words_and_no_others() -> None:
    for name in ("given_names", "surnames"):
        words, listed = wordlist(name), long_list(name)
        assert all(word in listed for word in words)
        assert not any(
            word in listed for word in ("", "\n", "a", "zzzz", *(f"{w}q" for w in words if f"{w}q" not in words))
        )
