"""Second looks at what may lead to a person: a link, a full name, a place."""

import re
from typing import Final

from app.moderation.help_directory import known_hosts

_AUTHORITY: Final = re.compile(r"(?:[a-z]{2,6}:/{1,3})?([^/?#\s]*)", re.IGNORECASE)
_CAPITALISED: Final = re.compile(r"[^\W\d_][\w'-]*")

_TITLES: Final = frozenset({"Dr", "Mr", "Mrs", "Ms", "Miss", "Prof"})
_CAPITALISED_WORDS: Final = """
    a aa ca ga ma na oa sa sla acoa ada al-anon alanon alateen nar-anon coda smart recovery refuge dharma anonymous
    alcoholics narcotics cocaine gamblers overeaters families higher power god jesus christ lord bible buddha serenity
    prayer big book basic text step steps tradition traditions twelve program programme fellowship group groups meeting
    meetings clinic hospital house home centre center rehab detox church street road avenue school college university
    court prison jail ward unit service services day days night morning evening afternoon weekend today tonight tomorrow
    yesterday monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays
    saturdays sundays january february march april may june july august september october november december spring
    summer autumn winter christmas easter thanksgiving new year years eve i i'm i've i'd i'll im ive me my we us he she
    it they you the this that these those and but or so if when while because who what where why how then there here
    also just not no yes ok okay please thanks thank hi hello sorry dear mom mum dad mother father doctor dr nurse
    sponsor sponsee hearth zoom online english french german spanish dutch irish scottish british american canadian
    australian indian european catholic baptist methodist christian muslim jewish buddhist hindu women's men's womens
    mens young beginners newcomers open closed speaker step-study lgbt lgbtq lgbtq+ queer sober sobriety nhs gp er
    a&e icu cbt dbt emdr ptsd adhd mat is was were are has had said says told asked does did will would can could
    for from with in on at to of as our your his her their after before since until about over under now one two
    """
_NO_NAMES: Final = frozenset(_CAPITALISED_WORDS.split())
"""Words that stand with a capital and are no part of anybody's name or of a place that leads to one."""


def foreign_link(text: str, start: int, end: int) -> str | None:
    """Refuse links to a helpline of the directory; its own host must be the link's, or end it."""
    found = _AUTHORITY.match(text, start, end)
    authority = found[1] if found else ""
    host = authority.rsplit("@", 1)[-1].split(":")[0].lower().rstrip(".").removeprefix("www.")
    helps = any(host == known or host.endswith("." + known) for known in known_hosts())
    return None if helps and "@" not in authority else ""


def full_name(text: str, start: int, end: int) -> str | None:
    """Refuse what is no person's name. The first name alone may stay, so it is the suggestion."""
    title, *rest = _CAPITALISED.findall(text, start, end)
    words = rest if title in _TITLES else [title, *rest]
    if any(word.lower() in _NO_NAMES for word in words):
        return None
    return "" if title in _TITLES else str(title)


def real_place(text: str, start: int, end: int) -> str | None:
    """Refuse phrases that name no place: a day, a fellowship, a sort of meeting."""
    words = _CAPITALISED.findall(text, start, end)
    named = [word for word in words if word[0].isupper() and word.lower() not in _NO_NAMES]
    return "" if named else None
