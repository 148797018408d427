"""Straight to the doors that are asked most: past FastAPI's rooms and dependencies, which cost a tenth of what such a page
does (docs/decisions/0014-the-fast-lane.md). Everything before them is as for every other door."""

import re
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Answer = Callable[[Request], Awaitable[Response | None]]
StraightDoor = tuple[str, str, Answer]
"""Method, address with gaps in braces, and who answers."""
GAP = re.compile(r"\{([a-z_]+)\}")


class Straight:
    """ASGI middleware, the innermost. A door here stands in a room, too; it is called with one piece of the address in each gap,
    and answers None for what the room's own door should see. What it raises is answered as everywhere."""

    def __init__(self, app: ASGIApp, doors: Sequence[StraightDoor]) -> None:
        self.app = app
        self._doors: dict[str, list[tuple[re.Pattern[str], Answer]]] = {}
        for method, address, answer in doors:
            self._doors.setdefault(method, []).append((_pattern(address), answer))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for pattern, answer in self._doors.get(scope["method"], ()):
                found = pattern.fullmatch(scope["path"])
                if found:
                    scope["path_params"] = found.groupdict()
                    response = await _answered(answer, Request(scope, receive, send))
                    if response is None:
                        break
                    await response(scope, receive, send)
                    return
        await self.app(scope, receive, send)


async def _answered(answer: Answer, request: Request) -> Response | None:
    """What the door says, or what is said of what it raises. Raises what nobody has an answer to."""
    try:
        return await answer(request)
    except Exception as wrong:
        told = (request.app.exception_handlers.get(kind) for kind in type(wrong).__mro__ if kind is not Exception)
        handler = next(filter(None, told), None)
        if handler is None:
            raise
        refusal: Response = await handler(request, wrong)
        return refusal


def _pattern(address: str) -> re.Pattern[str]:
    return re.compile(GAP.sub(r"(?P<\1>[^/]+)", address))
