"""Each minute: whoever came on duty meanwhile hears what waits of danger."""

from sqlalchemy.orm import Session

from app.care import actions, queries
from app.foundation.home import Home
from app.moderation.models import Case


def alert_due(home: Home) -> int:
    """Tell those on duty of open urgent cases that they were not told of. How many cases that were."""
    with home.database.reading() as db:
        is_needed = any(_unheard(db, case) for case in db.scalars(queries.urgent_cases()))
    if not is_needed:
        return 0
    with home.database.writing() as db:
        found = [
            case
            for case in db.scalars(queries.urgent_cases())
            if (whom := _unheard(db, case)) and actions.tell(db, case, whom)
        ]
        db.commit()
    return len(found)


def _unheard(db: Session, case: Case) -> list[str]:
    return queries.unheard(db, case, actions.whom_to_alert(db, case))
