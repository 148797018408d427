"""How entries are chained: h = SHA-256(previous hash, newline, the entry as canonical JSON) (SECURITY.md, M-5)."""

import hashlib
import json
from typing import Any

from app.log.models import LogEntry

SITE = "site"
FIRST = "0" * 64
CHAINED = ("chain", "number", "group_id", "day", "act", "by_membership_id", "subject", "reason")


def canonical(entry: LogEntry) -> str:
    """The fields of an entry as JSON with sorted keys and no spaces; the day as YYYY-MM-DD."""
    fields: dict[str, Any] = {name: getattr(entry, name) for name in CHAINED}
    fields["day"] = entry.day.isoformat()
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chained(previous_hash: str, entry: LogEntry) -> str:
    return hashlib.sha256(f"{previous_hash}\n{canonical(entry)}".encode()).hexdigest()


def is_sound(entry: LogEntry, previous: LogEntry | None) -> bool:
    """Whether an entry follows the one before it in its chain, unchanged."""
    before = previous.hash if previous else FIRST
    number = previous.number + 1 if previous else 1
    return entry.number == number and entry.previous_hash == before and entry.hash == chained(before, entry)
