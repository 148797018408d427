"""What may lead to a person: who finds it, and second looks at a link, a place, an address."""

import re
from typing import Final

from app.moderation import names, numbers, phones
from app.moderation.help_directory import known_hosts
from app.moderation.names import key
from app.moderation.rule import Accept, Finder
from app.moderation.wordlists import wordlist

_AUTHORITY: Final = re.compile(r"(?:[a-z]{2,6}:/{1,3})?([^/?#\s]*)", re.IGNORECASE)
_WORDS: Final = re.compile(r"[^\W\d_][\w'-]*")


def foreign_link(text: str, start: int, end: int) -> str | None:
    """Refuse links to a helpline of the directory; its own host must be the link's, or end it."""
    found = _AUTHORITY.match(text, start, end)
    authority = found[1] if found else ""
    host = authority.rsplit("@", 1)[-1].split(":")[0].lower().rstrip(".").removeprefix("www.")
    helps = any(host == known or host.endswith("." + known) for known in known_hosts())
    return None if helps and "@" not in authority else ""


def real_place(text: str, start: int, end: int) -> str | None:
    """Refuse phrases that name no place: a day, a fellowship, a sort of meeting."""
    words = _WORDS.findall(text, start, end)
    general = wordlist("not_names") | wordlist("not_places")
    return "" if any(word[0].isupper() and key(word) not in general for word in words) else None


def real_address(text: str, start: int, end: int) -> str | None:
    """Refuse numbers before words that are no street: a time, a dose, days that were counted."""
    words = [word.lower() for word in _WORDS.findall(text, start, end)]
    if not words or words[0] in wordlist("not_streets") or not wordlist("small_words").isdisjoint(words):
        return None
    return ""


def small_place(text: str, start: int, end: int) -> str | None:
    """Refuse countries, states and large towns, where one person of a profession is one of many."""
    words = [key(word) for word in _WORDS.findall(text, start, end)]
    return None if wordlist("places").union(wordlist("not_names"), wordlist("not_places")).issuperset(words) else ""


FINDERS: Final[dict[str, Finder]] = {
    "phone": phones.phones,
    "card": numbers.cards,
    "account": numbers.accounts,
    "national_id": numbers.national_ids,
    "machine": numbers.machines,
    "full_name": names.full_names,
}
ACCEPTS: Final[dict[str, Accept]] = {
    "foreign_link": foreign_link,
    "called": names.called,
    "said_aloud": phones.said_aloud,
    "real_place": real_place,
    "real_address": real_address,
    "small_place": small_place,
}
