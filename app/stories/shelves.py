"""How words are filed for search: the tables beside the index itself (docs/decisions/0011-search.md)."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id


class SearchGroup(Base):
    """How a group's words are filed for search: under a random number of its own, counted inside the group. `is_behind`: words
    that were out before there was a search still have to be filed."""

    __tablename__ = "search_groups"

    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    prefix: Mapped[int] = mapped_column(unique=True)
    last_number: Mapped[int] = mapped_column(BigInteger, default=0)
    is_behind: Mapped[bool] = mapped_column(default=False)


class SearchPlace(Base):
    """Where the shown words of one story or reply stand in the index. Their words go with this row, by the database. `place`:
    the group's prefix times 2^40, and a number inside the group; newer words have higher ones."""

    __tablename__ = "search_places"

    subject_id: Mapped[Id] = mapped_column(primary_key=True)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    story_id: Mapped[Id] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    reply_id: Mapped[Id | None] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), unique=True)
    place: Mapped[int] = mapped_column(BigInteger, unique=True)


class SearchWaiting(Base):
    """A reply that came out a moment ago and is not filed yet. `activity`: its group's counter then, for their order."""

    __tablename__ = "search_waiting"

    reply_id: Mapped[Id] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    activity: Mapped[int] = mapped_column(BigInteger)
