"""The answer to a request with a body, which may be ready before the body is there."""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope


def until_read(app: ASGIApp) -> Any:
    """The application, for a request with a body. If it answers before the body is whole, this is the last answer of the
    connection, and says so: nobody reads the rest."""

    async def answer(scope: Scope, receive: Receive, send: Any) -> None:
        cycle = send.__self__

        async def parting(message: Message) -> None:
            if message["type"] == "http.response.start" and cycle.more_body:
                cycle.keep_alive = False
            await send(message)

        await app(scope, receive, parting)

    return answer


class Parting:
    """What such an answer is written to: the connection, except that it ends in another way."""

    def __init__(self, transport: asyncio.Transport, end: Callable[[], None]) -> None:
        self.write, self.is_closing, self.close = transport.write, transport.is_closing, end
