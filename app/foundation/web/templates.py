"""Pages drawn from templates/, with what every page needs."""

import hashlib
import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import Request
from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.responses import HTMLResponse

from app.foundation.kept import Kept
from app.foundation.language import day_in_full, gettext, ngettext
from app.foundation.settings import settings
from app.foundation.site import site
from app.foundation.times import now, this_hour
from app.foundation.web import outward
from app.foundation.web.drawing import Drawing
from app.foundation.web.transaction import house

MIB = 1024 * 1024
TEMPLATES = Path(__file__).parents[3] / "templates"
STATIC_FILES = Path(__file__).parents[2] / "static"


@dataclass(frozen=True, slots=True)
class Me:
    """What a page knows of whoever reads it."""

    is_staff: bool
    unread: int
    csrf: str
    """A masking of the session's secret, new for each answer (A-16)."""


def page(request: Request, template: str, /, status_code: int = 200, **context: Any) -> HTMLResponse:
    """Draw a page. `me` is whoever `members.deps` found at the door."""
    chosen = house(request).settings
    shown = {
        "me": getattr(request.state, "me", None),
        "lang": chosen.language,
        "site_name": chosen.site_name,
        "site": site(),
        "staffed": site().staffed or chosen.staffed,
        "came_in": bool(request.cookies),
        "unguarded": not chosen.desk_guards,
        **context,
    }
    return HTMLResponse(_environment().get_template(template).render(shown), status_code)


def drawn(template: str, **context: Any) -> str:
    """A page that leaves this site as a file: it knows no request, and nothing of the site is around it."""
    with outward.straight():
        return _environment().get_template(template).render({"lang": settings().language, **context})


MARK = secrets.token_hex(16)
"""Stands where something new goes into a page that was drawn before. Made anew by each process, so that nobody can write it."""


class Drawn(NamedTuple):
    """A page in pieces: between them goes what is new in each answer, by its name."""

    pieces: tuple[bytes, ...]
    between: tuple[str, ...]


@cache
def _drawn() -> Kept[Drawn]:
    return Kept(settings().page_cache_mib * MIB // 2, lambda drawn: sum(map(len, drawn.pieces)))


def page_again(request: Request, template: str, fresh: Mapping[str, str], /, **context: Hashable) -> HTMLResponse:
    """Like `page`, for pages that are asked for again and again: the same context gives the same page, so it is drawn once.

    Everything the page depends on stands in `context`, by value, and is the key by which it is found: two readers get the
    same bytes only if all that their pages are made of is the same. `fresh` is what differs in each answer: it is put in
    by name, as is the token against forged requests.
    """
    me: Me | None = getattr(request.state, "me", None)
    fresh = {**fresh, "csrf": me.csrf if me else ""}
    key = (
        template,
        this_hour(),
        me and (me.is_staff, me.unread),
        bool(request.cookies),
        site(),
        frozenset(context.items()),
    )
    drawn = _drawn().get(key)
    if drawn is None:
        request.state.me = me and Me(me.is_staff, me.unread, _mark("csrf"))
        marks = {name: _mark(name) for name in fresh if name != "csrf"}
        body = bytes(page_once(request, template, marks, **context).body)
        parts = re.split(rb"\[%s ([a-z]+)\]" % MARK.encode(), body)
        drawn = _drawn().keep(key, Drawn(tuple(parts[::2]), tuple(name.decode() for name in parts[1::2])))
    between = [fresh[name].encode() for name in drawn.between] + [b""]
    return HTMLResponse(b"".join(part for pair in zip(drawn.pieces, between, strict=True) for part in pair))


def page_once(request: Request, template: str, fresh: Mapping[str, str], /, **context: Any) -> HTMLResponse:
    """The same page for somebody of whom something must be known: it is drawn for them alone."""
    shown: dict[str, Any] = {**context, **fresh}
    return page(request, template, 200, **shown)


def _mark(name: str) -> str:
    return f"[{MARK} {name}]"


@cache
def macro(template: str, name: str) -> Callable[..., Markup]:
    """A macro of a template, to draw a piece of a page by itself. It knows no request."""
    found: Callable[..., Markup] = getattr(_environment().get_template(template).module, name)
    return found


@cache
def _environment() -> Drawing:
    made = Drawing(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals["static"] = static
    made.globals["led_through_us"] = outward.led_through_us
    made.filters["ago"] = ago
    made.filters["iso"] = datetime.isoformat
    made.filters["day"] = day_in_words
    made.filters["in_full"] = day_in_full
    made.filters["on"] = day_written
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


def day_written(day: date) -> str:
    """A day with its month and year, for what is kept for long."""
    from babel.dates import format_date  # noqa: PLC0415  (of no use to the pages that are read most)

    return format_date(day, "d MMMM y", locale=settings().language)


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
