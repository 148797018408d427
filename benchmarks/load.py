"""A client that costs little: one connection, one request after the other, on a socket."""

import socket
from urllib.parse import urlsplit

HEAD_END = b"\r\n\r\n"
READ_BYTES = 256 * 1024


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
