"""Whom to turn to outside Hearth, country by country. Shipped with the code, so that help needs no network."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final
from urllib.parse import urlsplit

from app.moderation.verdict import Help

INTERNATIONAL: Final = "international"


@dataclass(frozen=True, slots=True)
class CountryHelp:
    """A country's page of the directory. `code` is two letters (ISO 3166) or "international";
    `language` is what is spoken there on the telephone. `checked` is when somebody last went through the
    lines; `compared` is whether each was held against a source then, or written down from general knowledge."""

    code: str
    name: str
    language: str
    checked: date
    lines: tuple[Help, ...]
    compared: bool = True


@cache
def directory() -> tuple[CountryHelp, ...]:
    """Every country by name; the international page comes last."""
    pages = (read_page(f.read_text("utf-8")) for f in _files())
    return tuple(sorted(pages, key=lambda page: (page.code == INTERNATIONAL, page.name)))


@cache
def help_for(country: str) -> tuple[Help, ...]:
    """A country's lines, then the international ones; an unknown country has the international ones alone."""
    own = [page for page in directory() if page.code == country.upper()]
    everywhere = [page for page in directory() if page.code == INTERNATIONAL]
    return tuple(line for page in own + everywhere for line in page.lines)


@cache
def known_hosts() -> frozenset[str]:
    """Hosts of helplines, which may be named in members' words."""
    hosts = (urlsplit(line.url).hostname for page in directory() for line in page.lines)
    return frozenset(host.removeprefix("www.") for host in hosts if host)


@cache
def known_numbers() -> frozenset[str]:
    """Helplines' telephone numbers as digits alone; `contact` separates them by " · "."""
    parts = (part for page in directory() for line in page.lines for part in line.contact.split("·"))
    return frozenset(digits for part in parts if (digits := "".join(c for c in part if c.isdigit())))


def read_page(text: str) -> CountryHelp:
    """One file of packs/help. A line's `confirmed` says who confirms it, for whoever keeps the file; it is not read."""
    raw: dict[str, Any] = tomllib.loads(text)
    lines = tuple(Help(e["name"], e["contact"], e["url"], e["when"]) for e in raw["line"])
    compared = raw.get("compared", True)
    return CountryHelp(raw["code"], raw["name"], raw["language"], raw["checked"], lines, compared)


def _files() -> list[Traversable]:
    packs = files("app.moderation").joinpath("packs", "help")
    return [f for f in packs.iterdir() if f.name.endswith(".toml")]
