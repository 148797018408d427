"""Somebody who listens to a stream of news, in a thread of the test's own."""

import json
import socket
import threading
from contextlib import suppress
from queue import Empty, Queue
from time import monotonic
from typing import Any, ClassVar, NamedTuple

import httpx

from tests.people import NO_TLS

SECONDS = 10
"""How long a test waits for what must come. What must not come is never waited for: something later comes first."""


class Heard(NamedTuple):
    """An event, and when it came (seconds)."""

    kind: str
    said: dict[str, Any]
    last_id: str
    at: float


class Ear:
    """An open stream. Its events are taken in the order they came."""

    open: ClassVar[list["Ear"]] = []

    def __init__(self, api: httpx.Client, path: str = "/events", last_id: str = "", **asked: str | int) -> None:
        self.events: Queue[Heard] = Queue()
        self.ended = threading.Event()
        self.last_id = ""
        self.client = httpx.Client(
            base_url=api.base_url,
            headers=api.headers,
            cookies=api.cookies,
            timeout=httpx.Timeout(5, read=None),
            verify=NO_TLS,
        )
        headers = {"last-event-id": last_id} if last_id else {}
        self.answer = self.client.send(
            self.client.build_request("GET", path, params=asked, headers=headers), stream=True
        )
        self.open.append(self)
        self._begun = threading.Event()
        if self.answer.status_code == 200:
            threading.Thread(target=self._listen, daemon=True).start()
            assert self._begun.wait(SECONDS)

    def next(self, kind: str = "") -> Heard:
        try:
            heard = self.events.get(timeout=SECONDS)
        except Empty:
            raise AssertionError(f"nothing came; ended: {self.ended.is_set()}") from None
        assert not kind or heard.kind == kind, heard
        return heard

    def all_until_the_end(self) -> list[Heard]:
        assert self.ended.wait(SECONDS)
        return [self.events.get() for _each in range(self.events.qsize())]

    def close(self) -> None:
        """Hang up, at once: a socket that another thread reads from would stay open until something comes."""
        with suppress(OSError):
            self.answer.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self.answer.close()
        self.client.close()

    def _listen(self) -> None:
        kind, data = "", ""
        try:
            for line in self.answer.iter_lines():
                name, _colon, value = line.partition(":")
                value = value.removeprefix(" ")
                if name == "id":
                    self.last_id = value
                    self._begun.set()
                elif name == "event":
                    kind = value
                elif name == "data":
                    data = value
                elif not line and data:
                    self.events.put(Heard(kind, json.loads(data), self.last_id, monotonic()))
                    self._begun.set()
                    kind, data = "", ""
        except (httpx.HTTPError, httpx.StreamError, OSError, ValueError):
            pass
        finally:
            self.ended.set()
