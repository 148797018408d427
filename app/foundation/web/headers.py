"""The same headers on every answer, whatever made it (W-7, W-8, P-2, P-3)."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
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


class Headers:
    """ASGI middleware. `no-store` on all but static files, which never change under their name."""

    def __init__(
        self, app: ASGIApp, is_https: bool, fault: Callable[[Request, Exception], Awaitable[Response]]
    ) -> None:
        self.app = app
        self.is_https = is_https
        self.fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._complete(MutableHeaders(scope=message), scope["path"], message["status"])
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

    def _complete(self, headers: MutableHeaders, path: str, status: int) -> None:
        is_file = path.startswith(STATIC) and status in (200, 304)
        for name, value in everywhere(self.is_https).items():
            headers[name] = value
        if is_file:
            headers["cache-control"] = FOR_EVER
            del headers["etag"], headers["last-modified"]
        if path == FRONT_DOOR:
            del headers["x-robots-tag"]


def everywhere(is_https: bool) -> dict[str, str]:
    """What every answer carries, also those that no application gives."""
    always = {**EVERYWHERE, "cache-control": "no-store", "x-robots-tag": NOT_FOUND_BY_ROBOTS}
    return {**always, "strict-transport-security": HSTS} if is_https else always
