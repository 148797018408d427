"""What is said about words: decisions and their findings, cases, flags, and the notes that go with them."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Literal, Self

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.foundation.db import Base, Id, furnished, values_of
from app.foundation.ids import new_id
from app.foundation.times import now, today
from app.moderation import verdict as judged
from app.moderation.kinds import CaseStatus, Fate, FlagReason, Tier
from app.moderation.verdict import Outcome, SafeHtml, Severity, Verdict

__all__ = (
    "NO_WORDS", "WHILE_OPEN", "Action", "Case", "CaseStatus", "Decision", "Fate", "Finding", "Flag", "FlagReason", "Judged",
    "Note", "Subject", "Tier",
)  # fmt: skip


class Action(StrEnum):
    """What a person decided (CONTRACT.md, POST /moderation/cases/{id}/decision)."""

    PUBLISH = "publish"
    REDACT = "redact"
    RETURN = "return"
    REMOVE = "remove"
    KEEP = "keep"

    @property
    def fate(self) -> Fate:
        return {Action.RETURN: Fate.RETURNED, Action.REMOVE: Fate.REMOVED}.get(self, Fate.PUBLISHED)


WHILE_OPEN: dict[str, Any] = {"sqlite_where": text("status = 'open'")}  # PostgreSQL's would load 2 MiB here


class Decision(Base):
    """A decision about words. Append-only: a change of mind is a new row. Names and texts of groups have no `day`, but a month."""

    __tablename__ = "decisions"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(index=True)
    """No foreign key: a group's own texts are decided about before the group is there."""
    previous_id: Mapped[Id | None] = mapped_column(ForeignKey("decisions.id"))
    fate: Mapped[Fate] = mapped_column(values_of(Fate))
    outcome: Mapped[Outcome | None] = mapped_column(values_of(Outcome))
    action: Mapped[Action | None] = mapped_column(values_of(Action))
    by_membership_id: Mapped[Id | None]
    guideline: Mapped[str] = mapped_column(String(60), default="")
    day: Mapped[date | None] = mapped_column(Date)

    findings: Mapped[list["Finding"]] = relationship(order_by="Finding.position")

    __table_args__ = furnished(CheckConstraint("(outcome IS NULL) <> (action IS NULL)", name="one_judge"))

    @classmethod
    def by_rules(cls, verdict: Verdict, group_id: str, day: date | None, *, to_person: bool) -> Self:
        """The rules' decision about words (`Fate.by_rules`)."""
        return cls(
            id=new_id(), group_id=group_id, day=day, fate=Fate.by_rules(verdict, to_person=to_person), outcome=verdict.outcome,
            findings=[Finding(position=position, **Finding.kept(f)) for position, f in enumerate(verdict.findings)],
        )  # fmt: skip

    @classmethod
    def by_person(cls, action: Action, previous: "Decision", by_membership_id: str, guideline: str = "") -> Self:
        """A person's decision about what another decision said before."""
        return cls(
            id=new_id(), group_id=previous.group_id, previous_id=previous.id, fate=action.fate, action=action,
            by_membership_id=by_membership_id, guideline=guideline, day=today(), findings=[],
        )  # fmt: skip


class Finding(Base):
    """What the rules found, and where; never a copy of the words."""

    __tablename__ = "findings"

    decision_id: Mapped[Id] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    kind: Mapped[judged.Kind] = mapped_column(values_of(judged.Kind))
    severity: Mapped[Severity] = mapped_column(values_of(Severity))
    field: Mapped[judged.Field] = mapped_column(values_of(judged.Field))
    start: Mapped[int]
    end: Mapped[int]
    guideline: Mapped[str] = mapped_column(String(60))

    @staticmethod
    def kept(found: judged.Finding) -> dict[str, Any]:
        """What is stored of a finding."""
        names = ("rule", "version", "kind", "severity", "field", "start", "end", "guideline")
        return {name: getattr(found, name) for name in names}


class Judged:
    """Words others may read. They cannot be stored without a decision about them."""

    decision_comes: ClassVar[Literal["select", "joined"]] = "select"
    """Whether the decision is read along with the words, or when somebody asks for it."""
    html: Mapped[str] = mapped_column(Text)

    @declared_attr
    @classmethod
    def decision_id(cls) -> Mapped[str]:
        return mapped_column(ForeignKey("decisions.id"), unique=True)

    @declared_attr
    @classmethod
    def decision(cls) -> Mapped[Decision]:
        return relationship(lazy=cls.decision_comes, innerjoin=True, foreign_keys=lambda: cls.decision_id)

    def words_judged(
        self, verdict: Verdict, group_id: str, day: date | None = None, *, to_person: bool = False
    ) -> None:
        """Take the cleaned words and the fate the judge gave them, together."""
        self.html = verdict.html
        self.decide(Decision.by_rules(verdict, group_id, day, to_person=to_person))

    def decide(self, decision: Decision) -> None:
        """From now on this decision says who may read."""
        self.decision_id = decision.id
        self.decision = decision

    @property
    def safe_html(self) -> SafeHtml:
        return SafeHtml(self.html)


