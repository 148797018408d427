"""What may be typed about danger, duty and wishes."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from app.care.models import Level
from app.foundation.typed import Typed, Words
from app.moderation.models import Action

LONGEST_ANSWER = 2000
LONGEST_WISH = 1000
LONGEST_DEBRIEF = 3000
Wish = Annotated[Words, Field(max_length=LONGEST_WISH)]


class LevelForm(Typed):
    level: Level


class AnswerForm(Typed):
    answer: Annotated[Words, Field(min_length=1, max_length=LONGEST_ANSWER, pattern=r"\S")]


class DutyForm(Typed):
    """Hours of one day, or of that weekday every week. `ends` is past the last hour."""

    day: date
    starts: Annotated[int, Field(ge=0, le=23)]
    ends: Annotated[int, Field(ge=1, le=24)]
    every_week: bool = False


class BuddyForm(Typed):
    whom: Annotated[str, Field(min_length=1, max_length=32)]


class DebriefForm(Typed):
    words: Annotated[Words, Field(min_length=1, max_length=LONGEST_DEBRIEF, pattern=r"\S")]


class PracticeForm(Typed):
    """What somebody who practises would do. `level` is empty where they see nobody in danger."""

    number: Annotated[int, Field(ge=1)]
    action: Action
    level: Literal["", "past", "concern", "imminent"] = ""


class WishesForm(Typed):
    """What somebody wants the desk to know if it ever is that bad. Every part may stay empty."""

    helps: Wish = ""
    hurts: Wish = ""
    may_be_told: Wish = ""
    if_quiet: Literal["", "leave", "nudge", "ask"] = ""
    to_know: Wish = ""
