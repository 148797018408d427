"""Keyset cursors over several memberships: a day or hour, and an id."""

from datetime import UTC, date, datetime

from app.foundation.errors import Unfit
from app.foundation.language import gettext as _


def of(at: date | datetime, last_id: str) -> str:
    """`at` as YYYYMMDD or YYYYMMDDHH, then the id."""
    return f"{at.strftime('%Y%m%d%H' if isinstance(at, datetime) else '%Y%m%d')}-{last_id}"


def hour(cursor: str) -> tuple[datetime, str] | None:
    found = _split(cursor, "%Y%m%d%H")
    return (found[0].replace(tzinfo=UTC), found[1]) if found else None


def day(cursor: str) -> tuple[date, str] | None:
    found = _split(cursor, "%Y%m%d")
    return (found[0].date(), found[1]) if found else None


def _split(cursor: str, shape: str) -> tuple[datetime, str] | None:
    if not cursor:
        return None
    at, _dash, last_id = cursor.partition("-")
    try:
        return datetime.strptime(at, shape).replace(tzinfo=UTC), last_id
    except ValueError as wrong:
        raise Unfit(_("This cursor is not one of ours."), {"after": _("Take it from “next”.")}) from wrong
