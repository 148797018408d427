"""Countries and time zones by name, from the library that keeps them (Babel, from Unicode's CLDR)."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from app.foundation.settings import settings

NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes of CLDR that stand for unions, tests or nobody knows what."""


@cache
def countries() -> dict[str, str]:
    """Two letters to a name in the site's language, by name."""
    from babel import Locale  # noqa: PLC0415  (1 MiB, for whoever sets a place up)

    names = Locale.parse(settings().language).territories
    found = {
        code: name for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    }
    return dict(sorted(found.items(), key=lambda one: one[1].casefold()))


@cache
def zones() -> tuple[str, ...]:
    """Every time zone that has a town's name, and UTC."""
    return ("UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")))


def zone_of(country: str) -> str:
    """The first time zone of a country; UTC if it has none."""
    from babel.core import get_global  # noqa: PLC0415

    found = get_global("territory_zones").get(country, [])
    return next((zone for zone in found if zone in zones()), "UTC")


def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def town(name: str) -> str:
    """A time zone as people say it."""
    return name.rpartition("/")[2].replace("_", " ")
