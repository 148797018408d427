"""What a request may bring along: a body that is not too large (O-3)."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY_BYTES = 256 * 1024
MOST_DIGITS = 12


class Bodies:
    """ASGI middleware. A body that is too large is refused without reading the rest. Starlette has a limit of its
    own, but answers in a bare line of English; this one is answered like every other refusal."""

    def __init__(self, app: ASGIApp, most_bytes: int = MOST_BODY_BYTES) -> None:
        self.app = app
        self.most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_too_large = self._is_too_large(Headers(scope=scope).get("content-length", ""))
        read = 0

        async def counted() -> Message:
            nonlocal read
            if is_too_large:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.most_bytes:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self.app(scope, counted, send)

    def _is_too_large(self, declared: str) -> bool:
        return len(declared) > MOST_DIGITS or (declared.isdecimal() and int(declared) > self.most_bytes)
