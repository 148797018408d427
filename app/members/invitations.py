"""Invitations: a role somebody may take, once, by whoever has the code."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.foundation.errors import Unfit
from app.foundation.ids import new_id
from app.foundation.language import gettext as _
from app.foundation.sealing import digest
from app.foundation.times import today
from app.members import queries
from app.members.keyring import Waiting
from app.members.models import Invitation, Role


def invite(db: Session, role: Role, group_id: str, days: int) -> str:
    """A one-time code for a role in a group. Only the code itself is ever shown; its hash is kept."""
    code = new_id()
    db.add(Invitation(code_hash=digest(code), role=role, group_id=group_id, expires_day=today() + timedelta(days=days)))
    db.flush()
    return code


def redeemed(db: Session, code: str) -> Waiting:
    """Use an invitation up. Raises Unfit if it cannot be used."""
    found = queries.invitation(db, code.strip(), today())
    if found is None:
        sentence = _("This invitation cannot be used. It may have been taken already, or it is too old.")
        raise Unfit(sentence, {"invitation": sentence})
    db.delete(found)
    return Waiting(found.group_id, found.role.value)
