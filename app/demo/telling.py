"""What is told in the demo, as written in words/*.toml: people, their stories, what became of them.

How such a file is written stands at the head of words/evening-harbour.toml.
"""

import tomllib
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from app.appeals.models import AppealStatus
from app.members.models import Role
from app.moderation.models import Action, FlagReason
from app.stories.models import AnswerMeWith, ContentNote, SupportKind

WORDS = files("app.demo") / "words"
DESK_FILE = "desk"
OLDEST_DAYS = 175
HOURS_A_DAY = 24


class Account(StrEnum):
    """The accounts whose names and passphrases are printed at the end."""

    MEMBER = "member"
    PEER = "peer"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"


class Fate(StrEnum):
    """What becomes of a story or a reply."""

    OUT = "out"
    CONCERN = "concern"
    MENDED = "mended"
    DRAFT = "draft"
    EDITED = "edited"
    HELD = "held"
    URGENT = "urgent"
    PUBLISHED = "published"
    REDACTED = "redacted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    FLAGGED = "flagged"
    KEPT = "kept"
    REMOVED = "removed"

    @property
    def action(self) -> Action | None:
        """What somebody at the desk decides, if anything."""
        return _ACTIONS.get(self)


_ACTIONS = {
    Fate.PUBLISHED: Action.PUBLISH,
    Fate.REDACTED: Action.REDACT,
    Fate.RETURNED: Action.RETURN,
    Fate.KEPT: Action.KEEP,
    Fate.REMOVED: Action.REMOVE,
}
WITH_FLAG = frozenset({Fate.FLAGGED, Fate.KEPT, Fate.REMOVED})
AS_IS = frozenset({Fate.HELD, Fate.PUBLISHED, Fate.REDACTED, Fate.RETURNED, Fate.WITHDRAWN})
"""Sent as they are to a person, if the rules would have them mended."""
SENT_AGAIN = frozenset({Fate.MENDED, Fate.EDITED})


class Written(BaseModel):
    """Part of a file. A key that is not known is a mistake in it."""

    model_config = ConfigDict(extra="forbid")


class Persona(Written):
    """Somebody in one group. `who` is for those who write."""

    name: str
    who: str = ""
    account: Account | None = None
    role: Role = Role.MEMBER


class Flagged(Written):
    by: str
    reason: FlagReason
    note: str = ""


class SecondLook(Written):
    """Why the author asks that another person looks again, and what that one answers, unless it still waits."""

    text: str
    outcome: Literal[AppealStatus.UPHELD, AppealStatus.OVERTURNED] | None = None
    sentence: str = ""


class Telling(Written):
    """A story or a reply, and what became of it."""

    by: str
    body: str
    fate: Fate = Fate.OUT
    mended: str = ""
    """The words that are sent the second time."""
    flag: Flagged | None = None
    support: dict[SupportKind, Annotated[int, Field(ge=1)]] | None = None
    reason: str = ""
    guideline: str = ""
    sentence: str = ""
    take_out: list[str] = Field(default_factory=list)
    second_look: SecondLook | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Telling":
        needs = {
            "flag": self.fate in WITH_FLAG,
            "reason": self.fate.action is not None,
            "guideline": self.fate in (Fate.RETURNED, Fate.REMOVED),
            "sentence": self.fate in (Fate.RETURNED, Fate.REMOVED),
            "take_out": self.fate is Fate.REDACTED,
            "mended": self.fate in SENT_AGAIN,
        }
        for name, needed in needs.items():
            there = bool(getattr(self, name))
            if needed != there and not (name == "mended" and self.fate is Fate.RETURNED):
                raise ValueError(f"fate {self.fate.value!r} {'needs' if needed else 'has no'} {name}")
        if self.second_look and self.fate is not Fate.REMOVED:
            raise ValueError("a second look is asked for where words were removed")
        if any(piece not in f"{self.body}\n{getattr(self, 'title', '')}" for piece in self.take_out):
            raise ValueError("take_out names words that are not there")
        return self


class Reply(Telling):
    """`after`: hours after its story was written."""

    after: Annotated[float, Field(ge=0)]


def _reply(written: Any) -> Any:
    """A plain reply is written `[by, after, body]`, one with something happening as a table."""
    if isinstance(written, list) and len(written) == 3:
        return dict(zip(("by", "after", "body"), written, strict=True))
    return written


def days_before(now: datetime, ago: int, hour: int) -> datetime:
    """An hour of a day that lies so many days back."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=ago) + timedelta(hours=hour)


class Story(Telling):
    title: str
    ago: Annotated[int, Field(ge=1, le=OLDEST_DAYS)] | None = None
    hour: Annotated[int, Field(ge=0, lt=HOURS_A_DAY)] | None = None
    hours_ago: Annotated[float, Field(gt=0, lt=HOURS_A_DAY)] | None = None
    wish: AnswerMeWith | None = None
    notes: list[ContentNote] = Field(default_factory=list)
    replies: list[Annotated[Reply, BeforeValidator(_reply)]] = Field(default_factory=list)

    @model_validator(mode="after")
    def _dated(self) -> "Story":
        if (self.ago is None or self.hour is None) == (self.hours_ago is None):
            raise ValueError("a story says either ago and hour, or hours_ago")
        return self

    def moment(self, now: datetime) -> datetime:
        """When it was written, seen from `now`."""
        if self.hours_ago is not None:
            return now - timedelta(hours=self.hours_ago)
        return days_before(now, self.ago or 0, self.hour or 0)

    @property
    def happens(self) -> bool:
        """Whether something happens here beside telling and answering."""
        return any(telling.fate is not Fate.OUT for telling in (self, *self.replies))


class Book(Written):
    """All that is told in one group. `slug` is the group's."""

    slug: str
    people: list[Persona]
    stories: list[Story] = Field(default_factory=list)

    @model_validator(mode="after")
    def _of_people(self) -> "Book":
        for telling in self.tellings:
            unknown = {telling.by, *([telling.flag.by] if telling.flag else [])} - set(self.named)
            if unknown or (telling.flag and telling.flag.by == telling.by):
                raise ValueError(f"not among the people, or flagging themselves: {unknown or telling.by}")
        return self

    @cached_property
    def named(self) -> dict[str, Persona]:
        return {persona.name: persona for persona in self.people}

    @property
    def tellings(self) -> list[Telling]:
        return [telling for story in self.stories for telling in (story, *story.replies)]

    def shortened(self, most: int) -> "Book":
        """The same with so many stories at most: first those where something happens, then the newest."""
        kept = sorted(self.stories, key=lambda story: (not story.happens, story.ago or 0))[:most]
        return self.model_copy(update={"stories": kept})


def slugs() -> list[str]:
    """The groups something is told in, by the alphabet."""
    return sorted(name for file in WORDS.iterdir() if (name := file.name.removesuffix(".toml")) != DESK_FILE)


def book(slug: str) -> Book:
    """One group's file. Raises ValueError with what is wrong in it."""
    return Book.model_validate(written(slug))


def written(slug: str) -> dict[str, Any]:
    """What stands in a file, as it is."""
    return {"slug": slug, **tomllib.loads((WORDS / f"{slug}.toml").read_text("utf-8"))}
