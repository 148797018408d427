"""Keyset cursors of the desk: opaque outside, a few plain values inside."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

from app.desk.queue import Place
from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.moderation.models import Tier

MOST = 2**31 - 1
LONGEST = 200
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_ID = re.compile(r"[0-9a-z]{1,32}")


def of_case(place: Place | None) -> str | None:
    """The cursor of the next page; None if there is none."""
    if place is None:
        return None
    times = [at.astimezone(UTC).isoformat() for at in (place.opened_at, place.seen_at)]
    return packed([place.rank, place.case_id, *times])


def case(cursor: str) -> Place | None:
    """Where the last page of a queue ended. Raises Unfit for a cursor that is not ours."""
    if not cursor:
        return None
    match unpacked(cursor):
        case [int(rank), str(last_id), str(opened_at), str(seen_at)] if 0 <= rank < len(Tier) and _ID.fullmatch(
            last_id
        ):
            return Place(rank, _time(opened_at), last_id, _time(seen_at))
    raise not_ours()


def _time(told: str) -> datetime:
    try:
        found = datetime.fromisoformat(told).astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise not_ours() from wrong
    if not EARLIEST <= found <= LATEST:
        raise not_ours()
    return found


def of_entry(chain: str, number: int) -> str:
    return packed([chain, number])


def entry(cursor: str) -> tuple[str, int] | None:
    """Where the last page of the log ended. Raises Unfit for a cursor that is not ours."""
    if not cursor:
        return None
    match unpacked(cursor):
        case [str(chain), int(number)] if 0 <= number <= MOST and _ID.fullmatch(chain):
            return chain, number
    raise not_ours()


def packed(values: list[Any]) -> str:
    return urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def unpacked(cursor: str) -> Any:
    try:
        return json.loads(urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as wrong:
        raise not_ours() from wrong


def not_ours() -> Unfit:
    return Unfit(_("This cursor is not one of ours."), {"after": _("Take it from “next”.")})
