"""Keyset cursors of the stream of appeals."""

from datetime import date

from app.appeals.models import Appeal
from app.desk.appeal_queries import Place, place_of
from app.desk.cursors import not_ours, packed, unpacked


def of(one: Appeal) -> str:
    urgent, due, last_id = place_of(one)
    return packed([urgent, due.isoformat(), last_id])


def read(cursor: str) -> Place | None:
    """Where the last page ended. Raises Unfit for a cursor that is not ours."""
    if not cursor:
        return None
    match unpacked(cursor):
        case [0 | 1 as urgent, str(due), str(last_id)]:
            try:
                return int(urgent), date.fromisoformat(due), last_id
            except ValueError as wrong:
                raise not_ours() from wrong
    raise not_ours()
