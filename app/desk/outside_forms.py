"""What somebody outside may type. There is no field for who they are."""

from typing import Annotated

from pydantic import Field, field_validator

from app.appeals.models import Illegal, Outcome
from app.foundation.language import gettext as _
from app.foundation.typed import Typed, Words

LONGEST_WHERE = 500
LONGEST_TEXT = 4000


class OutsideForm(Typed):
    """Where it is, what is wrong with it, why, and that it is meant honestly."""

    where: Annotated[Words, Field(min_length=1, max_length=LONGEST_WHERE, pattern=r"\S")]
    reason: Illegal
    text: Annotated[Words, Field(min_length=1, max_length=LONGEST_TEXT, pattern=r"\S")]
    good_faith: Annotated[bool, Field(validate_default=True)] = False

    @field_validator("good_faith")
    @classmethod
    def _is_meant(cls, said: bool) -> bool:
        if not said:
            raise ValueError(_("Say that you mean this honestly, as far as you know."))
        return said


class OutsideAnswer(Typed):
    outcome: Outcome