class Subject(StrEnum):
    STORY = "story"
    REPLY = "reply"
    QUESTION = "question"
    PERSONA = "persona"


NO_WORDS = 0
"""The number of a closed case whose words have gone. Real versions begin at 1."""


class Case(Base):
    """Something a person must look at: version `number` of its subject's words. One open case a subject."""

    __tablename__ = "cases"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"), index=True)
    kind: Mapped[Subject] = mapped_column(values_of(Subject))
    subject_id: Mapped[Id]
    story_id: Mapped[Id]
    number: Mapped[int]
    membership_id: Mapped[Id]
    tier: Mapped[Tier] = mapped_column(values_of(Tier))
    status: Mapped[CaseStatus] = mapped_column(values_of(CaseStatus), default=CaseStatus.OPEN)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    claimed_by: Mapped[Id | None]
    claimed_until: Mapped[datetime | None]
    decision_id: Mapped[Id | None] = mapped_column(ForeignKey("decisions.id"))
    sealed_original: Mapped[bytes | None] = mapped_column(LargeBinary)
    waited_hours: Mapped[int | None]  # whole ones from opening to closing, when the moments themselves are gone
    is_heavy: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its words are hard to read (`weight`): they are opened, not met."""
    opened_number: Mapped[int] = mapped_column(default=NO_WORDS, server_default="0")
    """The version whose words its holder opened, which is in the log."""

    __table_args__ = furnished(
        Index("uq_cases_open_subject", "subject_id", unique=True, **WHILE_OPEN),
        Index("ix_cases_queue", "status", "tier", "opened_at", "id"),
        Index("ix_cases_queue_by_weight", "status", "is_heavy", "tier", "opened_at", "id"),
        Index("ix_cases_queue_of_group", "group_id", "status", "tier", "opened_at", "id"),
        Index("ix_cases_queue_of_group_by_weight", "group_id", "status", "is_heavy", "tier", "opened_at", "id"),
    )

    @property
    def is_open(self) -> bool:
        return self.status is CaseStatus.OPEN

    def raise_to(self, tier: Tier) -> None:
        """A case only ever becomes more urgent."""
        self.tier = min(self.tier, tier, key=list(Tier).index)

    def holder(self, at: datetime) -> str | None:
        """The staff membership that holds the case now, or None."""
        return self.claimed_by if self.claimed_until and self.claimed_until > at else None

    def turn_to(self, number: int) -> None:
        """The case is about another version now. Whoever had it in hand has not read that one, and takes it anew."""
        if self.number != number:
            self.number = number
            self.let_go()

    def let_go(self) -> None:
        """It is in nobody's hand any more, and nobody's eyes."""
        self.claimed_by = self.claimed_until = None
        self.opened_number = NO_WORDS

    def close(self, status: CaseStatus, decision: Decision | None = None) -> None:
        """Done with. What was an exact time becomes a day."""
        self.status, self.decision_id = status, decision.id if decision else None
        self.waited_hours = int((now() - self.opened_at) / timedelta(hours=1))
        self.opened_at = self.opened_at.replace(hour=0, minute=0, second=0, microsecond=0)
        self.let_go()


class Flag(Base):
    """Somebody asks for a look. One a person and subject; it acts on words, never on a person."""

    __tablename__ = "flags"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    case_id: Mapped[Id] = mapped_column(ForeignKey("cases.id"), index=True)
    subject_id: Mapped[Id]
    flagger: Mapped[str] = mapped_column(String(64))
    """The flagger's membership; for a reader who has not joined, a mark that only their keyring can make."""
    reason: Mapped[FlagReason] = mapped_column(values_of(FlagReason))
    day: Mapped[date] = mapped_column(Date, default=today)

    __table_args__ = furnished(UniqueConstraint("subject_id", "flagger"))


class Note(Judged, Base):
    """A sentence beside a decision or a flag: read by others, so judged like all words."""

    __tablename__ = "notes"

    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[Id] = mapped_column(ForeignKey("groups.id"))
    explains_id: Mapped[Id | None] = mapped_column(ForeignKey("decisions.id"), index=True)
    flag_id: Mapped[Id | None] = mapped_column(ForeignKey("flags.id", ondelete="CASCADE"), index=True)
    is_for_author: Mapped[bool] = mapped_column(default=False)
