"""The gate before all rooms: so many requests at once and no more, the rest are told at once to come again (O-5);
what somebody in need must reach goes past every queue (O-6)."""

import asyncio
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.foundation.errors import Busy, NotFound, Refusal, TooMany
from app.foundation.language import gettext as _
from app.foundation.web import wire
from app.foundation.web.limits import SLOT, Door, Limits
from app.foundation.web.transaction import READING

ALWAYS = frozenset({"/help-now", "/leave", "/bye", "/healthz", "/metrics", "/robots.txt"})
"""Doors that need no database and no thread."""
FILES = "/static/"
WRITES_SHARE = 2
"""Typed words have places of their own, half as many as pages: pages never take theirs, and however many write, reading goes
on. SQLite writes one after the other; those behind would only wait to be told so (O-5)."""
API = "/api/"
STREAM = "text/event-stream"
KINDS = {
    "api": "api",
    "static": "static",
    "help-now": "help",
    "metrics": "metrics",
    "healthz": "health",
    "readyz": "health",
}
STEPS_SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)

Refuse = Callable[[Request, Refusal], Awaitable[Response]]
Figure = tuple[str, str, float]
"""Name, what it is, and how much."""


class Traffic:
    """What went through this process: numbers, by kinds of pages, of nobody in particular."""

    def __init__(self) -> None:
        self.reading = 0
        self.writing = 0
        self.streams = 0
        self.answers: Counter[tuple[str, str]] = Counter()
        self.took: Counter[float] = Counter()
        self.took_seconds = 0.0
        self.shed = 0

    @property
    def in_work(self) -> int:
        return self.reading + self.writing

    def answered(self, path: str, status: int, seconds: float) -> None:
        kind = KINDS.get(path.split("/")[1], "page")
        self.answers[kind, f"{status // 100}xx"] += 1
        self.took[(*STEPS_SECONDS, float("inf"))[bisect_left(STEPS_SECONDS, seconds)]] += 1
        self.took_seconds += seconds


class Slot:
    """One request's place among those in work. A stream gives it back when it begins, a waiting one while it waits."""

    def __init__(self, traffic: Traffic, *, writes: bool) -> None:
        self._traffic = traffic
        self._writes = writes
        self._is_taken = False

    def take(self) -> None:
        if not self._is_taken:
            self._is_taken = True
            self._count(1)

    def leave(self) -> None:
        if self._is_taken:
            self._is_taken = False
            self._count(-1)

    def _count(self, one: int) -> None:
        if self._writes:
            self._traffic.writing += one
        else:
            self._traffic.reading += one


class Gate:
    """ASGI middleware. `refuse` answers a refusal as every other one is answered, with the typed words in it."""

    def __init__(self, app: ASGIApp, traffic: Traffic, limits: Limits, most_requests: int, refuse: Refuse) -> None:
        self.app = app
        self.traffic = traffic
        self.limits = limits
        self.most_requests = most_requests
        self.refuse = refuse
        self._said: dict[bool, Response] = {}
        self._coming = Counter[bool]()
        wire.at_the_gate[:] = [self.no_room]

    def no_room(self, method: bytes, address: bytes) -> Response | None:
        """What a request that only reads is told when there is no room for it, and what a program is. Nobody's own thing is
        in it, so it is made once: saying it must cost next to nothing, or those sent away take the time of those who are
        served (O-5). Who posted a form has words in it that come back; they are answered by the application."""
        path = address.partition(b"?")[0].decode("latin-1")
        reads, is_api = method == b"GET", path.startswith(API)
        if not (reads or is_api) or _goes_past(path):
            return None
        if self._has_room(reads=reads, coming=self._coming[reads]):
            self._let_come(reads=reads)
            return None
        said = self._said.get(is_api)
        if said:
            self.traffic.shed += 1
            self.traffic.answered(path, said.status_code, 0.0)
        return said

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        watched = _Watched(self.traffic, Slot(self.traffic, writes=scope["method"] not in READING), scope, send)
        try:
            await self._let_in(scope, receive, watched)
        finally:
            watched.done()

    async def _let_in(self, scope: Scope, receive: Receive, watched: "_Watched") -> None:
        request = Request(scope, receive)
        if not _goes_past(scope["path"]):
            refusal = _unreadable(scope) or self._full(request) or await self._too_fast(request)
            if refusal:
                is_said_again = isinstance(refusal, Busy) and request.method == "GET"
                answer = await self.refuse(_nobodys(request) if is_said_again else request, refusal)
                if is_said_again:
                    self._said.setdefault(scope["path"].startswith(API), answer)
                await answer(scope, receive, watched.send)
                return
            watched.slot.take()
            scope[SLOT] = watched.slot
        await self.app(scope, receive, watched.send)

    def _full(self, request: Request) -> Refusal | None:
        if self._has_room(reads=request.method in READING):
            return None
        self.traffic.shed += 1
        return Busy(_("Many people are here right now. Please try again in a few seconds."))

    def _has_room(self, *, reads: bool, coming: int = 0) -> bool:
        most = self.most_requests if reads else max(1, self.most_requests // WRITES_SHARE)
        return (self.traffic.reading if reads else self.traffic.writing) + coming < most

    def _let_come(self, *, reads: bool) -> None:
        """Those who come in one turn of the loop take their places in the next: until then they are counted here, or all of
        a crowd would find the same place free, and be sent away the longer way."""
        if not self._coming:
            asyncio.get_running_loop().call_soon(self._coming.clear)
        self._coming[reads] += 1

    async def _too_fast(self, request: Request) -> Refusal | None:
        try:
            await self.limits.turn(Door.ANYTHING, request)
        except TooMany as refusal:
            return refusal
        return None


def _nobodys(request: Request) -> Request:
    """The same, as of somebody who was never here."""
    known = [(name, value) for name, value in request.scope["headers"] if name != b"cookie"]
    return Request({**request.scope, "headers": known})


def _goes_past(path: str) -> bool:
    return path in ALWAYS or path.startswith(FILES)


def _unreadable(scope: Scope) -> Refusal | None:
    """Refuse an address with a NUL in it: no id has one, and PostgreSQL cannot even look for it."""
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        return NotFound(_("There is nothing here, or it is not yours to see."))
    return None


class _Watched:
    """One request on its way through: what was answered, and how long it took."""

    def __init__(self, traffic: Traffic, slot: Slot, scope: Scope, send: Send) -> None:
        self.slot = slot
        self._traffic = traffic
        self._path = scope["path"]
        self._send = send
        self._begun = time.monotonic()
        self._status = 0
        self._is_stream = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            kinds = [value for name, value in message.get("headers", ()) if name == b"content-type"]
            if kinds and kinds[0].startswith(STREAM.encode()):
                self._is_stream = True
                self._traffic.streams += 1
                self.slot.leave()
        await self._send(message)

    def done(self) -> None:
        self.slot.leave()
        if self._is_stream:
            self._traffic.streams -= 1
        # A stream lasts as long as somebody listens, which says nothing of how fast Hearth is.
        seconds = 0.0 if self._is_stream else time.monotonic() - self._begun
        self._traffic.answered(self._path, self._status or 500, seconds)
