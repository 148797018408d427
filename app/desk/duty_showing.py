"""The duty calendar as its page shows it: a week in hours, who is there, and where nobody is."""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from app.care import queries as care
from app.care.models import Duty
from app.care.rules import HOURS_A_DAY, covers
from app.foundation.language import gettext as _
from app.foundation.settings import settings
from app.groups import queries as groups
from app.members.member import DESK, Member
from app.members.models import Membership

DAYS = 7


class Stretch(NamedTuple):
    """Hours of a day in which the same people are on duty; `names` is empty where nobody is."""

    starts: int
    ends: int
    names: tuple[str, ...]


def seats(member: Member) -> list[Membership]:
    """The memberships under which one decides and that are awake, the desk's first."""
    own = [m for m in member.memberships if care.can_decide(m) and member.powers.awake(m.id)]
    return sorted(own, key=lambda m: m.group_id != DESK)


def calendar(db: Session, member: Member) -> dict[str, Any]:
    """What the page needs beside its form."""
    at = care.here_and_now()
    own = seats(member)
    places = groups.named(db, [m.group_id for m in own])
    days = [at.date() + timedelta(days=n) for n in range(DAYS)]
    taken = care.duties_between(db, [m.group_id for m in own], days[0], days[-1])
    return {
        "days": [{"name": day_name(day), "stretches": _stretches(taken, day)} for day in days],
        "mine": [{"id": d.id, "when": _when(d)} for d in _sorted(care.own_duties(db, [m.id for m in own]))],
        "places": [(m.group_id, places[m.group_id].name) for m in own],
        "dates": [(day.isoformat(), day_name(day)) for day in days],
        "zone": at.tzname() or "UTC",
        "on_duty": sorted({name for duty, name in taken if covers(duty, at)}),
    }


def _stretches(taken: list[tuple[Duty, str]], day: date) -> list[Stretch]:
    found = list[Stretch]()
    for hour in range(HOURS_A_DAY):
        at = datetime.combine(day, time(hour))
        names = tuple(sorted({name for duty, name in taken if covers(duty, at)}))
        if found and found[-1].names == names:
            found[-1] = found[-1]._replace(ends=hour + 1)
        else:
            found.append(Stretch(hour, hour + 1, names))
    return found


def _sorted(duties: list[Duty]) -> list[Duty]:
    return sorted(duties, key=lambda d: (d.weekday is None, d.weekday or 0, d.on_day or date.min, d.starts))


def _when(duty: Duty) -> str:
    hours = _("%(starts)s to %(ends)s") % {"starts": f"{duty.starts:02}:00", "ends": f"{duty.ends:02}:00"}
    if duty.weekday is not None:
        return _("Every %(weekday)s, %(hours)s") % {"weekday": weekday_name(duty.weekday), "hours": hours}
    assert duty.on_day is not None  # noqa: S101  (a constraint of the table)
    return f"{day_name(duty.on_day)}, {hours}"


def day_name(day: date) -> str:
    """Like “Sunday 22 November”, in the site's language."""
    from babel.dates import format_date  # noqa: PLC0415  (of no use to the pages that are read most)

    return format_date(day, "EEEE d MMMM", locale=settings().language)


def weekday_name(weekday: int) -> str:
    return (
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
    )[weekday]  # fmt: skip
