"""A bad line between Hearth and its database: what goes through it can be slowed, held up or cut."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from tests.security.postgres import free_port

CHUNK = 65536


class Proxy:
    """Passes bytes on to a port of this machine. The settings hold from the moment they are changed."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, free_port()
        self.delay_seconds = 0.0
        self.is_silent = False
        """Takes bytes and passes none on: a line that is dead without a word."""
        self.refuses = False
        self.watches: Callable[[bytes], bool] | None = None
        """Asked about each piece from Hearth; True cuts the line right after passing it on."""
        self._ways: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", self.port), self._loop).result(
            10
        )

    def cut(self) -> None:
        """End every connection, without a goodbye."""
        self._loop.call_soon_threadsafe(self._cut)

    def close(self) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _cut(self) -> None:
        for way in self._ways:
            way.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuses:
            writer.transport.abort()
            return
        try:
            there_reader, there = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._ways |= {writer, there}
        with suppress(OSError):
            await asyncio.gather(self._pass(reader, there, watched=True), self._pass(there_reader, writer))
        self._ways -= {writer, there}
        writer.transport.abort()
        there.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, watched: bool = False) -> None:
        while piece := await reader.read(CHUNK):
            if self.delay_seconds:
                await asyncio.sleep(self.delay_seconds)
            if self.is_silent:
                continue
            writer.write(piece)
            await writer.drain()
            if watched and self.watches and self.watches(piece):
                self._cut()
        writer.transport.abort()
