"""Stories and replies, each version of their words with its fate, and support."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.db import Base, Id, furnished, values_of
from app.foundation.ids import new_id
from app.foundation.times import this_hour
from app.moderation.models import Fate, Judged, Subject


class AnswerMeWith(StrEnum):
    """How an author would like to be answered."""

    LISTENING = "listening"
    EXPERIENCE = "experience"
    IDEAS = "ideas"


class ContentNote(StrEnum):
    """What a reader may want to know before opening a story."""

    SUICIDE = "suicide"
    SELF_HARM = "self-harm"
    ABUSE = "abuse"
    VIOLENCE = "violence"
    SUBSTANCE_USE = "substance-use"
    EATING = "eating"
    LOSS = "loss"
    MEDICAL = "medical"
    OVERDOSE = "overdose"


class GentleNote(StrEnum):
    """What a moderator lets stand over a thread, for those who read there."""

    LOOKED_AFTER = "looked-after"
    SLOWLY = "slowly"


class SupportKind(StrEnum):
    """A gesture. Counted, never ranked."""

    WITH_YOU = "with-you"
    RELATE = "relate"
    THANK_YOU = "thank-you"
    PROUD_OF_YOU = "proud-of-you"
    HOPE = "hope"


WHILE_SHOWN: dict[str, Any] = {"sqlite_where": text("is_shown")}
"""Readers see one version of anything: the database holds that too (PostgreSQL's: see `WHILE_OPEN`)."""


class Answers(StrEnum):
    """How a moderator lets a story be answered: as ever, one reply an hour from each, or no more."""

    OPEN = "open"
    SLOW = "slow"
    CLOSED = "closed"


class Version(Judged):
    """Words as they were once sent, with their fate. Readers see the one that is shown, if it is published."""

    decision_comes = "joined"
    number: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[Id]
    body: Mapped[str] = mapped_column(Text)
    is_shown: Mapped[bool] = mapped_column(default=False)

    @property
    def fate(self) -> Fate:
        return self.decision.fate


class StoryVersion(Version, Base):
    """A story's words. Notes and wishes for answers change with them, through the same gate."""

    __tablename__ = "story_versions"

    story_id: Mapped[Id] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, sort_order=-1)
    title: Mapped[str] = mapped_column(String(200))
    content_notes: Mapped[str] = mapped_column(String(120), default="")
    """Sorted keys, each between commas: ",abuse,loss,"."""
    answer_me_with: Mapped[AnswerMeWith | None] = mapped_column(values_of(AnswerMeWith))

    __table_args__ = furnished(Index("uq_story_versions_shown", "story_id", unique=True, **WHILE_SHOWN))

    @property
    def notes(self) -> list[str]:
        return split_notes(self.content_notes)


class ReplyVersion(Version, Base):
    """A reply's words."""

    __tablename__ = "reply_versions"

    reply_id: Mapped[Id] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True, sort_order=-1)

    __table_args__ = furnished(Index("uq_reply_versions_shown", "reply_id", unique=True, **WHILE_SHOWN))


class Story(Base):
    """Something a member shares in one group."""

    __tablename__ = "stories"
    kind = Subject.STORY

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id"), index=True)
    created_hour: Mapped[datetime] = mapped_column(default=this_hour)
    activity: Mapped[int | None]
    """The group's counter when this story, or the last reply to it, came out. None until then."""
    last_number: Mapped[int] = mapped_column(default=0)
    reply_count: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    """Raised by every change to what readers see."""
    was_changed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether readers saw other words before, for as long as it stands: those go after a while (`purging`)."""

    gentle_note: Mapped[GentleNote | None] = mapped_column(values_of(GentleNote))
    answers: Mapped[Answers] = mapped_column(values_of(Answers), default=Answers.OPEN, server_default="open")
    is_quiet: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether whoever wrote it wants no more replies."""
    is_covered: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its words are behind a note while a moderator looks at them."""

    versions: Mapped[list[StoryVersion]] = relationship(
        order_by=StoryVersion.number, lazy="selectin", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = furnished(Index(None, "group_id", "activity"))

    @property
    def story_id(self) -> str:
        return self.id

    @property
    def latest(self) -> StoryVersion:
        return self.versions[-1]

    @property
    def shown(self) -> StoryVersion | None:
        return next((v for v in self.versions if v.is_shown and v.fate is Fate.PUBLISHED), None)


class Reply(Base):
    """A peer's answer to a story."""

    __tablename__ = "replies"
    kind = Subject.REPLY

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    story_id: Mapped[Id] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"))
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id"))
    number: Mapped[int | None]
    """Its place under the story, given when it comes out."""
    created_hour: Mapped[datetime] = mapped_column(default=this_hour)

    is_covered: Mapped[bool] = mapped_column(default=False, server_default=false())

    versions: Mapped[list[ReplyVersion]] = relationship(
        order_by=ReplyVersion.number, lazy="selectin", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = furnished(Index(None, "story_id", "number"), Index(None, "membership_id", "story_id"))

    @property
    def latest(self) -> ReplyVersion:
        return self.versions[-1]

    @property
    def shown(self) -> ReplyVersion | None:
        return next((v for v in self.versions if v.is_shown and v.fate is Fate.PUBLISHED), None)


class Placed(NamedTuple):
    """A reply as it was just written. `number` is its place under the story; None while others do not see it."""

    id: str
    story_id: str
    group_id: str
    membership_id: str
    number: int | None
    hour: datetime
    fate: Fate
    body: str
    html: str


class Support(Base):
    """One gesture of one persona for one story or reply."""

    __tablename__ = "supports"

    subject_id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[SupportKind] = mapped_column(values_of(SupportKind), primary_key=True)
    membership_id: Mapped[Id] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    story_id: Mapped[Id] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"))

    __table_args__ = furnished(Index(None, "story_id", "membership_id"))


def join_notes(notes: list[ContentNote]) -> str:
    return f",{','.join(sorted(set(notes)))}," if notes else ""


def split_notes(joined: str) -> list[str]:
    return [note for note in joined.split(",") if note]
