"""What was chosen for this place, and what is still missing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.sealing import digest
from app.groups.models import Group, Visibility
from app.groups.queries import every_one
from app.lawful.hours import Hours
from app.lawful.models import Assessment, Chosen
from app.members.member import DESK
from app.members.models import Membership, Role
from app.moderation.help_directory import help_for

STEPS = ("country", "adults", "hours", "help", "office", "guidelines")
"""What the set-up asks, in the order in which it is shown."""
OPENED = "opened"
FEWEST_SEATS = 2
"""People at the desk: nobody decides about an appeal against themselves (SR-31, SR-38)."""


class Choices(dict[str, Chosen]):
    """All that was chosen, by the name of its step."""

    def of(self, name: str) -> dict[str, Any]:
        return self[name].chosen if name in self else {}

    @property
    def is_open(self) -> bool:
        return OPENED in self

    @property
    def country(self) -> str:
        return str(self.of("country").get("code", ""))

    @property
    def hours(self) -> Hours | None:
        return Hours.kept(self.of("hours")) if "hours" in self else None

    @property
    def office(self) -> str:
        return str(self.of("office").get("name", ""))


def choices(db: Session) -> Choices:
    return Choices({one.name: one for one in db.scalars(select(Chosen))})


def help_mark(country: str) -> str:
    """Changes when the helplines shown to members of this country do."""
    return digest("\n".join("\t".join(line) for line in map(_words_of, help_for(country))))


def _words_of(line: Any) -> Sequence[str]:
    return line.name, line.contact, line.url, line.when


def seats(db: Session) -> int:
    """How many people have a seat at the desk."""
    there = select(Membership).where(Membership.group_id == DESK, Membership.is_left.is_(False))
    return sum(one.has(Role.MODERATOR, Role.ADMINISTRATOR) for one in db.scalars(there))


def live_groups(db: Session) -> list[Group]:
    """The groups that are not closed."""
    return [group for group in every_one(db) if not group.is_closed]


def public_groups(db: Session) -> list[Group]:
    """Those of them that everybody may know of."""
    return [group for group in live_groups(db) if group.visibility is Visibility.OPEN]


def assessments(db: Session) -> list[Assessment]:
    """Those that were signed, the newest first."""
    return list(db.scalars(select(Assessment).order_by(Assessment.number.desc())))
