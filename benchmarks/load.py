"""Clients that cost little: one connection, one request after the other, on a socket; and many that only listen."""

import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

HEAD_END = b"\r\n\r\n"
READ_BYTES = 256 * 1024
EVENT = b"event: replies"
HEARD_SECONDS = 20


class Client:
    """HTTP/1.1 over one kept connection, enough for a server that sends Content-Length."""

    def __init__(self, url: str, cookie: str = "") -> None:
        where = urlsplit(url)
        self._socket = socket.create_connection((where.hostname, where.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = where.netloc
        self._cookie = f"Cookie: {cookie}\r\n" if cookie else ""
        self._rest = b""

    def get(self, path: str, more: str = "") -> tuple[int, bytes]:
        """Status and body; `more` are further header lines."""
        return self._ask(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n{self._cookie}{more}\r\n".encode())

    def post(self, path: str, body: bytes, more: str = "") -> tuple[int, bytes]:
        """`body` is JSON, `more` further header lines."""
        return self._send("POST", path, body, more)

    def put(self, path: str, body: bytes, more: str = "") -> tuple[int, bytes]:
        return self._send("PUT", path, body, more)

    def _send(self, method: str, path: str, body: bytes, more: str) -> tuple[int, bytes]:
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{self._cookie}{more}Content-Type: application/json\r\n"
        )
        return self._ask(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def _ask(self, request: bytes) -> tuple[int, bytes]:
        self._socket.sendall(request)
        got = self._rest
        while HEAD_END not in got:
            got += self._read()
        head, _end, body = got.partition(HEAD_END)
        status = int(head[9:12])
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        parts, have = [body], len(body)
        while have < length:
            parts.append(self._read())
            have += len(parts[-1])
        whole = b"".join(parts)
        self._rest = whole[length:]
        return status, whole[:length]

    def _read(self) -> bytes:
        got = self._socket.recv(READ_BYTES)
        if not got:
            raise ConnectionError("The server closed the connection.")
        return got


class Streams:
    """Open streams of events, and how many events came out of them."""

    def __init__(self, connections: list[socket.socket]) -> None:
        self.heard = 0
        self._connections = connections
        self._is_over = threading.Event()
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def wait_for(self, count: int) -> None:
        """Raises TimeoutError if so many events did not come in time."""
        until = time.monotonic() + HEARD_SECONDS
        while self.heard < count:
            if time.monotonic() > until:
                raise TimeoutError(f"{self.heard} of {count} events came.")
            time.sleep(0.0005)

    def close(self) -> None:
        self._is_over.set()
        self._listening.join()
        for connection in self._connections:
            connection.close()

    def _listen(self) -> None:
        with selectors.DefaultSelector() as waiting:
            for connection in self._connections:
                waiting.register(connection, selectors.EVENT_READ)
            while not self._is_over.is_set():
                for key, _events in waiting.select(timeout=0.2):
                    assert isinstance(key.fileobj, socket.socket)  # noqa: S101
                    self.heard += key.fileobj.recv(READ_BYTES).count(EVENT)


@contextmanager
def streams(url: str, path: str, more: str, count: int) -> Iterator[Streams]:
    """So many connections on which a stream has begun; `more` are header lines."""
    where = urlsplit(url)
    connections = []
    for _one in range(count):
        connection = socket.create_connection((where.hostname, where.port))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\n{more}\r\n".encode())
        began = connection.recv(READ_BYTES)
        if not began.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(began[:200].decode("latin-1"))
        connections.append(connection)
    listening = Streams(connections)
    try:
        yield listening
    finally:
        listening.close()
