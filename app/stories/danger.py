"""What an author whose words may tell of danger sees of what people do about them."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.care import cover
from app.care import queries as care
from app.care.models import Crisis, Level
from app.care.rules import is_of_danger
from app.care.wishes import wishes_of
from app.groups import queries as groups
from app.groups.models import Group
from app.members.member import AnyReader
from app.moderation.help_directory import help_for
from app.moderation.models import Decision, Finding
from app.stories import queries
from app.stories.models import Reply, Story


@dataclass(slots=True)
class Cared:
    """`wishes`: "none" were written, they can be given ("offer"), were "given", or were "opened" and read."""

    path: str
    is_open: bool = False
    is_being_read: bool = False
    answers: list[dict[str, Any]] = field(default_factory=list)
    wishes: str = "none"
    unstaffed: str = ""

    @property
    def is_any(self) -> bool:
        """Whether there is anything to see."""
        return self.is_open or bool(self.answers)


def cared(db: Session, member: AnyReader, telling: Story | Reply) -> Cared:
    """What is done about one's own words. The caller has made sure that they are one's own."""
    case, path = (
        queries.open_case(db, telling.id),
        f"/{'stories' if isinstance(telling, Story) else 'replies'}/{telling.id}",
    )
    crisis = care.crisis_of(db, case.id) if case else None
    shown = Cared(path, answers=[{"html": a.safe_html, "day": a.day} for a in care.answers_about(db, telling.id)])
    if case and (is_of_danger(case, _found_by_rules(db, telling.latest.decision)) or _was_raised(crisis)):
        shown.is_open = True
        shown.is_being_read = crisis is not None and crisis.is_being_read
        shown.wishes = _wishes(db, member, crisis)
        shown.unstaffed = "" if shown.is_being_read else cover.unstaffed(db, telling.group_id)
    return shown


def _found_by_rules(db: Session, decision: Decision) -> list[Finding]:
    """What the rules found in words, whoever decided about them since."""
    while decision.previous_id:
        decision = db.get_one(Decision, decision.previous_id)
    return decision.findings


def _was_raised(crisis: Crisis | None) -> bool:
    """Whether a person saw danger where the rules did not."""
    return crisis is not None and crisis.level in (Level.CONCERN, Level.IMMINENT)


def _wishes(db: Session, member: AnyReader, crisis: Crisis | None) -> str:
    if crisis and crisis.sealed_wishes is not None:
        return "given"
    if wishes_of(db, member) is not None:
        return "again" if crisis and crisis.were_opened else "offer"
    return "opened" if crisis and crisis.were_opened else "none"


def help_in(db: Session, group_id: str) -> Any:
    """Whom to turn to outside Hearth, for somebody in this group."""
    return help_for(groups.guidelines_of(db, db.get_one(Group, group_id)).country)
