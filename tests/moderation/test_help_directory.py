"""Help outside Hearth: there for every country that is promised, and nobody's secret."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient

from app.foundation.settings import Settings
from app.main import build
from app.moderation.guidelines import Guidelines
from app.moderation.help_directory import directory, help_for, known_hosts, known_numbers, read_page
from app.moderation.judge import judge
from app.welcome import pages

COUNTRIES = {"US", "GB", "IE", "CA", "AU", "NZ", "DE", "FR", "ES", "NL", "IN"}
PAGE = """
code = "XX"
name = "Nowhere"
language = "en"
checked = 2026-11-21
{more}
[[line]]
name = "The bell"
contact = "012 345"
url = ""
when = "Day and night"
confirmed = "the bell's own page"
"""


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[httpx.Client]:
    """Somebody who opens the page of help; it needs no tables."""
    app = build(Settings(database_url=f"sqlite:///{tmp_path}/hearth.db", secrets_dir=tmp_path / "secrets"))
    yield TestClient(app)
    app.state.house.database.engine.dispose()


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
            assert re.fullmatch(r"[0-9]+(?: [0-9]+)*|Text [A-Z]+ to [0-9]+|", line.contact)


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


@pytest.mark.parametrize(("more", "compared"), [("", True), ("compared = true", True), ("compared = false", False)])
def test_a_file_says_whether_its_lines_were_compared(more: str, compared: bool) -> None:
    page = read_page(PAGE.format(more=more))
    assert page.compared is compared
    assert [(line.name, line.contact) for line in page.lines] == [("The bell", "012 345")]


@pytest.mark.parametrize(
    ("more", "said", "unsaid"),
    [
        ("", "public pages on 2026-11-21", "general knowledge"),
        ("compared = false", "come from general knowledge", "last checked"),
    ],
)
def test_help_says_only_what_was_checked(
    visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch, more: str, said: str, unsaid: str
) -> None:
    monkeypatch.setattr(pages, "directory", lambda: (read_page(PAGE.format(more=more)),))
    shown = visitor.get("/help-now").text
    assert said in shown
    assert unsaid not in shown


def test_every_number_can_be_called_with_one_touch(visitor: httpx.Client) -> None:
    shown = visitor.get("/help-now").text
    for page in directory():
        for line in page.lines:
            digits = line.contact.replace(" ", "")
            assert not digits.isdecimal() or f'href="tel:{digits}"' in shown, line
