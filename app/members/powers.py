"""Which of a person's staff roles are awake in this session: confirmed with a second factor, and not long ago."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

FRESH_MINUTES = 5
"""What opens sealed material or hands out a role wants a confirmation no older than this (I-11, I-14)."""


@dataclass(slots=True)
class Powers:
    """Staff roles sleep until they are confirmed, and fall asleep again long before the session ends."""

    confirmed: Mapping[str, datetime] | None = None
    """When each staff membership was confirmed in this session. None: nobody asks (HEARTH_DESK_GUARDS=off)."""
    at: datetime | None = None
    awake_for: timedelta = timedelta()
    missing: str = ""
    """The group of a role that was wanted in this request and sleeps: that, and nothing else, was in the way."""

    def awake(self, membership_id: str) -> bool:
        return self._within(membership_id, self.awake_for)

    def fresh(self, membership_id: str) -> bool:
        return self._within(membership_id, timedelta(minutes=FRESH_MINUTES))

    def until(self, membership_id: str) -> datetime | None:
        """When the role falls asleep; None if it sleeps, or nobody asks."""
        confirmed = (self.confirmed or {}).get(membership_id)
        return confirmed + self.awake_for if confirmed and self.awake(membership_id) else None

    def _within(self, membership_id: str, time: timedelta) -> bool:
        """A clock that was set back lengthens nothing by more than the time itself."""
        if self.confirmed is None or self.at is None:
            return self.confirmed is None
        confirmed = self.confirmed.get(membership_id)
        return confirmed is not None and abs(self.at - confirmed) < time
