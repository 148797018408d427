"""Pages drawn from templates/, with what every page needs."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from app.foundation.language import gettext, ngettext
from app.foundation.times import now
from app.foundation.web.csrf import masked
from app.foundation.web.transaction import house

TEMPLATES = Path(__file__).parents[3] / "templates"
STATIC_FILES = Path(__file__).parents[2] / "static"


@dataclass(frozen=True, slots=True)
class Me:
    """What a page knows of whoever reads it."""

    is_staff: bool
    unread: int
    csrf_secret: bytes

    @property
    def csrf(self) -> str:
        return masked(self.csrf_secret)


def page(request: Request, template: str, /, status_code: int = 200, **context: Any) -> HTMLResponse:
    """Draw a page. `me` is whoever `members.deps` found at the door."""
    settings = house(request).settings
    shown = {
        "me": getattr(request.state, "me", None),
        "lang": settings.language,
        "site_name": settings.site_name,
        "staffed": settings.staffed,
        **context,
    }
    return HTMLResponse(_environment().get_template(template).render(shown), status_code)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals["static"] = static
    made.filters["ago"] = ago
    made.filters["day"] = day_in_words
    return made


@cache
def static(name: str) -> str:
    """The address of a static file: its contents are in its name, so it can be kept for ever."""
    mark = hashlib.sha256((STATIC_FILES / name).read_bytes()).hexdigest()[:16]
    return f"/static/{mark}/{name}"


def ago(hour: datetime) -> str:
    """An hour in words, no finer than it is kept."""
    hours = int((now() - hour.astimezone(UTC)).total_seconds() // 3600)
    if hours < 1:
        return gettext("in the last hour")
    if hours < 20:
        return ngettext("about an hour ago", "about %(num)s hours ago", hours) % {"num": hours}
    return day_in_words(hour.date())


def day_in_words(day: date) -> str:
    days = (now().date() - day).days
    if days < 1:
        return gettext("today")
    if days < 7:
        return ngettext("yesterday", "%(num)s days ago", days) % {"num": days}
    if days < 56:
        weeks = days // 7
        return ngettext("a week ago", "%(num)s weeks ago", weeks) % {"num": weeks}
    return ngettext("a month ago", "%(num)s months ago", days // 30) % {"num": days // 30}
