"""When somebody of the desk is here: hours of each weekday, in the place's own time."""

import re
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple, Self

from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.lawful.places import town, zone, zones

DAYS = 7
CLOCK = re.compile(r"^([01]?\d|2[0-3])[:.]([0-5]\d)$")


class Hours(NamedTuple):
    """For each weekday, Monday first, from when to when; None: nobody. An end at or before its beginning is the next day's."""

    zone: str
    days: tuple[tuple[time, time] | None, ...]

    @classmethod
    def kept(cls, chosen: dict[str, Any]) -> Self:
        """As `stored` wrote it."""
        days = (day and (time.fromisoformat(day[0]), time.fromisoformat(day[1])) for day in chosen["days"])
        return cls(chosen["zone"], tuple(days))

    def stored(self) -> dict[str, Any]:
        return {"zone": self.zone, "days": [day and [f"{at:%H:%M}" for at in day] for day in self.days]}

    def covers(self, moment: datetime) -> bool:
        """Whether somebody is here then."""
        here = moment.astimezone(zone(self.zone))
        return any(self._runs(here, back) for back in (0, 1))

    def _runs(self, here: datetime, days_back: int) -> bool:
        """Whether the hours that began so many days ago still go on."""
        began = here.date() - timedelta(days=days_back)
        day = self.days[began.weekday()]
        if day is None:
            return False
        begin, end = (datetime.combine(began, at, here.tzinfo) for at in day)
        return begin <= here < (end if end > begin else end + timedelta(days=1))

    @property
    def is_always(self) -> bool:
        return all(day is not None and day[0] == day[1] for day in self.days)


def typed_hours(zone_name: str, begins: list[str], ends: list[str]) -> Hours:
    """Hours as the page sends them, a field a day. Raises Unfit for what is no time, half of a pair, or nothing at all."""
    wrong: dict[str, str] = {}
    if zone_name not in zones():
        wrong["zone"] = _("Choose one of those offered.")
    if len(begins) != DAYS or len(ends) != DAYS:
        wrong["hours"] = _("A part of this page is missing. Open it again, please.")
        raise Unfit(_("Something needs another look."), wrong)
    days = []
    for begin, end in zip(begins, ends, strict=True):
        pair = (_time(begin), _time(end))
        if "?" in pair or (pair[0] is None) is not (pair[1] is None):
            wrong["hours"] = _("Write both times like 18:00, or leave both empty where nobody is here.")
        days.append(pair)
    if not wrong and not any(begin for begin, _end in days):
        wrong["hours"] = _("Somebody has to be here at some hour of the week. Even one evening is honest.")
    if wrong:
        raise Unfit(_("Something needs another look."), wrong)
    return Hours(zone_name, tuple(None if b is None else (b, e) for b, e in days))  # type: ignore[misc]


def _time(typed: str) -> time | str | None:
    """A time, None for an empty field, "?" for what is none."""
    if not typed.strip():
        return None
    found = CLOCK.match(typed.strip())
    return time(int(found[1]), int(found[2])) if found else "?"


def weekdays() -> list[str]:
    return [
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
    ]  # fmt: skip


def in_words(hours: Hours) -> str:
    """One sentence for members: when somebody is here, and that it takes longer otherwise."""
    if hours.is_always:
        return _("Somebody of the desk is here at every hour.")
    said = ", ".join(_stretches(hours))
    told = _("Somebody of the desk is here: %(when)s (%(town)s time). At other hours it takes longer.")
    return told % {"when": said, "town": town(hours.zone)}


def _stretches(hours: Hours) -> list[str]:
    """Days in a row with the same hours are said together."""
    names, found, first = weekdays(), list[str](), 0
    for number in range(1, DAYS + 1):
        if number < DAYS and hours.days[number] == hours.days[first]:
            continue
        day = hours.days[first]
        if day is not None:
            days = names[first] if number - first == 1 else _("%(one)s to %(other)s") % {
                "one": names[first], "other": names[number - 1],
            }  # fmt: skip
            found.append(f"{days} {day[0]:%H:%M}–{day[1]:%H:%M}")
        first = number
    return found
