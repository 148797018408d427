"""Keyset cursors of the desk: opaque outside, a few plain values inside."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.moderation.models import Case, Tier

LONGEST = 200
MOST = 2**31 - 1
_ID = re.compile(r"[0-9a-z]{1,32}")


def of_case(case: Case) -> str:
    return packed([list(Tier).index(case.tier), case.opened_at.astimezone(UTC).isoformat(), case.id])


def case(cursor: str) -> tuple[int, datetime, str] | None:
    """Where the last page of a queue ended. Raises Unfit for a cursor that is not ours."""
    if not cursor:
        return None
    match unpacked(cursor):
        case [int(tier), str(opened_at), str(last_id)] if 0 <= tier < len(Tier) and _ID.fullmatch(last_id):
            try:
                return tier, datetime.fromisoformat(opened_at).astimezone(UTC), last_id
            except (ValueError, OverflowError) as wrong:
                raise not_ours() from wrong
    raise not_ours()


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
