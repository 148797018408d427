"""Numbers that lead to a person: in what shapes they are found, where they stand, and what is no such number."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge

GUIDELINES = Guidelines()
PHONES = {
    "GB mobile": "07700 900123",
    "GB land": "020 7946 0123",
    "US": "(555) 234-5678",
    "US dashes": "415-555-0132",
    "DE abroad": "+49 151 23456789",
    "US abroad": "+1 415 555 0132",
    "DE": "0151 23456789",
    "FR": "06 12 34 56 78",
}
SAID = dict(
    zip("0123456789", ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], strict=True)
)
DISGUISES: dict[str, Callable[[str], str]] = {
    "none": lambda number: number,
    "zero width": "\u200b".join,
    "digits spaced": lambda number: " ".join(c for c in number if c.isdigit()),
    "in words": lambda number: " ".join(SAID[c] for c in number if c.isdigit()),
    "full width": lambda number: number.translate({i: 0xFF10 + i - 0x30 for i in range(0x30, 0x3A)}),
    "o for 0, l for 1": lambda number: number.replace("0", "o").replace("1", "l"),
    "dashes": lambda number: number.replace(" ", "-").replace("(", "").replace(")", ""),
    "keycaps": lambda number: "".join(c + "\ufe0f\u20e3" if c.isdigit() else c for c in number),
}
FEWEST_OF_ALL = 60
"""Of eight shapes under eight disguises."""
COUNTRIES = [
    "01.84.17.61.18",
    "0487 98 11 92",
    "9469 9966",
    "060 1234567",
    "(02) 9876 5432",
    "021 555 1234",
    "+353 85 123 4567",
    "+46 (0)70 123 45 67",
    "+91 98765 43210",
    "(11) 91234-5678",
    "+55 11 91234-5678",
    "912 345 678",
    "0341 8387176",
    "28-64-66-98",
    "+358 40 1234567",
    "030/1234567",
    "0044 7700 900123",
    "416-555-0199 ext. 12",
    "555.234.5678",
    "668-5702",
    "+420 601 123 456",
    "+81 90-1234-5678",
    "0961-7596216",
    "+971 50 123 4567",
    "+27 82 123 4567",
]
NEVER = [
    "11/28/13-5/21/19",
    "the day he called, 12/03/2019",
    "a message from 2019-2021",
    "text from 12 12 2019",
    "50 000 000 people",
    "12 12 2019 to 14 01 2020",
    "2019-2021 and 2022-2023",
    "988 or 116 123",
    "1-800-662-4357",
    "116123",
    "111 or 999",
    "365 days, 24 hours, 7 days",
    "$1,250,000.00",
    "10mg 20mg 30mg 40mg",
    "5.5 + 6.5 + 7.5 units",
    "120/80 and 140/90 and 150/95",
    "1 2 3 4 5 6 7 8 9",
    "my score went 10-20-30-40-50",
    "1000 2000 3000 calories",
    "07:30 08:45 09:15",
    "2021-06-12 14:30:00",
    "0.5 ml of 10 in 1000",
    "chapters 11 12 13 14 15",
    "the order 4500123456 never came",
    "tracking 783412345678",
    "100 000 steps and 250 000 more",
    "20 30 40 50 60 minutes",
]


def places(text: str, rule: str) -> list[str]:
    return [text[f.start : f.end] for f in judge(GUIDELINES, text).findings if f.rule == f"confidentiality.{rule}"]


def private(text: str) -> list[tuple[str, str]]:
    return [
        (f.rule, text[f.start : f.end])
        for f in judge(GUIDELINES, text).findings
        if f.rule.startswith("confidentiality.")
    ]


def test_telephone_numbers_are_found_under_disguises() -> None:
    missed = [
        (shape, disguise)
        for shape, number in PHONES.items()
        for disguise, hide in DISGUISES.items()
        if not places(f"you can get me here: {hide(number)} is best", "phone")
    ]
    assert len(PHONES) * len(DISGUISES) - len(missed) >= FEWEST_OF_ALL, missed
    assert not [miss for miss in missed if miss[1] in {"none", "zero width", "full width", "keycaps"}]


@pytest.mark.parametrize("number", [*PHONES.values(), *COUNTRIES])
def test_telephone_number_is_taken_whole(number: str) -> None:
    assert places(f"my number is {number}, any time", "phone") == [number]
    assert places(f"Phone: {number}", "phone") == [number]


@pytest.mark.parametrize("text", NEVER)
def test_other_figures_are_no_telephone_number(text: str) -> None:
    assert private(f"it was {text} back then") == []


def test_a_number_inside_of_a_link_is_the_links() -> None:
    link = "https://example.org/s41598-018-22271-3/a/20140819?call=07700900123"
    assert private(f"look at {link}") == [("confidentiality.link", link)]


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ("my card 4111 1111 1111 1111 is gone", "card", "4111 1111 1111 1111"),
        ("4111-1111-1111-1111", "card", "4111-1111-1111-1111"),
        ("amex 378282246310005!", "card", "378282246310005"),
        ("so 4**111** 1111 1111 1111 then", "card", "4**111** 1111 1111 1111"),
        ("GB29 NWBK 6016 1331 9268 19 with love", "account", "GB29 NWBK 6016 1331 9268 19"),
        ("AT61 1904 3002 3457 3201 with love", "account", "AT61 1904 3002 3457 3201"),
        ("iban de89370400440532013000 ok", "account", "de89370400440532013000"),
        ("NL91 ABNA 0417 1643 00 and thanks", "account", "NL91 ABNA 0417 1643 00"),
        ("account number: 31926819, please", "account", "31926819"),
        ("an SSN like 123-45-6788 it was", "id", "123-45-6788"),
        ("only 123-45-6788 on the page", "id", "123-45-6788"),
        ("QQ 12 34 56 C is not one, AB 12 34 56 C is", "id", "AB 12 34 56 C"),
        ("mine is 12345678Z, yes", "id", "12345678Z"),
        ("RSSMRA85T10A562S stood there", "id", "RSSMRA85T10A562S"),
        ("CPF 390.533.447-05.", "id", "390.533.447-05"),
        ("passport no. 533401372 was stolen", "id", "533401372"),
        ("driving licence MORGA657054SM9IJ there", "id", "MORGA657054SM9IJ"),
        ("from 81.2.69.142 they said", "machine", "81.2.69.142"),
        ("my dob is 12/03/1984, yes", "birth", "12/03/1984"),
        ("born on the 12th of March 1984 in Cork", "birth", "12th of March 1984"),
        ("Date of birth: March 12, 1984.", "birth", "March 12, 1984"),
        ("his number plate is AB12 CDE, a Ford", "plate", "AB12 CDE"),
        ("I live near M1 1AE now", "postcode", "M1 1AE"),
        ("my zip code is 62704.", "postcode", "62704"),
        ("in Springfield, IL 62704-1234 it was", "postcode", "IL 62704-1234"),
    ],
)
def test_number_stands_where_it_was_typed(text: str, rule: str, place: str) -> None:
    assert places(text, rule) == [place]


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112 is no card",
        "DE89370400440532013001 is no account",
        "000-12-3456 belongs to nobody",
        "12345678A",
        "RSSMRA85T10A562T",
        "390.533.447-06",
        "192.168.0.1 and 10.0.0.7",
        "version 3.11.24.1",
        "born in 1984, sober in 2014",
        "my sobriety date is 12/03/2019",
        "clean since March 12, 2019",
        "I take B12 5mg",
        "9 to 5, 7 to 3",
        "GB 29 is a road",
    ],
)
def test_what_has_the_wrong_figures_is_none(text: str) -> None:
    assert private(text) == []


@settings(max_examples=60, deadline=None)
@given(st.from_regex(r"\A[456]\d{14}\Z"), st.integers(0, 9))
def test_a_card_is_known_by_its_check_figure(digits: str, last: int) -> None:
    """Of the ten numbers with the same beginning one is a card, as ISO/IEC 7812 counts."""
    total = sum(sum(divmod(int(c) * (2 - i % 2), 10)) for i, c in enumerate(digits))
    number = f"{digits}{last}"
    assert bool(places(f"he typed {number} there", "card")) == (last == -total % 10)
