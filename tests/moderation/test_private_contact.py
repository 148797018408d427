"""E-mail addresses, links and names on other networks, plain and disguised."""

import pytest

from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge

GUIDELINES = Guidelines()
ADDRESSES = [
    "jane.doe@gmail.com",
    "jane dot doe at gmail dot com",
    "jane (at) example (dot) org",
    "jane[at]example[dot]org",
    "jane . doe @ gmail . com",
    "jane.doe at gmail.com",
    "jane_84 at hotmail",
    "jane{at}example{dot}co.uk",
    "jane @ example.org",
    "jane(at)example.org",
    "j.doe+sober@mail.example.co.uk",
    "jane\u200b@\u200bexample.org",
    "\uff4a\uff41\uff4e\uff45\uff20example.org",
    "jane at example dot com",
    "jane [at] gmail [.] com",
    "JANE.DOE@EXAMPLE.ORG",
    "jane<at>example<dot>org",
    "jane at g mail dot com",
]
LINKS = [
    "https://example.com/a",
    "http://example.com",
    "www.example.org",
    "example.com",
    "www . example . com",
    "my-page.co.uk/me",
    "t.me/soberchat",
    "bit.ly/3abc",
    "soberjane[.]com",
    "soberjane dot com",
    "soberjane(dot)org",
    "https://988lifeline.org@example.com/",
    "https://samaritans.org.example.com",
    "ftp://files.example.net",
    "linktr.ee/jane",
    "paypal.me/jane",
]


def places(text: str, rule: str) -> list[str]:
    return [text[f.start : f.end] for f in judge(GUIDELINES, text).findings if f.rule == f"confidentiality.{rule}"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_address_is_taken_whole(address: str) -> None:
    assert places(f"write to {address}, please", "email") == [address]


@pytest.mark.parametrize(
    "text",
    [
        "life at all costs",
        "drink at 11, sleep at 3",
        "at home. Com on",
        "meet at seven dot on the minute",
        "I was at the end.of it all",
        "look at me. Now look at live music",
        "I yelled at yahoo answers",
        "we met at aol years ago",
        "@ home",
        "it's 5 @ the most",
    ],
)
def test_what_only_has_an_at_is_no_address(text: str) -> None:
    assert places(text, "email") == []


@pytest.mark.parametrize("link", LINKS)
def test_link_is_taken_whole(link: str) -> None:
    assert places(f"it is {link} for now", "link") == [link]


def test_a_link_in_markdown_is_its_address() -> None:
    assert places("[my story](https://example.com/a) is here", "link") == ["https://example.com/a"]
    assert places("see [https://example.com/a](https://example.com/a).", "link") == ["https://example.com/a"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "https://988lifeline.org/talk",
        "www.samaritans.org is there",
        "findahelpline.com helped",
        "done.Nothing helped",
        "time...place...people",
        "I was lost.in the end",
        "e.g. on Fridays",
        "5.5 units",
        "relapse.no way",
        "better.at last",
        "so.be it",
        "etc.and so on",
        "a.m. or p.m.",
    ],
)
def test_helplines_and_missing_gaps_are_no_links(text: str) -> None:
    assert places(text, "link") == []


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("I'm @jane_d on insta", "@jane_d"),
        ("add me on snap: janedoe", "janedoe"),
        ("my telegram is jane_d22 now", "jane_d22"),
        ("discord jane#1234", "jane#1234"),
        ("thanks u/jane_sober", "u/jane_sober"),
        ("kik me at janey22", "janey22"),
        ("my insta's jane.recovers now", "jane.recovers"),
        ("my IG is @jane.recovers", "@jane.recovers"),
    ],
)
def test_handle_stands_where_it_was_typed(text: str, handle: str) -> None:
    assert places(text, "handle") == [handle]
