"""Times as coarse as they are allowed to be (SECURITY.md, "Order without time"). All of them UTC."""

from datetime import UTC, date, datetime, timedelta

STAMP_MINUTES = 5
"""How finely a session's last use is kept."""


def now() -> datetime:
    return datetime.now(UTC)


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
