"""The connection itself: uvicorn's own protocol, with a deadline and a bound on everything a client may do slowly or
without end (SECURITY.md, finding 8; O-1, O-3, O-8)."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from starlette.responses import Response
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from app.foundation.settings import settings
from app.foundation.web import hosts, refusals
from app.foundation.web.bodies import MOST_BODY_BYTES
from app.foundation.web.parting import Parting, until_read
from app.foundation.web.timer import Timer

MOST_HEAD_BYTES = 16 * 1024
MOST_URL_BYTES = 4 * 1024
MOST_RAW_BYTES = 8 * MOST_BODY_BYTES
"""Of a body as it travels: in chunks of one byte it is six times as long, and what is around the chunks has no end."""
LENGTHS = frozenset({b"content-length", b"transfer-encoding"})
MOST_AHEAD = 4
"""So many requests may be sent before the first is answered. uvicorn would queue them without end; no browser sends any."""
LINGER_SECONDS = 2
"""How long a refused client may go on sending into the void, so that the answer reaches it."""
MOST_LINGER_BYTES = 1024 * 1024
STREAM_ENDS_SECONDS = 1
BODY_ENDS_SECONDS = 3
"""When Hearth stops: how long a begun stream, and a half-sent request, may still take."""
EVICTED_SHARE = 20
"""One in so many connections gives way when there are too many: those first that have waited longest."""

when_stopping: list[Callable[[], None]] = []
"""What a serving process does when the first connection is told that it stops."""
at_the_gate: list[Callable[[bytes, bytes], Response | None]] = []
"""What a request is answered by its method and address, if anything, before an application is asked."""


class Wire(HttpToolsProtocol):
    """One connection. It is either sending its head (or idle), sending its body, or being answered."""

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any], _loop: Any = None) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._set = settings()
        self._is_in_head, self._is_in_body, self._is_refused = True, False, False
        self._told: Response | None = None
        self._part_bytes = self._ignored = 0
        self._since = self.loop.time()
        self._deadline, self._unread = Timer(self.loop), Timer(self.loop)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._deadline.set(self._set.head_seconds, self._too_slow)
        if len(self.connections) > self._set.most_connections and not self._make_room():
            self._refuse(503)

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.stop()
        self._unread.stop()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            self._ignored += len(data)
            if self._ignored > MOST_LINGER_BYTES:
                self.transport.abort()
            return
        if not self._deadline.is_set and self._is_in_head and self._is_answered:
            self._deadline.set(self._set.head_seconds, self._too_slow)
        while data and not self._is_refused and self.parser:
            room = MOST_HEAD_BYTES - self._part_bytes if self._is_in_head else len(data)
            piece, data = data[:room], data[room:]
            self._part_bytes += len(piece)
            super().data_received(piece)
            if self._part_bytes >= (MOST_HEAD_BYTES if self._is_in_head else MOST_RAW_BYTES) and not self._is_refused:
                self._refuse(431 if self._is_in_head else 413)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        if not self._is_refused:
            self._refuse(400)

    def _unsupported_upgrade_warning(self) -> None:
        """Not worth a line of the log: anybody may send that header."""

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MOST_URL_BYTES and not self._is_refused:
            self._refuse(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._is_in_body:
            super().on_header(name, value)
        elif not self._is_refused:
            self._refuse(400)  # a trailer: nothing here reads one

    def on_headers_complete(self) -> None:
        if self._is_refused:
            return
        self._is_in_head, self._is_in_body, self._part_bytes = False, True, 0
        if not self._is_answered and len(self.pipeline) >= MOST_AHEAD:
            self._drop()
            return
        refused = hosts.unwanted(self.headers, self.url, self._set)
        met = (ask(self.parser.get_method(), self.url) for ask in at_the_gate)
        no_room = None if refused else next(filter(None, met), None)
        self._since = self.loop.time()
        self._deadline.set(self._set.body_seconds, self._too_slow)
        if no_room and self._can_be_told():
            self._told = no_room
            return
        if refused or no_room:
            self._refuse(refused, no_room)
            return
        has_body = any(name in LENGTHS for name, _value in self.headers)
        self.app = until_read(self.config.loaded_app) if has_body else self.config.loaded_app
        super().on_headers_complete()
        if has_body:
            self.cycle.transport = cast(asyncio.Transport, Parting(self.transport, self.part))

    def on_body(self, body: bytes) -> None:
        if not (self._is_refused or self._told):
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._is_refused:
            return
        self._is_in_head, self._is_in_body, self._part_bytes = True, False, 0
        self._deadline.stop()
        if self._told:
            self._tell(self._told)
        else:
            super().on_message_complete()

    def part(self) -> None:
        """Close after an answer; gently, while the client still sends."""
        is_unread = self.cycle.more_body and not self.transport.is_closing()
        (self._hang_up if is_unread else self.transport.close)()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._since = self.loop.time()
        if self.transport.get_write_buffer_size():
            self._read_within()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._read_within()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._unread.stop()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._read_within()

    def shutdown(self) -> None:
        """The server stops: nothing new, and nobody may hold it back."""
        self.pipeline.clear()
        super().shutdown()
        for act in when_stopping:
            act()
        self._read_within()
        if self._is_answered:
            return
        in_body, streaming = (BODY_ENDS_SECONDS, self._too_slow), (STREAM_ENDS_SECONDS, self._end_stream)
        self._deadline.set(*(in_body if self._is_in_body else streaming))

    @property
    def _is_answered(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _make_room(self) -> bool:
        """Let those go that hold a connection and send nothing whole, the longest first. False if there are none."""
        others = [c for c in cast("set[Wire]", self.connections) if c is not self]
        waiting = [c for c in others if not c._is_refused and (c._is_in_body or c._is_answered)]
        waiting.sort(key=lambda c: (c._is_in_body, c._since))
        leaving = waiting[: max(1, self._set.most_connections // EVICTED_SHARE)]
        for connection in leaving:
            connection._drop()
        return bool(leaving)

    def _too_slow(self) -> None:
        if self._is_in_head and not self._part_bytes:
            self.transport.close()  # never said a word: browsers open connections ahead of need
        else:
            self._refuse(408)

    def _end_stream(self) -> None:
        """An answer that has begun and does not end is a stream of events: it is told that its listener is gone."""
        if self.cycle.response_started and not self.cycle.response_complete:
            self._leave_alone()
            self.transport.close()

    def _can_be_told(self) -> bool:
        """Whether an answer from here can be followed by the next request: nothing is being answered, all was taken."""
        is_alone = self._is_answered and not self.expect_100_continue and not self.transport.get_write_buffer_size()
        return is_alone and self.parser.should_keep_alive()

    def _tell(self, said: Response) -> None:
        """There is no room now. The connection stays: another costs more than the answer, and the next try may go well."""
        self._told = None
        self.transport.write(refusals.again(self.server_state.default_headers, self._set, said))
        self._since = self.loop.time()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _refuse(self, status: int, said: Response | None = None) -> None:
        """Answer here, as no application can, and take nothing more from this client."""
        self._is_refused = True
        has_begun = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        self._leave_alone()
        if has_begun or self.transport.is_closing():
            self._drop()
            return
        self.transport.write(refusals.bare(status, self.server_state.default_headers, self._set, said))
        self._hang_up()

    def _drop(self) -> None:
        """No answer could be understood any more."""
        self._is_refused = True
        self.pipeline.clear()
        self._leave_alone()
        self.transport.abort()

    def _leave_alone(self) -> None:
        """Whoever still works on this connection's request learns that nobody waits for the answer."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()

    def _hang_up(self) -> None:
        """Say no more, and hear a little while, so that what was said arrives before the connection breaks: a socket
        closed on bytes nobody read takes the answer with it."""
        self._is_refused = True
        self._unset_keepalive_if_required()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._deadline.set(LINGER_SECONDS, self.transport.abort)

    def _read_within(self) -> None:
        """What was answered must be taken in time, or the connection breaks."""
        if not self._unread.is_set:
            self._unread.set(self._set.answer_seconds, self._not_read)

    def _not_read(self) -> None:
        if self.transport.get_write_buffer_size():
            self.transport.abort()
