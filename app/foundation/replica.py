"""A streaming replica of the same PostgreSQL, read where nobody can tell the difference (docs/decisions/0010)."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.eyes import Eyes

AWAY_SECONDS = 10
"""How long a replica that failed is left alone; then one request asks whether it is back."""
NOW = text("SELECT pg_current_wal_flush_lsn()::text, system_identifier FROM pg_control_system()")
"""How far the primary has come: whatever anybody was told is saved stands before this place in its journal."""
IS_THERE = text(
    "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= CAST(:place AS pg_lsn) AND system_identifier = :cluster"
    " FROM pg_control_system()"
)
Seen = TypeVar("Seen")
log = logging.getLogger("hearth")


class Replica:
    """One replica as one process knows it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._away_until = 0.0

    def look(self, eyes: Eyes, look: Callable[[Eyes], Seen]) -> Seen:
        """What `look` finds on the replica if that has everything the primary has at this moment, and answers; else on
        the primary, by `eyes`. `look` only reads, and may be called again."""
        if not self._may_be_asked():
            return look(eyes)
        place, cluster = eyes.connection().execute(NOW).one()
        try:
            with Eyes(self.engine) as beside:
                if beside.connection().scalar(IS_THERE, {"place": place, "cluster": cluster}):
                    found = look(beside)
                    self._away_until = 0.0
                    return found
        except SQLAlchemyError:
            log.warning("the replica does not answer")
            self._away_until = monotonic() + AWAY_SECONDS
        return look(eyes)

    def _may_be_asked(self) -> bool:
        if not self._away_until:
            return True
        if monotonic() < self._away_until:
            return False
        self._away_until = monotonic() + AWAY_SECONDS
        return True
