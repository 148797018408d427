"""Numbers that stand for a person: cards, accounts, national ids and addresses of machines, known by their own check figures."""

import ipaddress
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, Final

from app.moderation.guidelines import Guidelines
from app.moderation.reading import View

FEWEST_CARD_DIGITS: Final = 13
"""Cards of twelve figures exist, but so do parcels: without a word that says card they are left alone."""

MOST_TRIES: Final = 3
"""Words of one to four letters that follow an account number may look like its last groups."""

FEWEST_FIGURES: Final = 6
_FIGURES: Final = re.compile(r"\d" + r"\D{0,3}\d" * (FEWEST_FIGURES - 1))
"""Six figures near each other: without them there is no number to be found."""
_CARD: Final = re.compile(r"[2-6](?<![\w.,$£€/=-]\d)\d{3}(?:[ -]?\d){9,15}(?![\w/]|[.,]\d)")
_GROUPED: Final = re.compile(r"\d+|\d{4}(?:[ -]\d{4}){2,4}(?:[ -]\d{1,3})?|\d{4}[ -]\d{6}[ -]\d{4,5}")
_IBAN: Final = re.compile(r"(?<![\w/=-])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?(?!\w)")
_ADDRESS: Final = re.compile(
    r"(?<![\w.:/])(?:\d{1,3}(?:\.\d{1,3}){3}(?![\w:]|\.\d)|(?:[0-9A-Fa-f]{1,4}:){3,7}:?[0-9A-Fa-f]{1,4}(?![\w:]))",
)
_SECTION: Final = 20
"""The parts of versions and sections are smaller; of an address at least two of the four are not."""
_OWN_SHAPE: Final = {
    "us.ssn": r"(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}",
    "gb.nino": r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]",
    "es.dni": r"\d{8}-?[A-HJ-NP-TV-Z]",
    "es.nie": r"[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]",
    "it.codicefiscale": r"[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]",
    "fr.nir": r"[12] \d{2} \d{2} \d{2} \d{3} \d{3}(?: \d{2})?",
    "br.cpf": r"\d{3}\.\d{3}\.\d{3}-\d{2}",
    "se.personnummer": r"(?:19|20)?\d{6}[-+]\d{4}",
    "fi.hetu": r"\d{6}[-+A]\d{3}[0-9A-Y]",
    "dk.cpr": r"\d{6}-\d{4}",
    "no.fodselsnummer": r"\d{6} \d{5}",
    "mx.curp": r"[A-Z]{4}\d{6}[HM][A-Z]{5}[0-9A-Z]\d",
    "ch.ssn": r"756\.\d{4}\.\d{4}\.\d{2}",
    "be.nn": r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}",
}
"""Ids that are known without a word beside them: as they are written, and the library's module that checks them."""
_WITHOUT_CHECK: Final = frozenset({"us.ssn", "gb.nino"})
_SHAPES: Final = {kind: re.compile(shape) for kind, shape in _OWN_SHAPE.items()}
_IDS: Final = re.compile(r"(?<![\w.,$£€/+=-])(?:" + "|".join(_OWN_SHAPE.values()) + r")(?![\w/-]|[.,]\d)")


def cards(view: View, _: Guidelines) -> Iterator[tuple[int, int]]:
    """Card numbers: thirteen figures and more in the groups that stand on a card, with the right check figure."""
    for match in _found(_CARD, view.text):
        if _GROUPED.fullmatch(match[0]) and _checked("luhn", re.sub(r"\D", "", match[0])):
            yield match.span()


def accounts(view: View, _: Guidelines) -> Iterator[tuple[int, int]]:
    """International account numbers (ISO 13616) of the right length for their country and with the right check figures."""
    for match in _found(_IBAN, view.text):
        start, end = match.span()
        for _try in range(MOST_TRIES):
            if _checked("iban", view.text[start:end].replace("-", "")):
                yield start, end
                break
            end = max(view.text.rfind(" ", start, end), start)


def national_ids(view: View, _: Guidelines) -> Iterator[tuple[int, int]]:
    """Ids of the countries of `_OWN_SHAPE`, written as they are there and with the right check figure."""
    for match in _found(_IDS, view.text):
        kinds = (kind for kind, shape in _SHAPES.items() if shape.fullmatch(match[0]))
        if any(kind in _WITHOUT_CHECK or _checked(kind, match[0]) for kind in kinds):
            yield match.span()


def machines(view: View, _: Guidelines) -> Iterator[tuple[int, int]]:
    """Addresses of machines on the internet (IP); those that mean the same everywhere lead nowhere."""
    for match in _ADDRESS.finditer(view.text):
        if _is_public(match[0]):
            yield match.span()


def _found(shape: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    return shape.finditer(text) if _has_figures(text) else iter(())


@lru_cache(maxsize=64)
def _has_figures(text: str) -> bool:
    return sum(map(text.count, "0123456789")) >= FEWEST_FIGURES and _FIGURES.search(text) is not None


def _is_public(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return found.is_global and (found.version > 4 or sum(part >= _SECTION for part in found.packed) > 1)


def _checked(kind: str, number: str) -> bool:
    return bool(_module(kind).is_valid(number))


@cache
def _module(kind: str) -> Any:
    """The library's module for a sort of number, read when the first such number is seen: most texts have none."""
    return import_module(f"stdnum.{kind}")
