"""Kinds of things the desk deals with, by names that are stored."""

from enum import StrEnum
from typing import Self

from app.moderation.verdict import Outcome, Verdict


class Fate(StrEnum):
    """Where words stand. Readers see `published` words alone."""

    PUBLISHED = "published"
    HELD = "held"
    RETURNED = "returned"
    REMOVED = "removed"

    @classmethod
    def by_rules(cls, verdict: Verdict, *, to_person: bool) -> Self:
        """Words sent as they are wait for a person, and whatever comes `to_person`."""
        return cls.PUBLISHED if verdict.outcome is Outcome.PUBLISH and not to_person else cls.HELD


class Tier(StrEnum):
    """How soon a person must look, most urgent first (MODERATION.md, "Queue and people")."""

    URGENT = "urgent"
    REPORT = "report"
    CONCERN = "concern"
    HELD = "held"


class CaseStatus(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class FlagReason(StrEnum):
    CONFIDENTIALITY = "confidentiality"
    UNKIND = "unkind"
    ADVICE = "advice"
    DANGER = "danger"
    SELLING = "selling"
    OTHER = "other"
