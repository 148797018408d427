"""The same headers on every answer, and no others (W-7, W-8, W-9, W-15, P-2, P-3, P-4, A-16)."""

import re

import httpx
import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.foundation import schema
from app.foundation.settings import Settings
from app.foundation.web.csrf import must_match
from app.foundation.web.headers import EVERYWHERE, FOR_EVER, HSTS, NOT_FOUND_BY_ROBOTS
from app.main import build
from tests.api.pages import Desk
from tests.conftest import Running
from tests.house.conftest import hearth_app  # noqa: F401
from tests.house.test_doors import SOME_ID, doors
from tests.people import NO_TLS

ALWAYS = {**EVERYWHERE, "cache-control": "no-store", "x-robots-tag": NOT_FOUND_BY_ROBOTS}
OF_THE_ANSWER = {"content-length", "content-type", "date", "connection", "transfer-encoding"}
WHEN = {
    "allow": {405}, "clear-site-data": {303}, "location": {303}, "refresh": {200}, "retry-after": {408, 429, 503},
    "set-cookie": {200, 201, 303}, "www-authenticate": {401},
}  # fmt: skip
"""Headers that belong to some answers alone, and to which."""


def strange(answer: httpx.Response) -> dict[str, str]:
    """What an answer's headers have too much, too little or otherwise."""
    always = dict(ALWAYS)
    if answer.url.path == "/":
        del always["x-robots-tag"]
    headers = {name: value for name, value in answer.headers.items() if name not in OF_THE_ANSWER}
    wrong = {name: f"missing or {headers.get(name)}" for name, value in always.items() if headers.get(name) != value}
    for name in headers.keys() - always.keys():
        if answer.status_code not in WHEN.get(name, set()):
            wrong[name] = f"too much: {headers[name]}"
    return wrong


@pytest.mark.measures("W-7", "P-2", "P-3")
def test_every_door_and_every_kind_of_answer(hearth_app: FastAPI) -> None:  # noqa: F811
    client = TestClient(hearth_app, follow_redirects=False, raise_server_exceptions=False)
    seen: dict[int, int] = {}
    asked = set[tuple[str, str]]()  # two doors at one address are asked in each way once
    for door, _context in doors(hearth_app):
        method, path = door.split(" ")
        address = re.sub(r"\{\w+\}", SOME_ID, path)
        if address.endswith("/events"):
            continue  # a stream that ends only with its session; its own tests look at its headers
        asked |= {(way, address) for way in (method, "GET", "POST", "OPTIONS", "TRACE", "PUT", "HEAD")}
    for way, address in sorted(asked):
        answer = client.request(way, address, content=b"{" if way in ("POST", "PUT") else None)
        assert strange(answer) == {}, (way, address, answer.status_code)
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
    assert {200, 303, 401, 404, 405, 422} <= set(seen)
    assert sum(seen.values()) > 300


ODD = (
    "/.git/config", "/.env", "/server-status", "/debug", "/docs", "/redoc", "/openapi.json", "/static/", "/static",
    "/static/0/hearth.css", "/admin", "/wp-login.php", "/metrics", "/static/../app/main.py", "/var/secrets/pepper",
)  # fmt: skip


@pytest.mark.parametrize("path", ODD)
@pytest.mark.measures("W-15")
def test_nothing_to_find_where_others_keep_things(on_sqlite: Running, path: str) -> None:
    answer = httpx.get(f"{on_sqlite.url}{path}", verify=NO_TLS)
    assert answer.status_code == 404
    assert strange(answer) == {}
    assert not re.search(
        "uvicorn|starlette|fastapi|python|sqlite|postgres", answer.text + str(answer.headers), re.IGNORECASE
    )


@pytest.mark.parametrize("behind", ["/a.css", ".css", "/hearth.css", "%2fa.css", ";a.css", "%0a.css", "/%2e%2e/a.css"])
def test_a_private_page_cannot_be_made_to_look_like_a_file(on_sqlite: Running, behind: str) -> None:
    """Web cache deception: a shared cache that keeps what ends in .css must get nothing of anybody (P-3)."""
    desk = Desk(on_sqlite)
    for path in (f"/groups/{desk.group}", "/mine", "/notices", "/settings", "/groups"):
        answer = desk.browser.http.get(f"{on_sqlite.url}{path}{behind}")
        assert answer.status_code == 404, path
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.measures("P-4")
def test_files_can_be_kept_for_ever_and_nothing_else(on_sqlite: Running) -> None:
    page = BeautifulSoup(httpx.get(f"{on_sqlite.url}/", verify=NO_TLS).text, "html.parser")
    files = [str(tag.get("href") or tag.get("src")) for tag in page.find_all(["link", "script"])]
    assert len(files) >= 3
    for file in files:
        answer = httpx.get(f"{on_sqlite.url}{file}", verify=NO_TLS)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, FOR_EVER)
        assert re.fullmatch(r"/static/[0-9a-f]{16}/[a-z.]+", file)
        assert not {"set-cookie", "etag", "last-modified"} & answer.headers.keys()
        assert {n: answer.headers.get(n) for n in EVERYWHERE} == EVERYWHERE
        assert httpx.post(f"{on_sqlite.url}{file}", verify=NO_TLS).status_code == 405


@pytest.mark.measures("W-9")
def test_https_is_kept_to(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("https")
    app = build(
        Settings(
            database_url=f"sqlite:///{folder}/hearth.db", secrets_dir=folder / "s", base_url="https://hearth.example"
        )
    )
    schema.upgrade(app.state.house.database.engine)
    client = TestClient(app)
    for path in ("/", "/nothing-here", "/help-now"):
        assert client.get(path).headers["strict-transport-security"] == HSTS
    app.state.house.database.engine.dispose()


def test_robots_may_see_the_front_door_alone(on_sqlite: Running) -> None:
    from urllib.robotparser import RobotFileParser

    robots = httpx.get(f"{on_sqlite.url}/robots.txt", verify=NO_TLS).text
    assert robots.splitlines() == ["User-agent: *", "Allow: /$", "Disallow: /"]
    parser = RobotFileParser()
    parser.parse(robots.splitlines())
    assert not any(parser.can_fetch("AnyBot", path) for path in ("/groups", "/sign-up", "/stories/1", "/api/v1/groups"))


@pytest.mark.measures("A-16")
def test_no_two_answers_carry_the_same_token(on_sqlite: Running) -> None:
    desk = Desk(on_sqlite)
    tokens = set()
    for _answer in range(20):
        desk.browser.open("/settings")
        on_page = {str(f["value"]) for f in desk.browser.page.find_all("input", attrs={"name": "csrf"})}
        assert on_page
        tokens |= on_page
        assert "content-encoding" not in desk.browser.answer.headers  # type: ignore[union-attr]
    assert len(tokens) >= 20
    with pytest.raises(Exception, match="open for a while"):
        must_match(tokens.pop(), b"0" * 32)
