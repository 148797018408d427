"""Closing a group, and opening it again."""

from sqlalchemy.orm import Session

from app.foundation.errors import Conflict, Forbidden
from app.foundation.language import gettext as _
from app.groups.models import Group
from app.log import actions as log
from app.members.member import DESK
from app.members.models import Membership


def close(db: Session, staff: Membership | None, group: Group, *, closed: bool = True) -> Group:
    """Close a group, or open a closed one again. Nothing in it is deleted: whoever joined can still read, take their
    words back and leave; nobody else finds it, nobody joins, and nothing new is written. What waits is still decided.

    Raises Conflict if it stands so already, Forbidden for the desk.
    """
    if group.id == DESK:
        raise Forbidden(_("The desk stays open: somebody must be there."))
    db.refresh(group, with_for_update=True)
    if group.is_closed is closed:
        raise Conflict(_("This group is closed already.") if closed else _("This group is open already."))
    group.is_closed = closed
    group.activity += 1
    act = "group.closed" if closed else "group.reopened"
    log.write(db, act, group_id=group.id, by=staff.id if staff else None, subject=f"group:{group.id}")
    return group
