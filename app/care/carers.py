"""How much a moderator carries today: counted by the day, over all the seats of one open keyring."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.care import practice, queries
from app.care.models import Carer
from app.foundation.errors import Conflict, Forbidden
from app.foundation.language import gettext as _
from app.foundation.settings import settings
from app.foundation.times import this_month
from app.members.models import Membership

MONTHS_A_YEAR = 12
LEAST_SHOWN = 5
"""Moderators of whom together it is said how they are; of fewer it would be said of one."""
BUSY, TIRED = 0.2, 0.5
"""Shares of moderators who have read enough for today or are away, from which on they are called so."""


def rows_of(db: Session, seats: Sequence[Membership]) -> list[Carer]:
    """What is kept about these seats."""
    return list(db.scalars(select(Carer).where(Carer.membership_id.in_([m.id for m in seats]))))


def row_of(db: Session, seat: Membership) -> Carer:
    """What is kept about one seat, to be written on; of another day nothing is left."""
    found = db.get(Carer, seat.id, with_for_update=True)
    if found is None:
        found = Carer(membership_id=seat.id, group_id=seat.group_id, heavy_count=0, goes_on=False, practised=0)
        db.add(found)
    today = queries.here_and_now().date()
    if found.heavy_day != today:
        found.heavy_day, found.heavy_count, found.goes_on = today, 0, False
    return found


def heavy_today(rows: Iterable[Carer]) -> int:
    """How many heavy cases were taken today."""
    today = queries.here_and_now().date()
    return sum(row.heavy_count for row in rows if row.heavy_day == today)


def has_enough(rows: Sequence[Carer]) -> bool:
    """Whether the budget of today is used up, and nobody said that they go on."""
    today = queries.here_and_now().date()
    goes_on = any(row.goes_on for row in rows if row.heavy_day == today)
    return not goes_on and heavy_today(rows) >= settings().heavy_budget


def has_practised(rows: Sequence[Carer]) -> bool:
    """Whether the practice cases were all walked, under any seat."""
    return any(row.practised_month for row in rows)


def is_due_again(rows: Sequence[Carer]) -> bool:
    """Whether it is time to walk the practice cases once more."""
    last = max((row.practised_month for row in rows if row.practised_month), default=None)
    now = this_month()
    return last is not None and (now.year - last.year) * MONTHS_A_YEAR + now.month - last.month >= (
        settings().refresher_months
    )


def take(db: Session, seats: Sequence[Membership], seat: Membership, *, is_heavy: bool, is_guarded: bool) -> None:
    """A case is taken in hand. Where the desk `is_guarded`, raises Forbidden before the practice cases were walked,
    Conflict for a heavy case beyond today's budget."""
    rows = rows_of(db, seats)
    if is_guarded and not has_practised(rows):
        raise Forbidden(_("Before the first real case, walk through the invented ones."), way="/desk/practice")
    if not is_heavy:
        return
    if is_guarded and has_enough(rows):
        raise Conflict(_("You have read enough heavy words for today. Light ones are there for you."), way="/desk/care")
    row_of(db, seat).heavy_count += 1


def go_on(db: Session, seat: Membership) -> None:
    """Read on today, deliberately."""
    row_of(db, seat).goes_on = True


def be_away(db: Session, seat: Membership, *, is_away: bool) -> None:
    """Today I can't. Nobody needs to say why."""
    row_of(db, seat).away_day = queries.here_and_now().date() if is_away else None


def walked(db: Session, seat: Membership, number: int) -> None:
    """A practice case was answered. After the last one the month is noted."""
    row = row_of(db, seat)
    row.practised = max(row.practised, number) if number <= row.practised + 1 else row.practised
    if row.practised >= len(practice.cases()) == number:
        row.practised_month = this_month()


def how_they_are(db: Session, group_id: str) -> str:
    """How those who look after a group are today: `rested`, `busy` or `tired`; empty where they are too few to say."""
    everybody = queries.everybody(db, group_id)
    if len(everybody) < LEAST_SHOWN:
        return ""
    today = queries.here_and_now().date()
    rows = db.scalars(select(Carer).where(Carer.membership_id.in_(everybody)))
    budget = settings().heavy_budget
    worn = sum(row.away_day == today or (row.heavy_day == today and row.heavy_count >= budget) for row in rows) / len(
        everybody
    )
    return "tired" if worn >= TIRED else "busy" if worn >= BUSY else "rested"
