"""SIGTERM: whoever is being served is served, nobody holds the house back, and the end is an orderly one (O-8, O-9)."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.conftest import CHEAP, OPEN, ROOT, Running, _until_ready
from tests.door.clients import Raw
from tests.people import NO_TLS

MOST_SECONDS = 10
FORM = ("Content-Type: application/x-www-form-urlencoded", "Content-Length: 100")


@pytest.mark.parametrize("workers", [1])
@pytest.mark.measures("O-8")
def test_stuck_clients_do_not_hold_back_the_end(tmp_path: Path, workers: int) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    log = tmp_path / "output.txt"
    environment = {
        **CHEAP, **OPEN, "HEARTH_DATABASE_URL": f"sqlite:///{tmp_path}/hearth.db", "HEARTH_BASE_URL": url,
        "HEARTH_SECRETS_DIR": str(tmp_path / "secrets"), "PATH": "/usr/bin:/bin", "HEARTH_MOST_CONNECTIONS": "100",
    }  # fmt: skip
    with log.open("w") as output:
        command = [sys.executable, "-m", "app", "serve", "--port", str(port), "--workers", str(workers)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    with httpx.Client(timeout=20, verify=NO_TLS) as client:
        _until_ready(client, f"{url}/readyz", process, log)
    hearth = Running(url, environment, "", log)
    stuck = [Raw(hearth) for _client in range(6)]
    stuck[0].say(b"GET / HTTP/1.1\r\n")
    stuck[1].say(stuck[1].head("POST /sign-in", *FORM), b"sign_in")
    stuck[2].say(stuck[2].head("GET /healthz"))
    stuck[3].say(stuck[3].head("GET /help-now") * 3)
    stuck[4].say(stuck[4].head("POST /api/v1/sessions", *FORM), b"{")
    assert stuck[2].socket.recv(100)
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        status = process.wait(MOST_SECONDS + 5)
    finally:
        process.kill()
        for raw in stuck:
            raw.socket.close()
    assert status == 0
    assert time.monotonic() - begun < MOST_SECONDS
    assert "Traceback" not in log.read_text()
