"""A door that stays open for the desk: who waits hears at once that somebody may be in danger (docs/decisions/0009)."""

import json

from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.desk import phrases, queue, showing
from app.foundation.errors import NotFound, SignedOut
from app.foundation.language import gettext as _
from app.foundation.live import Listener
from app.foundation.sealing import mac
from app.foundation.web.doors import Doors
from app.foundation.web.events import Stream, event
from app.members.attending import PageAttendance
from app.members.member import Reader, Stands
from app.stories.fates import URGENT_NEWS

for_people = Doors()


@for_people.get("/desk/events")
def watch(who: PageAttendance) -> Response:
    """How many cases wait in which somebody may be in danger, and by which marks a page knows them again; anew whenever
    that changes. It ends as soon as somebody is no moderator any more."""
    owner = who.see(_owner)
    if owner is None:
        raise SignedOut(_("You were signed out meanwhile. Sign in, and go on."))
    # Each call is news: how far it got is not counted, so nothing that is stored says how many there were.
    listener, told = Listener(owner, {URGENT_NEWS: 0}), list[str]()
    database, live = who.home.database, who.home.database.live

    def look(db: Session, reader: Reader[Stands]) -> list[bytes] | None:
        if not reader.is_staff:
            return None
        said = _state(db, reader)
        if told == [said]:
            return []
        told[:] = [said]
        return [event("message", said)]

    async def looked() -> list[bytes] | None:
        found: list[bytes] | None = await live.looks.found(database.reading, lambda db: who.see_by(db, look))
        return found

    return Stream(live, listener, looked, who.home.settings.events_check_seconds)


def _owner(_db: Session, reader: Reader[Stands]) -> str:
    if not reader.is_staff:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return mac(bytes.fromhex(reader.keyring.person_secret), "listens")


def _state(db: Session, reader: Reader[Stands]) -> str:
    waiting = queue.urgent(db, reader)
    return json.dumps({"known": list(map(showing.mark_of, waiting)), "said": phrases.alarm(len(waiting))})
