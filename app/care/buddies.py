"""Two moderators who look out for each other, and what they write down for each other alone.

What one of them writes is sealed under a drawer that both keyrings hold. On its way from the one who asked to the one who
agrees it lies under the server's key; once it has arrived, the server has nothing that opens it.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.care import queries
from app.care.models import Buddy, Debrief
from app.foundation.db import hold
from app.foundation.errors import BrokenSeal, Conflict, Unfit
from app.foundation.ids import new_id
from app.foundation.language import gettext as _
from app.foundation.sealing import pad, seal, unpad, unseal
from app.members.actions import change_keyring
from app.members.keyring import Drawer, Keyring
from app.members.member import Member
from app.members.models import Membership
from app.notifications import actions as notifications
from app.notifications.models import NoticeKind

OWN, SHARED = "debrief", "buddy"
"""Kinds of drawers: what one writes while one has no buddy, and what the two of them share."""
DEBRIEF_BYTES = (4 * 1024, 16 * 1024)
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was written down. `tag` and `id` are where it lies."""

    tag: str
    id: str
    words: str
    by: str
    day: date
    is_own: bool


def buddy_row(db: Session, seat: Membership) -> Buddy | None:
    """What there is between this seat and another: asked, being asked, or agreed."""
    of = or_(Buddy.membership_id == seat.id, Buddy.buddy_membership_id == seat.id)
    return db.scalars(select(Buddy).where(of).order_by(Buddy.sealed_drawer.is_not(None), Buddy.membership_id)).first()


def buddy_of(db: Session, seat: Membership) -> str | None:
    """The membership that is this seat's buddy by agreement."""
    row = buddy_row(db, seat)
    if row is None or not row.is_agreed:
        return None
    return row.buddy_membership_id if row.membership_id == seat.id else row.membership_id


def ask(db: Session, member: Member, seat: Membership, whom: str) -> None:
    """Ask another moderator to be one's buddy. Raises Unfit for somebody who is none, Conflict for who has one."""
    if whom not in queries.everybody(db, seat.group_id) or member.owns(whom):
        raise Unfit(_("Something needs another look."), {"whom": _("Choose one of those offered.")})
    hold(db, "buddies")
    other = db.get_one(Membership, whom)
    if buddy_row(db, seat) or buddy_row(db, other):
        raise Conflict(_("One of you has a buddy already, or was asked by somebody."))
    drawer = Drawer()
    change_keyring(db, member, lambda keyring: keyring.drawers.__setitem__(SHARED, drawer))
    sealed = seal(member.keys.sealing, json.dumps(asdict(drawer)).encode(), _place(seat.id, whom))
    db.add(Buddy(membership_id=seat.id, group_id=seat.group_id, buddy_membership_id=whom, sealed_drawer=sealed))
    db.flush()
    notifications.tell(db, whom, other.group_id, NoticeKind.BUDDY)


def agree(db: Session, member: Member, seat: Membership) -> None:
    """Be the buddy of who asked. Raises Conflict if nobody did."""
    hold(db, "buddies")
    row = buddy_row(db, seat)
    if row is None or row.sealed_drawer is None or row.buddy_membership_id != seat.id:
        raise Conflict(_("Nobody asks you any more."))
    opened = Drawer(**json.loads(unseal(member.keys.sealing, row.sealed_drawer, _place(row.membership_id, seat.id))))

    def taken(keyring: Keyring) -> None:
        keyring.drawers[SHARED] = opened

    change_keyring(db, member, taken)
    row.sealed_drawer = None


def part(db: Session, seat: Membership) -> None:
    """No longer be buddies, or no longer ask, or not agree. Nobody needs to say why."""
    db.execute(delete(Buddy).where(or_(Buddy.membership_id == seat.id, Buddy.buddy_membership_id == seat.id)))


def _place(asks: str, whom: str) -> str:
    return f"buddies {asks} {whom}"


def write_down(db: Session, member: Member, seat: Membership, words: str) -> None:
    """Put something down: for one's buddy to read, or for oneself while one has none."""
    kind = SHARED if buddy_of(db, seat) and member.keyring.drawer(SHARED) else OWN

    def made(keyring: Keyring) -> Drawer:
        return keyring.drawers.setdefault(kind, Drawer())

    drawer = member.keyring.drawer(kind) or change_keyring(db, member, made)
    entry_id = new_id()
    plain = pad(json.dumps({"words": words, "by": seat.persona}).encode("utf-8", "surrogatepass"), DEBRIEF_BYTES)
    db.add(Debrief(tag=drawer.tag, id=entry_id, sealed=seal(_key(drawer), plain, _bound(drawer.tag, entry_id))))


def entries(db: Session, member: Member) -> list[Entry]:
    """What one can read: one's own, and what one shares with a buddy, newest day first."""
    own = {m.persona for m in member.memberships}
    drawers = {d.tag: d for kind in (OWN, SHARED) if (d := member.keyring.drawer(kind))}
    rows = db.scalars(
        select(Debrief).where(Debrief.tag.in_(drawers)).order_by(Debrief.day.desc(), Debrief.id).limit(MOST_SHOWN)
    )
    found = list[Entry]()
    for row in rows:
        try:
            held = json.loads(unpad(unseal(_key(drawers[row.tag]), row.sealed, _bound(row.tag, row.id))))
        except BrokenSeal:
            continue
        found.append(Entry(row.tag, row.id, held["words"], held["by"], row.day, held["by"] in own))
    return found


def throw_away(db: Session, member: Member, entry_id: str) -> None:
    """Something one wrote down oneself."""
    for entry in entries(db, member):
        if entry.id == entry_id and entry.is_own:
            db.execute(delete(Debrief).where(Debrief.tag == entry.tag, Debrief.id == entry.id))


def _key(drawer: Drawer) -> bytes:
    return bytes.fromhex(drawer.key)


def _bound(tag: str, entry_id: str) -> str:
    return f"debrief {tag} {entry_id}"
