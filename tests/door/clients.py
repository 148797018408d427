"""Clients that no browser is: they send bytes as they like, and read when they like."""

import re
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.conftest import Running

HEARD = 65_536


@dataclass(frozen=True)
class Heard:
    """What came back until the other side closed, and how long that took."""

    bytes: bytes
    seconds: float
    was_closed: bool

    @property
    def status(self) -> int:
        found = re.match(rb"HTTP/1\.1 (\d{3}) ", self.bytes)
        return int(found[1]) if found else 0

    @property
    def headers(self) -> dict[str, str]:
        head = self.bytes.partition(b"\r\n\r\n")[0].decode("latin-1")
        return {n.lower(): v for n, _colon, v in (line.partition(": ") for line in head.split("\r\n")[1:])}


class Raw:
    """One connection."""

    def __init__(self, hearth: Running, *, receive_buffer: int = 0) -> None:
        address = urlsplit(hearth.url)
        self.host = f"Host: {address.netloc}\r\n".encode()
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect((str(address.hostname), int(address.port or 0)))
        self.begun = time.monotonic()

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_fault: object) -> None:
        self.socket.close()

    def say(self, *pieces: bytes, pause: float = 0.0) -> "Raw":
        """Send piece after piece, until the other side wants no more."""
        with suppress(OSError):
            for piece in pieces:
                self.socket.sendall(piece)
                if pause:
                    time.sleep(pause)  # the slowness is what is tried
        return self

    def trickle(self, many: Iterable[int], pause: float) -> "Raw":
        return self.say(*(bytes([one]) for one in many), pause=pause)

    def head(self, request: str, *more: str) -> bytes:
        lines = "".join(f"{line}\r\n" for line in more)
        return f"{request} HTTP/1.1\r\n".encode() + self.host + lines.encode("latin-1") + b"\r\n"

    def listen(self, seconds: float) -> Heard:
        """Read until the other side closes, for at most so long."""
        heard, closed = b"", False
        until = time.monotonic() + seconds
        while not closed and (left := until - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                piece = self.socket.recv(HEARD)
            except TimeoutError:
                break
            except OSError:
                piece = b""
            heard, closed = heard + piece, not piece
        return Heard(heard, time.monotonic() - self.begun, closed)
