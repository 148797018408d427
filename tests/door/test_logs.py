"""Nothing of anybody is written down: no address, browser, header, query, form or word, in the database or the log, and
nobody writes lines of his own (A-4 to A-6)."""

import base64
import hashlib
import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from app.foundation.logs import STEP_SECONDS, Counted, Plain
from app.foundation.settings import Settings
from app.main import build
from tests.conftest import Running
from tests.door.clients import Raw
from tests.people import NO_TLS, Person

ADDRESS = "203.0.113.201"
CANARY = "kanarienvogel7391"
LINE = re.compile(
    r'^\{"time": "\d{4}-\d\d-\d\dT\d\d:\d[05]Z", "level": "[a-z]+", "from": "[\w.]+", "event": .*"count": \d+\}$'
)


def _looks(word: str) -> Iterator[bytes]:
    """A word as it is, and as it could have been put away."""
    raw = word.encode()
    yield from (raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"="), raw[::-1])
    for made in (hashlib.md5, hashlib.sha1, hashlib.sha256):
        digest = made(raw)
        yield from (digest.digest(), digest.hexdigest().encode())


@pytest.mark.measures("A-4", "A-5")
def test_who_asked_is_written_nowhere(strict: Running) -> None:
    headers = {
        "X-Forwarded-For": ADDRESS, "User-Agent": CANARY, "Accept-Language": f"xx-{CANARY}", "Referer": f"http://{CANARY}/",
        "X-Real-IP": ADDRESS, "Forwarded": f"for={ADDRESS}", "Cookie": f"hearth={CANARY}; other={CANARY}",
    }  # fmt: skip
    import httpx

    with httpx.Client(base_url=strict.url, headers=headers, timeout=60, verify=NO_TLS) as client:
        for path in (f"/?q={CANARY}", f"/groups?{CANARY}", f"/{CANARY}", f"/stories/{CANARY}", "/healthz", "/sign-up"):
            client.get(path)
        client.post("/sign-in", data={"sign_in_name": CANARY, "passphrase": CANARY, "next": f"/{CANARY}"})
        client.post("/api/v1/sessions", json={"sign_in_name": CANARY, "passphrase": CANARY})
        client.post("/api/v1/sessions", content=b'{"broken": "' + CANARY.encode())
        client.post("/recover", data={"recovery_code": CANARY})
    with Raw(strict) as raw:
        raw.say(b"GET /" + CANARY.encode() + b"\x01\x02 HTTP/9.9\r\n\r\n").listen(3)
    person = Person.signed_up(strict.url)
    person.api.headers.update(headers | {"Authorization": person.api.headers["Authorization"]})
    person.api.get("/me")
    kept = [*Path(strict.secrets).parent.rglob("*")]
    assert any(file.name == "hearth.db" for file in kept)
    wanted = [*_looks(ADDRESS), *_looks(CANARY)]
    for file in kept:
        found = [look for look in wanted if file.is_file() and look in file.read_bytes()]
        assert found == [], file


def test_every_line_of_a_running_log_is_one_event(strict: Running) -> None:
    with Raw(strict) as raw:
        raw.say(b"\x00\x01\r\n\r\n").listen(3)
    lines = [line for line in strict.log.read_text().splitlines() if line.startswith("{")]
    assert lines
    for line in lines:
        assert LINE.match(line), line


@pytest.mark.measures("A-5")
def test_a_fault_in_any_room_says_the_same_and_logs_no_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = build(Settings(database_url=f"sqlite:///{tmp_path}/hearth.db", secrets_dir=tmp_path / "secrets"))
    log = _listen(logging.getLogger())
    monkeypatch.setattr(app.state.house.database, "reading", _break)
    monkeypatch.setattr(app.state.house.database, "writing", _break)
    client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    pages = set()
    doors = [c for c in iter_route_contexts(app.routes) if c.path and c.methods and not c.path.endswith("/events")]
    for context in doors:
        for method in context.methods or ():
            path = re.sub(r"\{\w+\}", CANARY, str(context.path))
            answer = client.request(method, f"{path}?q={CANARY}", headers={"cookie": f"hearth={'a' * 32}.{'b' * 64}"})
            assert CANARY not in str(answer.headers)
            if answer.status_code == 500 and method == "GET" and "/api/" not in path:
                pages.add(answer.text)
    assert len(pages) == 1
    assert CANARY not in pages.pop() + log.getvalue()
    app.state.house.database.engine.dispose()


def _break(*_what: object) -> None:
    raise RuntimeError(f"{CANARY} in the middle of it")


def _listen(logger: logging.Logger) -> io.StringIO:
    written = io.StringIO()
    handler = Counted(written)
    handler.setFormatter(Plain())
    logger.addHandler(handler)
    return written


EVIL = [
    "\r\n{}", "\n", "\x1b[2J\x1b[1;31m", "%0d%0aSet-Cookie:", "\u2028", "\x85", '", "event": "forged', "\0", "%s%s%n",
    "\x1b]0;title\x07",
]  # fmt: skip


@pytest.mark.parametrize("evil", EVIL, ids=repr)
@pytest.mark.measures("A-6")
def test_nobody_writes_a_line_of_his_own(evil: str) -> None:
    logger = logging.getLogger(f"hearth.tests.{EVIL.index(evil)}")
    logger.propagate = False
    written = _listen(logger)
    logger.error("something: %s", evil + CANARY)
    logger.error(f"interpolated {evil}")
    logging.getLogger(logger.name + ".x").error("child %s", evil)
    try:
        raise type("Odd", (Exception,), {})(evil + CANARY)
    except Exception:
        logger.exception("broke %s", evil)
    lines = written.getvalue().split("\n")[:-1]
    assert len(lines) == 4
    assert CANARY not in written.getvalue()
    for line in lines:
        assert isinstance(json.loads(line), dict)
        assert all(" " <= letter <= "~" for letter in line)


def test_what_others_log_is_told_by_its_place_alone() -> None:
    """A library may put anything into its messages: asyncio writes addresses into its own."""
    logger = logging.getLogger("asyncio.tests")
    logger.propagate = False
    written = _listen(logger)
    logger.error(f"socket.send() raised on ('{ADDRESS}', 4711)")
    line = json.loads(written.getvalue())
    assert ADDRESS not in written.getvalue()
    assert line["at"].startswith("test_logs:")


def test_a_flood_of_one_thing_is_one_line_and_a_count() -> None:
    written = io.StringIO()
    handler = Counted(written)
    handler.setFormatter(Plain())
    for second in range(1_000):
        record = logging.LogRecord("hearth", logging.ERROR, "", 1, "the same", (), None)
        record.created = 1_790_000_100.0 + second / 10
        handler.emit(record)
    assert written.getvalue().count("\n") == 1
    later = logging.LogRecord("hearth", logging.ERROR, "", 1, "the same", (), None)
    later.created = 1_790_000_100.0 + STEP_SECONDS
    handler.emit(later)
    counts = [json.loads(line)["count"] for line in written.getvalue().splitlines()]
    assert counts == [1, 999, 1]
    handler.stream = sys.stderr
