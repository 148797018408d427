"""What goes on beside the stories, as written in words/desk.toml: who is on duty, private words with moderators, rules of
groups' own, notices from outside, wishes for a bad day."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from app.appeals.models import Illegal
from app.care.forms import WishesForm
from app.demo.telling import DESK_FILE, HOURS_A_DAY, OLDEST_DAYS, Account, Book, Written, days_before, written
from app.groups.rule_forms import OwnRuleForm
from app.moderation.models import Subject

Days = Annotated[int, Field(ge=1, le=OLDEST_DAYS)]


class Hours(Written):
    """When somebody of the desk is on duty, each day of the week. `ends` is past the last hour."""

    by: str
    starts: int
    ends: int


class Asked(Written):
    """A private word of a member, or the wish for another name; and what a moderator says, unless it still waits."""

    group: str
    by: str
    kind: Literal[Subject.QUESTION, Subject.PERSONA] = Subject.QUESTION
    ago: Days
    hour: Annotated[int, Field(ge=0, lt=HOURS_A_DAY)]
    words: str
    answer: str = ""

    def moment(self, now: datetime) -> datetime:
        return days_before(now, self.ago, self.hour)


class GroupRule(Written):
    """A rule that a facilitator makes for their group."""

    group: str
    by: str
    ago: Days
    rule: OwnRuleForm


class FromOutside(Written):
    """What somebody writes who has no place here."""

    ago: Days
    where: str
    reason: Illegal
    text: str


class Wished(Written):
    """What one of the printed accounts wants the desk to know on a bad day."""

    account: Account
    wishes: WishesForm


class Desk(Book):
    """Those who sit at the desk, and what comes to it. Nothing is told there."""

    hours: list[Hours]
    asked: list[Asked]
    rules: list[GroupRule]
    outside: list[FromOutside]
    wished: list[Wished]

    def moments(self, slug: str, name: str, now: datetime) -> Iterator[datetime]:
        """When somebody is needed in a group for what stands here."""
        yield from (one.moment(now) for one in self.asked if (one.group, one.by) == (slug, name))
        yield from (now - timedelta(days=one.ago) for one in self.rules if (one.group, one.by) == (slug, name))


def desk() -> Desk:
    """Raises ValueError with what is wrong in the file."""
    return Desk.model_validate(written(DESK_FILE))
