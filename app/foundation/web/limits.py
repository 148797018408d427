"""How much one place, and one member, may ask of Hearth (docs/limits.md has every number). Who comes too fast waits a
little first and is refused only then: behind one address may be a whole school (R-4)."""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

import anyio
from fastapi import Request

from app.foundation.errors import TooMany
from app.foundation.language import gettext as _
from app.foundation.settings import Settings
from app.foundation.web.buckets import DAY_SECONDS, Buckets, Pace, Places

BURST_KEY_SECONDS = 600
PATIENCE_SECONDS = 4
"""So long a request waits for its turn before it is told to come again."""
MOST_WAITING = 200
"""So many requests wait for their turn; more are told to come again at once."""


class Door(StrEnum):
    """What is counted by the address it is asked from."""

    ANYTHING = "anything"
    SIGN_UP = "sign-up"
    SIGN_IN = "sign-in"
    RECOVERY = "recovery"
    NOTICE = "notice"


PACES = {
    Door.ANYTHING: Pace(at_once=2_000, an_hour=72_000),
    Door.SIGN_UP: Pace(at_once=20, an_hour=60),
    Door.SIGN_IN: Pace(at_once=300, an_hour=1_200),
    Door.RECOVERY: Pace(at_once=30, an_hour=60),
    Door.NOTICE: Pace(at_once=10, an_hour=30),
}
PAGES = Pace(at_once=300, an_hour=300)
"""What one place opens: 600 pages in any hour, whoever opens them, pages and calls together (P-6)."""
AHEAD = Pace(at_once=600, an_hour=3_600)
"""How often one place has words looked at while they are written: no more than a hand rests."""


class Limits:
    """What this process remembers of who came how often. It is in memory alone and goes with it."""

    def __init__(self, settings: Settings) -> None:
        self._is_on = settings.rate_limits
        # Behind a proxy that is not named, every request comes from the proxy: its address says nothing of who asks.
        self.knows_addresses = bool(settings.trusted_proxies) or not settings.is_https
        self._places = {
            door: Places(pace, BURST_KEY_SECONDS if door is Door.ANYTHING else DAY_SECONDS)
            for door, pace in PACES.items()
        }
        self._pages, self._ahead = Buckets(PAGES), Buckets(AHEAD)
        self.waiting = 0
        self.refused = dict.fromkeys([*Door, "pages", "ahead"], 0)

    def ask(self, door: Door, request: Request) -> float:
        """Seconds until this request's address may do this; 0 for now, and then it is counted."""
        if not self._is_on or not self.knows_addresses or request.client is None:
            return 0.0
        return self._places[door].take(request.client.host)

    def must_pass(self, door: Door, request: Request) -> None:
        """Raises TooMany while this address has to wait."""
        wait = self.ask(door, request)
        if wait:
            self._refuse(door, wait)

    async def turn(self, door: Door, request: Request) -> None:
        """Wait until it is this request's turn. Holds no thread and no transaction. Raises TooMany if that is too long."""
        while wait := self.ask(door, request):
            if wait > PATIENCE_SECONDS or self.waiting >= MOST_WAITING:
                self._refuse(door, wait)
            async with self.aside(request):
                await anyio.sleep(wait)

    @asynccontextmanager
    async def aside(self, request: Request) -> AsyncIterator[None]:
        """While somebody waits here, their place among the requests in work is another's."""
        slot = request.scope.get(SLOT)
        self.waiting += 1
        if slot:
            slot.leave()
        try:
            yield
        finally:
            self.waiting -= 1
            if slot:
                slot.take()

    def open_page(self, account_id: str) -> None:
        """One more page for the place that is open. Raises TooMany beyond what anybody reads."""
        wait = self._pages.take(account_id) if self._is_on else 0.0
        if wait:
            self.refused["pages"] += 1
            raise TooMany(
                _(
                    "You have opened very many pages in an hour. They are all still here: take a breath, "
                    "and go on in a little while."
                ),
                math.ceil(wait),
            )

    def look_ahead(self, account_id: str) -> None:
        """Words are looked at while they are written. Raises TooMany for more than one hand writes."""
        wait = self._ahead.take(account_id) if self._is_on else 0.0
        if wait:
            self.refused["ahead"] += 1
            raise TooMany(
                _("Your words are still here. They are looked over again in a little while."), math.ceil(wait)
            )

    def _refuse(self, door: Door, wait: float) -> None:
        self.refused[door] += 1
        raise TooMany(
            _("Very much is asked from where you are just now. Nothing is lost. Please try again in a little while."),
            math.ceil(wait),
        )


SLOT = "hearth.slot"
"""Where a request's scope keeps its place among those in work."""
