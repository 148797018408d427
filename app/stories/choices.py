"""What somebody who left chose for their words, as the journal of deletions knows it: as hashes of names that only whoever
has the words can make. So a restored copy that is older than the choice can follow it (D-6).

Choices of one membership are numbered from 1: the last one holds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.log import actions as log
from app.log.queries import was_deleted

FIRST = 1
Knows = Callable[[str], bool]
"""Whether a journal has this name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What becomes of a membership's words, and its stories with which it is the other way round."""

    keeps_words: bool
    exceptions: tuple[str, ...] = ()


ERASE_ALL = Choice(keeps_words=False)


def note(db: Session, membership_id: str, choice: Choice) -> None:
    """Add a choice to the journal. Each of its names gets a day of its own."""
    number = _next(lambda name: was_deleted(db, name), membership_id)
    name = _name(membership_id, number, keeps_words=choice.keeps_words)
    log.deleted(db, name, *(_otherwise(story_id, name) for story_id in choice.exceptions))


def last(knows: Knows, membership_id: str, story_ids: Iterable[str]) -> Choice | None:
    """The last choice that a journal knows of a membership with these stories; None if it knows none."""
    number = _next(knows, membership_id) - 1
    if number < FIRST:
        return None
    # Two of one number can only be of times so far apart that the first had left the journal: the later one erased.
    erases = knows(_name(membership_id, number, keeps_words=False))
    name = _name(membership_id, number, keeps_words=not erases)
    return Choice(not erases, tuple(story_id for story_id in story_ids if knows(_otherwise(story_id, name))))


def _next(knows: Knows, membership_id: str) -> int:
    number = FIRST
    while any(knows(_name(membership_id, number, keeps_words=keeps)) for keeps in (True, False)):
        number += 1
    return number


def _name(membership_id: str, number: int, *, keeps_words: bool) -> str:
    return f"{membership_id} chose, {number}: {'keep' if keeps_words else 'erase'}"


def _otherwise(story_id: str, name: str) -> str:
    return f"{story_id} otherwise than {name}"
