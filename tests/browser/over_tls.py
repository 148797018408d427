"""HTTPS in front of a Hearth that speaks HTTP, and a neutral site to end on: with a certificate made on the spot."""

import datetime
import http.server
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
BITE = 65536
NEUTRAL = "Rain before noon"


def certificate(folder: Path) -> ssl.SSLContext:
    """A server's TLS for 127.0.0.1, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "tls.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    return tls


class Tunnel:
    """Takes TLS off and passes on what comes. `hidden`: headers that are made unreadable on their way to the browser."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self.behind = 0
        self.hidden: tuple[bytes, ...] = ()
        self._tls = tls
        self._listening = socket.create_server((HOST, 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                plain, _address = self._listening.accept()
                threading.Thread(target=self._carry, args=(plain,), daemon=True).start()

    def _carry(self, plain: socket.socket) -> None:
        with suppress(OSError):
            browser = self._tls.wrap_socket(plain, server_side=True)
            hearth = socket.create_connection((HOST, self.behind))
            threading.Thread(target=_pipe, args=(browser, hearth, None), daemon=True).start()
            _pipe(hearth, browser, self)


def _pipe(come: socket.socket, go: socket.socket, tunnel: Tunnel | None) -> None:
    with suppress(OSError):
        while bite := come.recv(BITE):
            for header in tunnel.hidden if tunnel else ():
                bite = bite.replace(header, b"x" * len(header))
            go.sendall(bite)
    for end in (come, go):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class _Weather(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f"<!doctype html><title>Weather</title><h1>{NEUTRAL}</h1>".encode()
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        """Tests are quiet."""


@contextmanager
def neutral_site(tls: ssl.SSLContext) -> Iterator[str]:
    """The address of a page about the weather."""
    server = http.server.ThreadingHTTPServer((HOST, 0), _Weather)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://{HOST}:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
