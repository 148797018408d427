"""What may be typed about appeals, and what is answered."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.appeals.models import AppealStatus
from app.desk.forms import LONGEST_NOTE, LONGEST_REASON, LONGEST_SUBJECT
from app.foundation.typed import Shaped, Typed, Words

LONGEST_APPEAL = 2000

AppealText = Annotated[Words, Field(min_length=1, max_length=LONGEST_APPEAL, pattern=r"\S")]
Subject = Annotated[Words, Field(max_length=LONGEST_SUBJECT)]


class AppealForm(Typed):
    """Why another person should look again. `subject` is `story:ID`, `reply:ID` or `limit:ID`."""

    subject: Subject
    text: AppealText


class AnswerForm(Typed):
    """What came of it, a sentence for who asked, and a few words for other moderators."""

    outcome: Literal[AppealStatus.UPHELD, AppealStatus.OVERTURNED]
    note_to_author: Annotated[Words, Field(max_length=LONGEST_NOTE)] = ""
    reason: Annotated[Words, Field(max_length=LONGEST_REASON)] = ""


class AppealAnswer(Shaped):
    """One's own appeal. `due`: the day by which it is answered; `help`: whom to turn to meanwhile, if that is needed."""

    id: str
    subject: str
    group: str
    status: str
    day: str
    due: str
    help: list[dict[str, str]]


class AppealShown(Shaped):
    """An appeal as the desk sees it. `may_answer`: whether the one who asks may answer it."""

    id: str
    subject: str
    group: str
    persona: str
    urgent: bool
    status: str
    day: str
    due: str
    late: bool
    may_answer: bool
    html: str
    statement: dict[str, Any]


class AppealList(Shaped):
    items: list[AppealShown]
    next: str | None
