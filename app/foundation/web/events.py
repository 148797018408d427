"""Server-sent events: an answer that stays open, and holds neither a thread nor a database session while it waits."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.foundation.live import Listener, Live

RETRY_MILLISECONDS = 3000
SLOW_SECONDS = 10
"""A reader who takes nothing for so long is let go: the few kilobytes on their way are all that is kept for anybody.
They come back with the number of the last event they got."""
UNSURE_SECONDS = 25
"""A stream whose session could not be looked at for so long ends (within 30 s of its session, CONTRACT.md)."""
STILL_HERE = b":\n\n"
MEDIA_TYPE = "text/event-stream"
Look = Callable[[], Awaitable[list[bytes] | None]]


def event(kind: str, data: str, last_id: str = "") -> bytes:
    """One event. `data` is one line."""
    return (f"id: {last_id}\n" if last_id else "").encode() + f"event: {kind}\ndata: {data}\n\n".encode()


class Stream(Response):
    """Sends what `look` finds, whenever the listener is woken and every `seconds`; ends when it returns None."""

    media_type = MEDIA_TYPE

    def __init__(self, live: Live, listener: Listener, look: Look, seconds: float) -> None:
        self.live, self.listener, self.look, self.seconds = live, listener, look, seconds
        super().__init__(headers={"x-accel-buffering": "no"})
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        self.live.join(self.listener)
        gone = asyncio.create_task(self._until_gone(receive))
        try:
            async with asyncio.timeout(None) as slow:
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                await self._send(send, slow, f"retry: {RETRY_MILLISECONDS}\n\n".encode())
                await self._go_on(send, slow)
                if self.listener.is_displaced:
                    await self._send(send, slow, event("elsewhere", "{}"))
                await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            return
        finally:
            gone.cancel()
            self.live.leave(self.listener)

    async def _go_on(self, send: Send, slow: asyncio.Timeout) -> None:
        looked = monotonic()
        while not self.listener.is_over:
            try:
                news = await self.look()
                looked = monotonic()
            except SQLAlchemyError:
                news = [] if monotonic() - looked < UNSURE_SECONDS else None
            if news is None:
                return
            await self._send(send, slow, b"".join(news) or STILL_HERE)
            await self.listener.wait(self.seconds)

    async def _send(self, send: Send, slow: asyncio.Timeout, body: bytes) -> None:
        slow.reschedule(asyncio.get_running_loop().time() + SLOW_SECONDS)
        await send({"type": "http.response.body", "body": body, "more_body": True})
        slow.reschedule(None)

    async def _until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.listener.end()
