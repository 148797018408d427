"""What may be typed at home, and what is answered."""

from typing import Any

from pydantic import BaseModel, Field

from app.foundation.typed import Typed
from app.members.forms import MyLimit, MyMembership
from app.stories.forms import StorySummary
from app.stories.models import ContentNote


class ReadingSettings(Typed):
    """Content notes to fold."""

    fold: list[ContentNote] = Field(default_factory=list, max_length=len(ContentNote))


class MyStory(StorySummary):
    status: str


class MyStories(BaseModel):
    items: list[MyStory]
    next: str | None


class MyDrafts(BaseModel):
    items: list[dict[str, Any]]
    next: str | None


class MyNotice(BaseModel):
    id: str
    kind: str
    group: str
    subject: str
    text: str
    day: str
    read: bool
    statement: dict[str, Any] | None


class MyNotices(BaseModel):
    items: list[MyNotice]
    next: str | None


class MeAnswer(BaseModel):
    sign_in_name: str
    memberships: list[MyMembership]
    limits: list[MyLimit]
