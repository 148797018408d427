"""Checks for the crisis rules. Nothing here lowers a finding for words outside of its own clause."""

import re
from typing import Final

from app.moderation.places import clause

_LONG_AGO: Final = re.compile(
    r"\blast (?:year|month|summer|winter|spring|autumn|fall|christmas)\b|\b(?:years?|months?|decades?) (?:ago|back)\b"
    r"|\bback (?:then|in (?:19|20)\d\d)\b|\bin (?:19|20)\d\d\b|\bused to\b|\bwhen i was (?:a |\d|young|little|using|drinking)"
    r"|\bat (?:my|the) worst\b",
)


def not_long_ago(text: str, start: int, end: int) -> str | None:
    """Refuse what its own clause dates in the past; words without a date are taken as happening now."""
    a, b = clause(text, start, end)
    return None if _LONG_AGO.search(text, a, b) else ""
