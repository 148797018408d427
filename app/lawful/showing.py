"""The set-up as pages show it."""

from typing import Any

from sqlalchemy.orm import Session

from app.foundation.language import gettext as _
from app.foundation.settings import Settings
from app.foundation.web.forms import Filled
from app.foundation.web.templates import day_in_words
from app.groups.queries import items
from app.lawful.hours import DAYS, in_words, weekdays
from app.lawful.places import countries, zone_of, zones
from app.lawful.queries import STEPS, Choices, choices, help_mark, live_groups
from app.moderation.help_directory import directory, help_for


def step_name(step: str) -> str:
    return {
        "country": _("Which country it is in"),
        "adults": _("Whether it is for adults only"),
        "hours": _("When somebody is here"),
        "help": _("Where people in danger are sent"),
        "office": _("Who answers for it"),
        "guidelines": _("What the groups agreed on"),
    }[step]


def steps(db: Session, settings: Settings) -> list[dict[str, Any]]:
    """A line a step: what it asks, what was answered and when."""
    there = choices(db)
    return [
        {
            "key": step,
            "name": step_name(step),
            "is_done": step in there,
            "answer": _answer(there, settings, step) if step in there else "",
            "day": there[step].day if step in there else None,
        }
        for step in STEPS
    ]


def _answer(there: Choices, settings: Settings, step: str) -> str:
    hours = there.hours
    match step:
        case "country":
            return countries().get(there.country, there.country)
        case "adults":
            return _("Yes") if there.of("adults")["adults"] == "yes" else _("No")
        case "hours":
            return in_words(hours) if hours else ""
        case "help":
            is_same = there.of("help")["mark"] == help_mark(there.country or settings.country)
            return _("Looked through") if is_same else _("Changed since somebody looked")
        case "office":
            return there.office
    return _("Looked through")


def chosen(db: Session, settings: Settings, step: str) -> Filled[Any]:
    """A step's form with what was chosen before, or what is likely."""
    there = choices(db)
    match step:
        case "country":
            return Filled({"place": there.country or settings.country.upper()})
        case "adults":
            return Filled(dict(there.of("adults")) or {"adults": "yes"})
        case "hours":
            return Filled(_hours(there, settings))
        case "office":
            return Filled({"office": there.office})
    return Filled()


def _hours(there: Choices, settings: Settings) -> dict[str, Any]:
    hours = there.hours
    if hours is None:
        return {"zone": zone_of(there.country or settings.country.upper()), "begins": [""] * DAYS, "ends": [""] * DAYS}
    stored = hours.stored()
    return {
        "zone": hours.zone,
        "begins": [day[0] if day else "" for day in stored["days"]],
        "ends": [day[1] if day else "" for day in stored["days"]],
    }


def asked(db: Session, settings: Settings, step: str) -> dict[str, Any]:
    """What a step's page shows beside its form."""
    country = choices(db).country or settings.country.upper()
    match step:
        case "country":
            return {"countries": list(countries().items())}
        case "hours":
            return {"zones": [(zone, zone.replace("_", " ")) for zone in zones()], "weekdays": weekdays()}
        case "help":
            checked = [page.checked for page in directory() if page.code == country]
            return {
                "help": help_for(country), "mark": help_mark(country), "country_name": countries().get(country, ""),
                "compared": day_in_words(checked[0]) if checked else "",
            }  # fmt: skip
        case "guidelines":
            there = [{"name": g.name, "id": g.id, "items": [i.title for i in items(db, g)]} for g in live_groups(db)]
            return {"groups": there}
    return {}
