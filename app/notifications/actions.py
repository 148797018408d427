"""Telling somebody something, in the transaction of what happened."""

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from app.foundation import live
from app.foundation.ids import new_id
from app.foundation.prepared import Prepared, insertion, table
from app.foundation.times import today
from app.members.actions import change_keyring
from app.members.keyring import Keyring
from app.members.member import Member
from app.members.models import Membership
from app.notifications.models import Notice, NoticeKind

_MEMBERSHIPS = table(Membership)
_COUNT_ON = Prepared(
    update(_MEMBERSHIPS)
    .where(_MEMBERSHIPS.c.id == bindparam("membership_id"))
    .values(last_notice=_MEMBERSHIPS.c.last_notice + 1)
    .returning(_MEMBERSHIPS.c.last_notice)
)
_NOTICE = insertion(Notice)


def tell(
    db: Session,
    membership_id: str,
    group_id: str,
    kind: NoticeKind,
    *,
    story_id: str | None = None,
    reply_id: str | None = None,
    decision_id: str | None = None,
) -> None:
    """Add a notice to one membership."""
    db.flush()
    connection = db.connection()
    counted = _COUNT_ON.first(connection, membership_id=membership_id)
    if counted is None:
        return
    (number,) = counted
    _NOTICE.run(
        connection, id=new_id(), group_id=group_id, membership_id=membership_id, number=number, kind=kind, story_id=story_id,
        reply_id=reply_id, decision_id=decision_id, day=today(),
    )  # fmt: skip
    live.raised(db, membership_id, number)


def mark_read(db: Session, member: Member) -> None:
    """All notices up to now are read. Kept in the keyring: a column would say when somebody was here."""
    newest = {m.id: m.last_notice for m in member.memberships}

    def read(keyring: Keyring) -> None:
        for claim in keyring.claims:
            claim.read_notices = max(claim.read_notices, newest.get(claim.membership_id, 0))

    change_keyring(db, member, read)


def forget(db: Session, *, story_id: str = "", reply_id: str = "") -> None:
    """Take back what was told about words that are gone."""
    about = Notice.story_id == story_id if story_id else Notice.reply_id == reply_id
    db.execute(delete(Notice).where(about))


def forget_some(db: Session, membership_id: str, limit: int) -> int:
    """Take back at most `limit` things that one membership was told: nobody comes to read them. How many that were."""
    told = select(Notice.id).where(Notice.membership_id == membership_id).order_by(Notice.id).limit(limit)
    return len(db.scalars(delete(Notice).where(Notice.id.in_(told)).returning(Notice.id)).all())
