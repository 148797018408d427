"""A group, and what its members agreed to."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import JSON, Date, ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id, values_of
from app.foundation.ids import new_id
from app.foundation.times import this_month, today
from app.moderation.models import Judged
from app.moderation.rule import State
from app.moderation.verdict import Severity


class Visibility(StrEnum):
    """Who may see a group (CONTRACT.md, "Who may see a group")."""

    OPEN = "open"
    MEMBERS = "members"
    INVITED = "invited"


class Kind(StrEnum):
    """Which path a group walks."""

    RECOVERY = "recovery"
    TWELVE_STEP = "twelve-step"
    SECULAR = "secular"
    MEDICATION_FRIENDLY = "medication-friendly"
    CULTURAL = "cultural"
    FAMILIES = "families"
    ORDINARY_LIFE = "ordinary-life"
    DESK = "desk"


class Pace(StrEnum):
    """How fast a group may speak just now (R-12). Read from the row each time, so a change holds at once everywhere."""

    USUAL = "usual"
    SLOW = "slow"
    QUIET = "quiet"


class Group(Judged, Base):
    """A group: the unit of privacy. `html` is its purpose as readers see it."""

    __tablename__ = "groups"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[Kind] = mapped_column(values_of(Kind))
    visibility: Mapped[Visibility] = mapped_column(values_of(Visibility))
    language: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(Text)
    prompt: Mapped[str] = mapped_column(Text)
    guidelines_version: Mapped[int]
    pace: Mapped[Pace] = mapped_column(values_of(Pace), default=Pace.USUAL, server_default=Pace.USUAL.value)
    activity: Mapped[int] = mapped_column(default=0)
    """Raised by each story and reply that comes out: the order of the group's stories."""
    is_closed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Those who joined can still read; nobody else finds it, nobody joins, and nothing new is written."""
    rules_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Raised by every change to the group's rules; 0 while it never changed any."""


class Ground(NamedTuple):
    """A group as the judge and whoever writes there need to know it. The fields are those of the row."""

    id: str
    slug: str
    language: str
    guidelines_version: int
    pace: Pace
    is_closed: bool
    rules_version: int


class GuidelinesVersion(Base):
    """What was agreed to, and since when. A change is a new version, and asks everybody again."""

    __tablename__ = "guidelines"

    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(Date, default=this_month)


class GuidelineItem(Judged, Base):
    """One guideline in one version."""

    __tablename__ = "guideline_items"

    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)


class OwnRule(Judged, Base):
    """One version of a rule that a group made itself. A version never changes: what it held can be explained for good.
    `html` is what readers are told of it."""

    __tablename__ = "own_rules"

    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    """As findings name it: `group.` and a word or two."""
    version: Mapped[int] = mapped_column(primary_key=True)
    is_in_force: Mapped[bool] = mapped_column(default=True)
    """Not for earlier versions, nor for a rule that was taken away."""
    month: Mapped[date] = mapped_column(Date, default=this_month)
    severity: Mapped[Severity] = mapped_column(values_of(Severity))
    guideline: Mapped[str] = mapped_column(String(60))
    public_name: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    words: Mapped[list[str]] = mapped_column(JSON)
    examples_hit: Mapped[list[str]] = mapped_column(JSON)
    examples_pass: Mapped[list[str]] = mapped_column(JSON)


class RuleChoice(Base):
    """What a group chose about one of Hearth's rules: switched on, or heavier than it is elsewhere."""

    __tablename__ = "rule_choices"

    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(60), primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=False)
    severity: Mapped[Severity | None] = mapped_column(values_of(Severity))
    """None: as heavy as everywhere."""
    state: Mapped[State | None] = mapped_column(values_of(State))
    """How far a rule of the group's own has come; at the desk, any rule for the whole site. None: as it was written."""


class TrialDay(Base):
    """How often a rule on trial found something in a group's words on a day. It says nothing of whose."""

    __tablename__ = "rule_trials"

    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(60), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True, default=today)
    found: Mapped[int] = mapped_column(default=0)
