"""Who stands at a quick door and what they see: in one thread, or in none (docs/decisions/0014-the-fast-lane.md)."""

from collections.abc import Callable, Coroutine
from functools import partial
from time import monotonic
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response

from app.foundation.errors import SignedOut
from app.foundation.eyes import Eyes, NotAtHandError
from app.foundation.language import gettext as _
from app.foundation.web.doors import Door
from app.foundation.web.transaction import house
from app.members import sessions
from app.members.cookies import cookie_name
from app.members.deps import bearer_token, known_as, note_use, reading_as, sat
from app.members.member import Reader, Stands


class Seeing:
    """The pages that are read most: who reads and what they see, in one thread, on one connection and from few tuples,
    without a tree of dependencies around it (docs/decisions/0014-the-fast-lane.md)."""

    def __init__(self, request: Request, token: str | None = None, *, ahead: bool = False) -> None:
        """`ahead`: somebody writes, and their words are looked at as they come: that is no page they open."""
        self.request = request
        self.home = house(request)
        self._count = self.home.limits.look_ahead if ahead else self.home.limits.open_page
        self.token = request.cookies.get(cookie_name(self.home), "") if token is None else token
        self._is_counted = False

    async def at_once(self, draw: Callable[[Eyes, Reader[Stands] | None], Response]) -> Response:
        """Like `anybody`, and without a thread where nothing has to be waited for: `draw` says so to its eyes before it asks
        for more than what it asks each time, and may be called again."""
        at_once, address = self.home.at_once, self.request.scope["path"]
        if self._is_alone() and at_once.may(self.token, address):
            began = monotonic()
            try:
                return self._see(draw, only_at_hand=True)
            except NotAtHandError:
                pass
            finally:
                at_once.took(monotonic() - began)
        answer = await self.anybody(draw)
        at_once.note(self.token, address)
        return answer

    def _is_alone(self) -> bool:
        """Whether this is the only request in work."""
        return bool(self.request.app.state.traffic.in_work == 1)

    async def member(self, draw: Callable[[Eyes, Reader[Stands]], Response]) -> Response:
        """The page as `draw` makes it for the member whose cookie this is. Raises SignedOut if there is none."""

        return await self.home.quick.do(partial(self._see, signed_in_alone(draw)))

    async def anybody(self, draw: Callable[[Eyes, Reader[Stands] | None], Response]) -> Response:
        """Like `member`, for a page that is open to all."""
        return await self.home.quick.do(partial(self._see, draw))

    def _see(self, draw: Callable[[Eyes, Reader[Stands] | None], Response], *, only_at_hand: bool = False) -> Response:
        with self.home.database.looking() as here:
            here.only_at_hand = only_at_hand
            found = sat(self.home, here, self.token)
            if found is None:
                return self.home.database.look(here, lambda eyes: draw(eyes, None))
            seat, opened, _session_key = found
            used = sessions.touched(seat, opened.times, opened.account_key)
            if used:
                here.ask_for_more()
            if not self._is_counted:
                self._count(seat.account_id)
                self._is_counted = True
            reader = reading_as(self.home, here, found)
            self.request.state.me, self.request.state.powers = known_as(reader), reader.powers
            answer = self.home.database.look(here, lambda eyes: draw(eyes, reader))
        if used:
            note_use(self.home, seat, used)
        return answer


def signed_in_alone(
    draw: Callable[[Eyes, Reader[Stands]], Response],
) -> Callable[[Eyes, Reader[Stands] | None], Response]:
    """`draw` for members alone. Raises SignedOut where nobody is signed in."""

    def seen(eyes: Eyes, reader: Reader[Stands] | None) -> Response:
        if reader is None:
            raise SignedOut(_("You were signed out meanwhile. Sign in, and go on."))
        return draw(eyes, reader)

    return seen


async def seeing(request: Request) -> Seeing:
    """The guard of the quick doors: nothing is shown but by what it gives."""
    return Seeing(request)


async def seeing_by_token(request: Request, token: Annotated[str, Depends(bearer_token)]) -> Seeing:
    """The same for programs, who show a token."""
    return Seeing(request, token)


SeeingDep = Annotated[Seeing, Depends(seeing)]
ApiSeeingDep = Annotated[Seeing, Depends(seeing_by_token)]


class TokenFirst(Door):
    """A door whose calls have a body: who shows no good token is told that, not what is wrong with the body. Looked at again
    only where something is wrong, so that nobody is looked at twice."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answered = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await answered(request)
            except RequestValidationError:
                token = await bearer_token(request.headers.get("authorization", ""))
                await Seeing(request, token).member(lambda _db, _reader: Response())
                raise

        return answer
