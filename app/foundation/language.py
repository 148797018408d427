"""Hearth's own sentences in the site's language (gettext)."""

from datetime import date
from functools import cache
from importlib.resources import as_file, files

from babel.dates import format_date
from babel.support import NullTranslations, Translations

from app.foundation.settings import settings

DOMAIN = "messages"


@cache
def translations() -> NullTranslations:
    """The catalogue of the site's language; English stands in the code itself."""
    with as_file(files("app") / "locales") as folder:
        return Translations.load(folder, [settings().language], DOMAIN)


def gettext(sentence: str) -> str:
    return str(translations().gettext(sentence))


def ngettext(one: str, many: str, count: int) -> str:
    return str(translations().ngettext(one, many, count))


def day_in_full(day: date) -> str:
    """A day that is named: 6 December 2026."""
    return format_date(day, "long", locale=settings().language)
