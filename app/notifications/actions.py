"""Telling somebody something, in the transaction of what happened."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.foundation import live
from app.members.actions import change_keyring
from app.members.keyring import Keyring
from app.members.member import Member
from app.members.models import Membership
from app.notifications.models import Notice, NoticeKind


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
    number = db.scalar(
        update(Membership)
        .where(Membership.id == membership_id)
        .values(last_notice=Membership.last_notice + 1)
        .returning(Membership.last_notice)
    )
    if number is None:
        return
    db.add(Notice(group_id=group_id, membership_id=membership_id, number=number, kind=kind, story_id=story_id,
                  reply_id=reply_id, decision_id=decision_id))  # fmt: skip
    db.flush()
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


def forget_member(db: Session, membership_id: str) -> None:
    """Take back all that one membership was told: nobody comes to read it."""
    db.execute(delete(Notice).where(Notice.membership_id == membership_id))
