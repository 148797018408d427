"""What may be typed at home, and what is answered."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from app.foundation.db import ID_LETTERS
from app.foundation.typed import Shaped, Typed, Words
from app.members.forms import MyLimit, MyMembership
from app.members.passphrases import LONGEST
from app.stories.forms import StorySummary
from app.stories.models import ContentNote

LONGEST_CLAIM = 200
MOST_SHOWN = 20
"""Stories to choose among on one page."""
StoryId = Annotated[str, Field(max_length=ID_LETTERS)]


class Posts(StrEnum):
    """What becomes of words when a place is closed."""

    ERASE = "erase"
    KEEP = "keep"


class ReadingSettings(Typed):
    """Content notes to fold."""

    fold: list[ContentNote] = Field(default_factory=list, max_length=len(ContentNote))


class MyStory(StorySummary):
    status: str


class MyStories(Shaped):
    items: list[MyStory]
    next: str | None


class MyDrafts(Shaped):
    items: list[dict[str, Any]]
    next: str | None


class MyNotice(Shaped):
    id: str
    kind: str
    group: str
    subject: str
    text: str
    day: str
    read: bool
    statement: dict[str, Any] | None


class MyNotices(Shaped):
    items: list[MyNotice]
    next: str | None


class MeAnswer(Shaped):
    sign_in_name: str
    memberships: list[MyMembership]
    limits: list[MyLimit]


class KeptStory(Shaped):
    """A story one saved or follows, as its readers know it."""

    id: str
    group: str
    title: str
    persona: str
    new_replies: int


class KeptStories(Shaped):
    items: list[KeptStory]
    next: str | None


class MutedPersona(Shaped):
    """`id` is made for this reader alone."""

    id: str
    group: str
    persona: str


class MutedPersonas(Shaped):
    items: list[MutedPersona]
    next: str | None


class ClaimCodeShown(Shaped):
    group: str
    persona: str
    code: str


class Closed(Shaped):
    """What becomes of the words, and the codes that can take kept ones back later."""

    posts: str
    claim_codes: list[ClaimCodeShown]


class PostsPage(Typed):
    """What is chosen for all words."""

    posts: Posts = Posts.ERASE


class ClosePage(PostsPage):
    """The last step: whether the codes that were shown are kept."""

    has_codes: bool = False


class ExceptionsPage(Typed):
    """Stories on one page, and those among them with which it is the other way round."""

    shown: list[StoryId] = Field(default_factory=list, max_length=MOST_SHOWN)
    excepted: list[StoryId] = Field(default_factory=list, max_length=MOST_SHOWN)


class PassphrasePage(Typed):
    passphrase: Annotated[str, Field(min_length=1, max_length=4 * LONGEST)]


class ClaimPage(Typed):
    code: Annotated[Words, Field(min_length=1, max_length=LONGEST_CLAIM)]
