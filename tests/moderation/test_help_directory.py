"""Help outside Hearth: there for every country that is promised, and nobody's secret."""

from datetime import date
from urllib.parse import urlsplit

import pytest

from app.moderation.guidelines import Guidelines
from app.moderation.help_directory import directory, help_for, known_hosts, known_numbers
from app.moderation.judge import judge

COUNTRIES = {"US", "GB", "IE", "CA", "AU", "NZ", "DE", "FR", "ES", "NL", "IN"}


def test_directory_is_complete() -> None:
    pages = directory()
    assert {page.code for page in pages} >= COUNTRIES
    assert pages[-1].code == "international"
    for page in pages:
        assert page.name
        assert page.language
        assert page.checked >= date(2026, 11, 1)
        assert len(page.lines) >= 2
        for line in page.lines:
            assert line.name
            assert line.when
            assert line.contact or line.url
            assert not line.url or (urlsplit(line.url).scheme == "https" and urlsplit(line.url).hostname)


@pytest.mark.parametrize(
    ("country", "contact"),
    [
        ("US", "988"),
        ("ca", "988"),
        ("GB", "116 123"),
        ("IE", "116 123"),
        ("AU", "13 11 14"),
        ("NZ", "1737"),
        ("DE", "0800 1110111"),
        ("FR", "3114"),
        ("ES", "024"),
        ("NL", "113"),
        ("IN", "14416"),
    ],
)
def test_a_country_s_own_lines_come_first(country: str, contact: str) -> None:
    lines = help_for(country)
    own = lines[: -len(help_for(""))]
    assert any(contact in line.contact for line in own)


@pytest.mark.parametrize("country", ["", "XX", "international "])
def test_an_unknown_country_has_the_international_lines(country: str) -> None:
    assert help_for(country) == directory()[-1].lines
    assert any("findahelpline.com" in line.url for line in help_for(country))


def test_helplines_may_be_named() -> None:
    assert known_hosts()
    assert known_numbers()
    for page in directory():
        for line in page.lines:
            words = f"{line.name}: {line.contact} {line.url}"
            contacts = {"confidentiality.phone", "confidentiality.link"}
            assert not contacts & {f.rule for f in judge(Guidelines(country=page.code), words).findings}, words
