"""Hearth's own sentences in the site's language (gettext)."""

from datetime import date
from functools import cache
from gettext import NullTranslations, translation
from importlib.resources import as_file, files

from app.foundation.settings import settings

DOMAIN = "messages"


@cache
def translations() -> NullTranslations:
    """The catalogue of the site's language; English stands in the code itself."""
    with as_file(files("app") / "locales") as folder:
        return translation(DOMAIN, folder, [settings().language], fallback=True)


def gettext(sentence: str) -> str:
    return str(translations().gettext(sentence))


def ngettext(one: str, many: str, count: int) -> str:
    return str(translations().ngettext(one, many, count))


def day_in_full(day: date) -> str:
    """A day that is named: 6 December 2026."""
    from babel.dates import format_date  # noqa: PLC0415  (of no use to the pages that are read most)

    return format_date(day, "long", locale=settings().language)
