"""What a second person types and reads."""

from typing import Annotated

from pydantic import Field

from app.appeals.models import OpeningReason
from app.desk.forms import LONGEST_NOTE, LONGEST_REASON
from app.foundation.typed import Shaped, Typed, Words


class CloseForm(Typed):
    """Why a group should close, for whoever agrees."""

    reason: Annotated[Words, Field(max_length=LONGEST_REASON)] = ""


class DeclineForm(Typed):
    """Why one does not agree."""

    sentence: Annotated[Words, Field(max_length=LONGEST_NOTE)] = ""


class SealedForm(Typed):
    """Why sealed material is needed."""

    reason: OpeningReason


class ProposalShown(Shaped):
    """An act that waits for a second person. `may_agree`: whether that could be the one who asks."""

    id: str
    act: str
    subject: str
    group: str
    by: str
    day: str
    until: str
    html: str
    may_agree: bool


class ProposalList(Shaped):
    items: list[ProposalShown]
    next: str | None
