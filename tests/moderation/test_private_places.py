"""Where somebody lives, works and meets: addresses as many countries write them, and what only has a number in it."""

import pytest

from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge

GUIDELINES = Guidelines()


def places(text: str, rule: str = "street") -> list[str]:
    return [text[f.start : f.end] for f in judge(GUIDELINES, text).findings if f.rule == f"confidentiality.{rule}"]


@pytest.mark.parametrize(
    "address",
    [
        "42 Maple Avenue",
        "221B Baker Street",
        "17 Harbour Rd",
        "1600 Old Mill Lane",
        "5 St. Mary's Terrace",
        "350 Fifth Avenue",
        "12-14 Castle Street",
        "9 N. Elm St",
        "1020 Sunset Blvd",
        "3 The Grove",
        "88 Kings Parade",
        "742 Evergreen Terrace, Springfield",
        "10 Downing Street, London SW1A 2AA",
        "Flat 3, 17 Harbour Road",
        "P.O. Box 1123",
        "PO Box 77, Tralee",
        "GPO Box 2890",
        "Lindenstrasse 14",
        "Lindenstra\u00dfe 14, 10115 Berlin",
        "Goethestr. 7",
        "Birkenweg 3",
        "Marktplatz 1",
        "12 rue de la Paix",
        "8 avenue Victor Hugo, 75016 Paris",
        "Via Garibaldi 21",
        "Piazza Dante 4",
        "Calle Mayor 15",
        "Avenida de la Constitucion 20",
        "Rua Augusta 1200",
        "ul. D\u0142uga 5",
        "Keizersgracht 174",
        "Kerkstraat 9",
        "Storgatan 12",
        "N\u00f8rregade 8",
        "Mannerheimintie 15",
        "Kossuth utca 12",
        "Pikk tee 4",
        "Postfach 1204",
        "Apartado 310",
        "PSC 1234, Box 5678",
        "APO AE 09012",
        "Unit 4100 Box 1200",
    ],
)
def test_address_is_taken_whole(address: str) -> None:
    assert places(f"come to {address}") == [address]
    assert places(f"there is {address}; do you see") == [address]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("we met on the corner of Oak Street and Elm Road", "Oak Street and Elm Road"),
        ("she lives on Willow Lane now", "Willow Lane"),
        ("he lives at 12 Birkenhof these days", "12 Birkenhof"),
        ("my address is Birkenhof 12, come", "Birkenhof 12"),
        ("come to 15 elm street tonight", "15 elm street"),
        ("at 42 **Maple** Avenue it is", "42 **Maple** Avenue"),
        ("at 42 Map\u200ble Avenue it is", "42 Map\u200ble Avenue"),
        ("My address:\n42 Maple Avenue\nApt. 7\nSpringfield", "42 Maple Avenue\nApt. 7\nSpringfield"),
    ],
)
def test_address_stands_where_it_was_typed(text: str, address: str) -> None:
    assert places(text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "I live in Leeds",
        "3 Things Found On My Way",
        "5 Truths From The Road",
        "I live in Leeds and am 3 years sober",
        "we drove 20 minutes down the road",
        "at 5 PM I took the High Road",
        "90 Meetings in 90 Days",
        "30 Days Sober! The Road ahead",
        "Step 4 on the way to Step 5",
        "2 way street",
        "12 hour drive",
        "Day 1 Again. Place your bets",
        "I am on 3 Suboxone Strips",
        "Psalm 23, The Lord",
        "Chapter 5, How It Works",
        "Page 86 Way of life",
        "I lost 40 Pounds Walking",
        "May 12, The day I quit",
        "2 Weeks In The Ward",
        "by 10 I Drive home",
        "5 Beers A Court hearing and fines",
        "fell flat 3 times",
        "suite of 2 rooms",
        "unit 2 of algebra",
        "I live at home with 2 kids",
        "I stay at Mom's 3 days a week",
        "On 3 Occasions I Hit a Wall",
        "100 Days On The Green",
        "I have 2 Boys and A Dog in the Park",
        "the address of the 12 Steps",
        "via Zoom 5 days a week",
        "Via Zoom 3 times",
        "Brigade 5 came",
        "I got back to 200 Days sober",
        "moved to 2 Hours a day",
    ],
)
def test_what_only_has_a_number_in_it_is_no_address(text: str) -> None:
    assert places(text) == []
    assert places(text, "postcode") == []


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ("my case is at Bradford Crown Court on Monday", "place", "Bradford Crown Court"),
        ("from the Riverside Methadone Clinic, yes", "place", "Riverside Methadone Clinic"),
        ("she works at Barclays in Leeds now", "place", "Barclays in Leeds"),
        ("our home group is The Grove", "place", "The Grove"),
        ("I'm a nurse in Ambleside", "role", "Ambleside"),
        ("the only vet in Hay", "role", "Hay"),
        ("I'm the vicar in Little Snoring", "role", "Little Snoring"),
    ],
)
def test_work_and_meeting_stand_where_they_were_typed(text: str, rule: str, place: str) -> None:
    assert places(text, rule) == [place]


@pytest.mark.parametrize(
    "text",
    [
        "I'm a nurse in London",
        "he is a teacher in Ohio",
        "I am a nurse in recovery",
        "the Young People's group at night",
        "I used to work for Boeing",
        "we meet on Zoom",
        "the meeting in March",
        "a group for women",
        "I was in hospital in May",
    ],
)
def test_what_many_share_is_no_place(text: str) -> None:
    assert places(text, "place") == places(text, "role") == []
