"""What a group asks of words, and the checks its rules need beyond patterns."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.moderation.places import clause
from app.moderation.verdict import Severity

if TYPE_CHECKING:
    from app.moderation.rule import Rule

STARTER_ITEMS: Final = (
    "keep-it-here",
    "no-contact-details",
    "kindness",
    "no-selling",
    "not-medical-advice",
    "stay-safe",
)


@dataclass(frozen=True)
class Guidelines:
    """The guidelines words are judged by. The default is the set every group starts with.

    `items` are the ids of the group's guideline items. They add rules that belong to an item alone;
    the floor every group stands on cannot be taken away by leaving one out. `country` (two letters)
    says whose helplines come first and how local telephone numbers look; `language` picks the rules.
    A group may also have chosen rules that not every group has (`switched_on`, by id), made rules
    stricter (`tightened`) and have rules of its `own`. `listening`: the words answer somebody who
    asked to be listened to, and not to be advised.
    """

    version: int = 1
    language: str = "en"
    country: str = ""
    items: tuple[str, ...] = STARTER_ITEMS
    switched_on: tuple[str, ...] = ()
    tightened: tuple[tuple[str, Severity], ...] = ()
    own: "tuple[Rule, ...]" = ()
    listening: bool = False


_REPORTED: Final = re.compile(
    r"\b(?:told|tells?|telling|said|says?|saying|heard|hear|calls?|called|calling|thinks?|claims?|insists?|believes?)"
    r" (?:that |me |us |him |her |them |to me |myself )"
    r"|\b(?:people|they|some|someone|everyone|group|meeting|sponsor|he|she|mum|mom|dad|ex|head|brain|mind|voice|"
    r"addiction|disease|illness|myself|i) (?:who |often |always |still |just |keeps? |would |will |used to ){0,2}"
    r"(?:told|tells?|said|says?|saying|think|thinks|called|calls|shouted|screamed|whispers?)\b",
)


def not_reported(text: str, start: int, end: int) -> str | None:
    """Refuse what the writer tells us somebody else said: it is told, not done. Looks inside the clause alone."""
    a, _ = clause(text, start, end)
    return None if _REPORTED.search(text, a, start) else ""
