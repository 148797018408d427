"""What the lab does by itself each night."""

from app.foundation.home import Home
from app.lab.actions import step_in


def watch(home: Home) -> int:
    """Put on trial what people overturned too often; how many rules that were, with those about danger that ask for a look."""
    with home.database.writing() as db:
        count = step_in(db)
        db.commit()
    return count
