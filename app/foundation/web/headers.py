"""The same headers on every answer, whatever made it (W-7, W-8, P-2, P-3)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
EVERYWHERE = {
    "content-security-policy": CSP,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}
NOT_FOUND_BY_ROBOTS = "noindex, nofollow, noarchive, nosnippet, noai"
FRONT_DOOR = "/"
STATIC = "/static/"
HSTS = "max-age=63072000; includeSubDomains"
FOR_EVER = "public, max-age=31536000, immutable"
Line = tuple[bytes, bytes]
"""A header as ASGI has it, its name in small letters."""


class Headers:
    """ASGI middleware. `no-store` on all but static files, which never change under their name."""

    def __init__(
        self, app: ASGIApp, is_https: bool, fault: Callable[[Request, Exception], Awaitable[Response]]
    ) -> None:
        self.app = app
        self.is_https = is_https
        self.fault = fault
        always = everywhere(is_https)
        self._of_pages = _lines(always)
        self._of_front_door = _lines(always, "x-robots-tag")
        self._of_files = _lines({**always, "cache-control": FOR_EVER}, "etag", "last-modified")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = self._completed(message.get("headers", ()), scope["path"], message["status"])
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except ClientDisconnect:
            return  # whoever asked has gone: nobody to answer, and nothing that is our fault
        except Exception as wrong:
            # Starlette would answer this further out, where no headers are added.
            if not started:
                answer = await self.fault(Request(scope), wrong)
                await answer(scope, receive, send_with_headers)
            raise

    def _completed(self, own: Iterable[Line], path: str, status: int) -> list[Line]:
        is_file = path.startswith(STATIC) and status in (200, 304)
        always, without = self._of_files if is_file else self._of_front_door if path == FRONT_DOOR else self._of_pages
        return [line for line in own if line[0] not in without] + always


def _lines(headers: Mapping[str, str], *without: str) -> tuple[list[Line], frozenset[bytes]]:
    """As they are sent, and the names that an answer's own headers may not bring."""
    sent = {name: value for name, value in headers.items() if name not in without}
    return [(n.encode(), v.encode()) for n, v in sent.items()], frozenset(n.encode() for n in (*headers, *without))


def everywhere(is_https: bool) -> dict[str, str]:
    """What every answer carries, also those that no application gives."""
    always = {**EVERYWHERE, "cache-control": "no-store", "x-robots-tag": NOT_FOUND_BY_ROBOTS}
    return {**always, "strict-transport-security": HSTS} if is_https else always
