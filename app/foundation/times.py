"""Times as coarse as they are allowed to be (SECURITY.md, "Order without time"). All of them UTC."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta

STAMP_MINUTES = 5
"""How finely a session's last use is kept."""


_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    return _moment.get() or datetime.now(UTC)


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Inside this block it is `moment`, for what asks here, and nowhere else in the process.

    For a made-up past alone: only the demo may use it (tests/house/test_clock.py). Rows that are never changed later
    get their days right at once.
    """
    before = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(before)


def this_hour() -> datetime:
    return now().replace(minute=0, second=0, microsecond=0)


def today() -> date:
    return now().date()


def this_month() -> date:
    return today().replace(day=1)


def stamp() -> datetime:
    """Now, cut to five minutes."""
    at = now().replace(second=0, microsecond=0)
    return at - timedelta(minutes=at.minute % STAMP_MINUTES)
