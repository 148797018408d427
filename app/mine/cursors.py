"""Keyset cursors over several memberships: a day or hour, and an id."""

from collections.abc import Sequence
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


def rest(ids: Sequence[str], after: str) -> Sequence[str]:
    """What comes after this one in a list; all of it after none. Raises Unfit for one that does not stand there."""
    if after and after not in ids:
        raise _strange()
    return ids[ids.index(after) + 1 :] if after else ids


def _split(cursor: str, shape: str) -> tuple[datetime, str] | None:
    if not cursor:
        return None
    at, _dash, last_id = cursor.partition("-")
    try:
        return datetime.strptime(at, shape).replace(tzinfo=UTC), last_id
    except ValueError as wrong:
        raise _strange() from wrong


def _strange() -> Unfit:
    return Unfit(_("This cursor is not one of ours."), {"after": _("Take it from “next”.")})
