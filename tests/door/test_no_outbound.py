"""Hearth asks nobody for anything (W-4, P-1): a server whose sockets cannot connect serves every page all the same."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup, Tag

from tests.conftest import CHEAP, OPEN, ROOT, Running, _until_ready
from tests.house.test_edges import OPEN_PAGES
from tests.people import NO_TLS, Visitor

GUARD = """
import os, socket
TOLD = os.environ["HEARTH_TEST_CONNECTS"]
def refuse(self, address, *rest):
    with open(TOLD, "a") as told:
        told.write(f"{address}\\n")
    raise OSError("no way out")
class Shut(socket.socket):
    connect = connect_ex = sendto = refuse
def lookup(*what, **how):
    if not what or what[0] in (None, "127.0.0.1", b"127.0.0.1"):
        return real(*what, **how)
    refuse(None, what)
real = socket.getaddrinfo
socket.socket, socket.getaddrinfo = Shut, lookup
socket.create_connection = lambda address, *a, **k: refuse(None, address)
"""
"""Runs before anything else in the server's process. uvloop connects by itself, but asks Python's resolver for names."""


@pytest.fixture
def shut_in(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    (tmp_path / "sitecustomize.py").write_text(GUARD)
    told = tmp_path / "connects.txt"
    told.touch()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ, **CHEAP, **OPEN, "PYTHONPATH": str(tmp_path), "HEARTH_TEST_CONNECTS": str(told), "HEARTH_BASE_URL": url,
        "HEARTH_DATABASE_URL": f"sqlite:///{tmp_path}/hearth.db", "HEARTH_SECRETS_DIR": str(tmp_path / "secrets"),
    }  # fmt: skip
    log = tmp_path / "output.txt"
    with log.open("w") as output:
        command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(timeout=20, verify=NO_TLS) as client:
            _until_ready(client, f"{url}/readyz", process, log)
        assert Running(url, environment, "", log).url
        yield url, told
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.measures("W-4", "P-1")
def test_every_page_without_a_way_out(shut_in: tuple[str, Path]) -> None:
    url, told = shut_in
    visitor = Visitor(url).sign_up()
    seen, ahead = set[str](), ["/", *OPEN_PAGES]
    while ahead and len(seen) < 60:
        path = ahead.pop()
        answer = visitor.http.get(path)
        seen.add(path)
        assert answer.status_code in (200, 404), path
        page = BeautifulSoup(answer.text, "html.parser")
        loaded = [
            str(t.get("src") or t.get("href"))
            for t in page.select("script, img, link, iframe, source, video, audio, embed")
        ]
        assert [one for one in loaded if not one.startswith("/static/")] == []
        assert "url(" not in answer.text
        ways = [str(a["href"]) for a in page.find_all("a", href=True)]
        ahead += [w for w in ways if re.fullmatch(r"/[\w/-]*", w) and w not in seen]
    assert len(seen) > 20
    assert told.read_text() == ""
    sheet = BeautifulSoup(visitor.http.get("/").text, "html.parser").find("link", rel="stylesheet")
    assert isinstance(sheet, Tag)
    css = visitor.http.get(str(sheet["href"]))
    assert not re.search(r"@import|https?:|url\((?!['\"]?data:)", css.text)


def test_the_guard_would_have_told(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(GUARD)
    told = tmp_path / "connects.txt"
    code = "import urllib.request\ntry: urllib.request.urlopen('http://192.0.2.1/', timeout=1)\nexcept OSError: pass"
    subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(tmp_path), "HEARTH_TEST_CONNECTS": str(told)},
        check=True,
        timeout=30,
    )
    assert "192.0.2.1" in told.read_text()
