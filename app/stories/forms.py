"""What may be typed about stories and replies, and what is answered."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from app.foundation.typed import Typed, Words
from app.stories.models import AnswerMeWith, ContentNote

LONGEST_TITLE = 200
LONGEST_BODY = 10_000
MOST_NOTES = len(ContentNote)
PAGE = 20
MOST_ON_A_PAGE = 50

Title = Annotated[Words, Field(min_length=1, max_length=LONGEST_TITLE, pattern=r"\S")]
Body = Annotated[Words, Field(min_length=1, max_length=LONGEST_BODY, pattern=r"\S")]
Notes = Annotated[list[ContentNote], Field(max_length=MOST_NOTES)]


class StoryForm(Typed):
    """A story as typed. `as_is` sends words that could be mended to a person instead."""

    title: Title
    body: Body
    content_notes: Notes = Field(default_factory=list)
    answer_me_with: AnswerMeWith | None = None
    as_is: bool = False


class StoryChange(Typed):
    """What of a story is changed; the rest stays as it is."""

    title: Title | None = None
    body: Body | None = None
    content_notes: Notes | None = None
    answer_me_with: AnswerMeWith | None = None
    as_is: bool = False


class ReplyForm(Typed):
    body: Body
    as_is: bool = False


class ReplyChange(Typed):
    body: Body | None = None
    as_is: bool = False


class DraftForm(Typed):
    """A draft may be empty in places."""

    title: Annotated[Words, Field(max_length=LONGEST_TITLE)] = ""
    body: Annotated[Words, Field(max_length=LONGEST_BODY)] = ""
    content_notes: Notes = Field(default_factory=list)
    answer_me_with: AnswerMeWith | None = None


class Preview(Typed):
    group: Annotated[str, Field(max_length=60)]
    title: Annotated[Words, Field(max_length=LONGEST_TITLE)] = ""
    body: Body
    in_reply_to: Annotated[str, Field(max_length=32)] = ""


class StorySummary(BaseModel):
    id: str
    group: str
    title: str
    persona: str
    created_at: str
    reply_count: int
    content_notes: list[str]
    answer_me_with: str | None


class StoryList(BaseModel):
    items: list[StorySummary]
    next: str | None


class ReplyShown(BaseModel):
    id: str
    story: str
    persona: str
    html: str
    created_at: str
    status: str
    support: dict[str, int]
    body: str | None = None
    verdict: dict[str, Any] | None = None


class ReplyList(BaseModel):
    items: list[ReplyShown]
    next: str | None


class StoryShown(BaseModel):
    """`body` and `verdict` are for its author and the desk alone; `created_at` is cut to the hour."""

    id: str
    group: str
    title: str
    html: str
    status: str
    persona: str
    created_at: str
    content_notes: list[str]
    answer_me_with: str | None
    reply_count: int
    support: dict[str, int]
    body: str | None = None
    verdict: dict[str, Any] | None = None
    replies: ReplyList | None = None
