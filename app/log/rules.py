"""How entries are chained: h = SHA-256(previous hash, newline, the entry as canonical JSON) (SECURITY.md, M-5).

What is chained can be given to every member of a group: day, outline, and one hash over what is not theirs to read (who
acted, on what). That hash is salted, so that nobody who knows an id can find out whether it is the one.
"""

import hashlib
import json
from typing import Any, NamedTuple, Self

from app.log.models import LogEntry

SITE = "site"
FIRST = "0" * 64
CHAINED = ("chain", "day", "hidden", "number", "outline")
HIDDEN = ("act", "by_membership_id", "group_id", "reason", "subject")
CHAINED_AT_FIRST = ("chain", "number", "group_id", "day", "act", "by_membership_id", "subject", "reason")
"""Entries without a salt were written before members could check a chain, and are chained whole."""


class Written(NamedTuple):
    """An entry as it stands in its row, each value as text, whatever somebody made of it."""

    chain: str
    number: str
    group_id: str | None
    day: str
    act: str
    by_membership_id: str | None
    subject: str
    reason: str
    outline: str | None
    salt: str | None
    previous_hash: str
    hash: str

    @classmethod
    def of(cls, entry: LogEntry) -> Self:
        values = {name: getattr(entry, name) for name in cls._fields}
        return cls(**{**values, "number": str(entry.number), "day": entry.day.isoformat()})


def canonical(entry: Written) -> str:
    """What of an entry is chained, as JSON with sorted keys and no spaces; the day as YYYY-MM-DD."""
    if entry.salt is None:
        return _json(entry, CHAINED_AT_FIRST)
    return _json(entry, CHAINED, hidden=hidden(entry))


def hidden(entry: Written) -> str:
    """One hash over what of an entry is for staff alone."""
    return _sha256(f"{entry.salt}\n{_json(entry, HIDDEN)}")


def _json(entry: Written, names: tuple[str, ...], **more: str) -> str:
    values: dict[str, Any] = {**more, **{name: getattr(entry, name) for name in names if name not in more}}
    if "number" in values:
        values["number"] = int(entry.number)
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chained(previous_hash: str, entry: Written) -> str:
    return _sha256(f"{previous_hash}\n{canonical(entry)}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def is_sound(entry: Written, previous: Written | None) -> bool:
    """Whether an entry follows the one before it in its chain, unchanged."""
    before = previous.hash if previous else FIRST
    number = str(int(previous.number) + 1) if previous else "1"
    return entry.number == number and entry.previous_hash == before and entry.hash == chained(before, entry)
