"""What a group asks of words."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.moderation.verdict import Severity

if TYPE_CHECKING:
    from app.moderation.rule import Rule, State

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
    asked to be listened to, and not to be advised. `states`: rules that this site put on trial, in force or away, other than
    their pack says; those about danger stay in force whatever stands here.
    """

    version: int = 1
    language: str = "en"
    country: str = ""
    items: tuple[str, ...] = STARTER_ITEMS
    switched_on: tuple[str, ...] = ()
    tightened: tuple[tuple[str, Severity], ...] = ()
    own: "tuple[Rule, ...]" = ()
    listening: bool = False
    states: "tuple[tuple[str, State], ...]" = ()
