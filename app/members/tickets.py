"""Sign-up tickets: a minute to read what this is, and one place a ticket (SECURITY.md, R-5, R-6)."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.foundation.sealing import digest
from app.foundation.times import now
from app.foundation.web import tickets
from app.foundation.web.transaction import House
from app.members import queries
from app.members.models import Ticket

PURPOSE = "sign-up"


def issue(home: House) -> str:
    return tickets.issue(home.keys.signing, PURPOSE)


def seconds_left(home: House, ticket: str) -> int:
    """How long this ticket still has to wait. Raises Unfit for one that is not ours or too old."""
    if not home.settings.signup_challenge:
        return 0
    _id, age = tickets.read(home.keys.signing, PURPOSE, ticket, home.settings.ticket_hours)
    return max(0, home.settings.signup_wait_seconds - age)


def must_be_ripe(home: House, ticket: str) -> None:
    """Raise Unfit if the ticket is young, old, or not ours. Asks no database, so it comes before what costs much."""
    left = seconds_left(home, ticket)
    if left:
        sentence = _("Your place is kept. You can go on in %(left)s seconds.") % {"left": left}
        raise Unfit(sentence, {"challenge": sentence})


def spend(db: Session, home: House, ticket: str) -> None:
    """Use the ticket up. Raises Unfit if it is young, old, not ours, or was used."""
    if not home.settings.signup_challenge:
        return
    must_be_ripe(home, ticket)
    ticket_id, _age = tickets.read(home.keys.signing, PURPOSE, ticket, home.settings.ticket_hours)
    if queries.ticket_used(db, digest(ticket_id)):
        sentence = _("This page was sent before. Begin anew to open another place.")
        raise Unfit(sentence, {"challenge": sentence})
    expires = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=home.settings.ticket_hours + 1)
    db.add(Ticket(id_hash=digest(ticket_id), expires_at=expires))
    db.flush()
