"""What somebody wrote on a good day, for a bad one. Sealed: only they can open it, until they give it along with words."""

from sqlalchemy.orm import Session

from app.care.forms import WishesForm
from app.foundation.eyes import Connected
from app.members import private
from app.members.member import AnyReader, Member

KIND = "wishes"


def wishes_of(db: Connected, member: AnyReader) -> WishesForm | None:
    """One's own wishes; None if there are none."""
    held = private.settings_of(db, member, KIND)
    return WishesForm(**held) if any(held.values()) else None


def keep(db: Session, member: Member, form: WishesForm) -> None:
    private.keep_settings(db, member, KIND, form.model_dump())


def drop(db: Session, member: Member) -> None:
    """Throw one's wishes away. What was given along with words before is with those words."""
    drawer = member.keyring.drawer(KIND)
    if drawer:
        private.drop(db, drawer, private.SETTINGS_ID)
