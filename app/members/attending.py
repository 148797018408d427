"""A session that only listens: looked at anew each time, and never noted as used, or an open page would keep it alive."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends
from sqlalchemy.orm import Session

from app.foundation.errors import SignedOut
from app.foundation.language import gettext as _
from app.foundation.web.transaction import House, HouseDep
from app.members.cookies import cookie
from app.members.deps import bearer_token, reader_of
from app.members.member import Reader, Stands

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Attendance:
    """Whoever holds this token, for as long as it opens anything."""

    home: House
    token: str

    def see(self, look: Callable[[Session, Reader[Stands]], Seen]) -> Seen | None:
        """What `look` finds for them, in a short transaction of its own. None once the session is over."""
        with self.home.database.reading() as db:
            return self.see_by(db, look)

    def see_by(self, db: Session, look: Callable[[Session, Reader[Stands]], Seen]) -> Seen | None:
        """The same, by a session that is open. Who they are is found anew each time, and forgotten."""
        reader = reader_of(self.home, db, self.token)
        return look(db, reader) if reader else None


def by_cookie(home: HouseDep, token: Annotated[str, Depends(cookie)]) -> Attendance:
    """The guard of a page's stream."""
    return _attendance(home, token)


def by_token(home: HouseDep, token: Annotated[str, Depends(bearer_token)]) -> Attendance:
    """The guard of a program's stream."""
    return _attendance(home, token)


def _attendance(home: House, token: str) -> Attendance:
    found = Attendance(home, token)
    if not found.see(lambda _db, _reader: True):
        raise SignedOut(_("You were signed out meanwhile. Sign in, and go on."))
    return found


PageAttendance = Annotated[Attendance, Depends(by_cookie)]
ApiAttendance = Annotated[Attendance, Depends(by_token)]
