"""Tickets: proof that a form was fetched, and when. Signed, with an age; single use is a row (members)."""

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner

from app.foundation.errors import Unfit
from app.foundation.ids import new_id
from app.foundation.language import gettext as _
from app.foundation.times import now

SECONDS_AN_HOUR = 3600


def issue(signing_key: bytes, purpose: str) -> str:
    """A fresh ticket for one form."""
    return _signer(signing_key, purpose).sign(new_id()).decode()


def read(signing_key: bytes, purpose: str, ticket: str, hours: int) -> tuple[str, int]:
    """The ticket's id and its age in seconds. Raises Unfit for one that is not ours, or too old."""
    try:
        ticket_id, at = _signer(signing_key, purpose).unsign(
            ticket, max_age=hours * SECONDS_AN_HOUR, return_timestamp=True
        )
    except SignatureExpired as old:
        raise Unfit(_("This page was open for very long. Please send it once more."), {"ticket": "expired"}) from old
    except BadSignature as wrong:
        raise Unfit(_("This page could not be recognised. Please send it once more."), {"ticket": "unknown"}) from wrong
    return ticket_id.decode(), max(0, int((now() - at).total_seconds()))


def _signer(signing_key: bytes, purpose: str) -> TimestampSigner:
    return TimestampSigner(signing_key, salt=f"ticket {purpose}")
