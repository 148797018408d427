"""What may be typed about stories and replies, and what is answered."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from app.foundation.language import gettext as _
from app.foundation.typed import Shaped, Typed, Words
from app.moderation import sanitise
from app.stories.models import AnswerMeWith, ContentNote
from app.stories.searching import LONGEST_CURSOR
from app.stories.terms import LONGEST_ASKED

LONGEST_TITLE = 200
LONGEST_BODY = 10_000
MOST_NOTES = len(ContentNote)
PAGE = 20
MOST_ON_A_PAGE = 50
MOST_COUNTED = 2**31 - 1
"""The largest number of a group's counter or of a place in a thread."""


def _as_shown(title: str) -> str:
    """A title is read by others as it is kept, so nothing stays in it that no eye can see (A-10)."""
    shown = sanitise.line(title)
    if not shown:
        raise ValueError(_("There are no words here yet."))
    return shown


def _not_empty(body: str) -> str:
    if not sanitise.line(body):
        raise ValueError(_("There are no words here yet."))
    return body


Title = Annotated[Words, Field(max_length=LONGEST_TITLE), AfterValidator(_as_shown)]
Body = Annotated[Words, Field(max_length=LONGEST_BODY), AfterValidator(_not_empty)]
Notes = Annotated[list[ContentNote], Field(max_length=MOST_NOTES)]


class StoryForm(Typed):
    """A story as typed. `as_is` sends words that could be mended to a person instead. Without `content_notes` the story
    has those that the judge adds; with them, these and no others."""

    title: Title
    body: Body
    content_notes: Notes | None = None
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


class Written(Typed):
    """Words as far as they are written."""

    title: Annotated[Words, Field(max_length=LONGEST_TITLE)] = ""
    body: Annotated[Words, Field(max_length=LONGEST_BODY)] = ""


class Preview(Typed):
    group: Annotated[Words, Field(max_length=60)]
    title: Annotated[Words, Field(max_length=LONGEST_TITLE)] = ""
    body: Body
    in_reply_to: Annotated[Words, Field(max_length=32)] = ""


class SearchOrder(StrEnum):
    NEWEST = "newest"
    BEST = "best"


class SearchForm(Typed):
    """What to look for. `group`: one of those one may read, empty for all of them."""

    words: Annotated[Words, Field(max_length=LONGEST_ASKED)]
    group: Annotated[Words, Field(max_length=60)] = ""
    order: SearchOrder = SearchOrder.NEWEST
    after: Annotated[Words, Field(max_length=LONGEST_CURSOR)] = ""
    limit: Annotated[int, Field(ge=1, le=MOST_ON_A_PAGE)] = PAGE


class FoundShown(Shaped):
    """A story or reply that was found. `snippet` is plain text; `marks` are the places of the words in it, from and to,
    in code points."""

    story: str
    reply: str | None
    group: str
    title: str
    persona: str
    snippet: str
    marks: list[tuple[int, int]]
    created_at: str


class FoundList(Shaped):
    """`help`: people to turn to, if what was looked for sounds like danger."""

    items: list[FoundShown]
    next: str | None
    help: list[dict[str, str]]


class StorySummary(Shaped):
    id: str
    group: str
    title: str
    persona: str
    created_at: str
    reply_count: int
    content_notes: list[str]
    answer_me_with: str | None


class StoryList(Shaped):
    items: list[StorySummary]
    next: str | None


class ReplyShown(Shaped):
    id: str
    story: str
    persona: str
    html: str
    created_at: str
    status: str
    support: dict[str, int]
    body: str | None = None
    verdict: dict[str, Any] | None = None


class ReplyList(Shaped):
    items: list[ReplyShown]
    next: str | None


class StoryShown(Shaped):
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
