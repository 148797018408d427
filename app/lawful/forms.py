"""What may be typed at the set-up and in the records."""

from typing import Annotated, Literal

from pydantic import Field

from app.foundation.typed import Typed, Words

LONGEST_OFFICE = 80
LONGEST_NOTE = 2000
MOST_DAYS = 7

TimeTyped = Annotated[Words, Field(max_length=10)]


class CountryForm(Typed):
    place: Annotated[Words, Field(max_length=2)]
    """Two letters."""


class AdultsForm(Typed):
    adults: Literal["yes", "no"]


class HoursForm(Typed):
    """A field a day, Monday first."""

    zone: Annotated[Words, Field(max_length=60)]
    begins: Annotated[list[TimeTyped], Field(max_length=MOST_DAYS)] = Field(default_factory=list)
    ends: Annotated[list[TimeTyped], Field(max_length=MOST_DAYS)] = Field(default_factory=list)


class HelpForm(Typed):
    looked: bool = False
    shown: Annotated[Words, Field(max_length=64)] = ""
    """What was on the page: nobody agrees to lines that changed meanwhile."""


class OfficeForm(Typed):
    office: Annotated[Words, Field(min_length=1, max_length=LONGEST_OFFICE, pattern=r"\S")]


class GuidelinesForm(Typed):
    looked: bool = False


class AssessmentForm(Typed):
    """A signature under the assessment. Levels come beside it, a field a risk (`lawful.risks`)."""

    note: Annotated[Words, Field(max_length=LONGEST_NOTE)] = ""
    agree: bool = False
    shown: Annotated[Words, Field(max_length=64)] = ""
