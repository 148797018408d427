"""Forged posts change nothing (W-5): every door that takes one, sent in every wrong way."""

import re
from typing import Any

import pytest
from fastapi import FastAPI

from tests.api.pages import Desk
from tests.api.village import row_counts
from tests.conftest import Running
from tests.house.conftest import hearth_app  # noqa: F401
from tests.house.test_doors import SOME_ID, doors

WITHOUT_A_TOKEN = {"/claim", "/leave", "/notice", "/sign-in", "/sign-up", "/recover"}
"""Doors for whoever is not signed in: nothing to forge but where it comes from. `/leave` ends one's own session alone."""
FORM = {"title": "Tonight", "body": "Forged words", "do": "share", "passphrase": "x", "sign_in_name": "x"}
REFUSED = {401, 403, 404, 405}

Way = tuple[dict[str, str], str]
WAYS: dict[str, Way] = {
    "no token": ({"sec-fetch-site": "same-origin"}, ""),
    "a token of nobody": ({"sec-fetch-site": "same-origin"}, "bm90IGEgdG9rZW4="),
    "another session's token": ({"sec-fetch-site": "same-origin"}, "other"),
    "from another site": ({"sec-fetch-site": "cross-site"}, "own"),
    "from a neighbour": ({"sec-fetch-site": "same-site"}, "own"),
    "typed into the address bar": ({"sec-fetch-site": "none"}, "own"),
    "from a null origin": ({"origin": "null"}, "own"),
    "from another origin": ({"origin": "https://evil.example"}, "own"),
    "from our name, elsewhere": ({"origin": "http://127.0.0.1.evil.example"}, "own"),
}  # fmt: skip


def _posts(app: FastAPI) -> list[str]:
    found = {name.split(" ")[1] for name, _c in doors(app) if name.startswith("POST /") and "/api/" not in name}
    return sorted(re.sub(r"\{\w+\}", SOME_ID, path) for path in found)


def _token(desk: Desk) -> str:
    desk.browser.open("/settings")
    return str(desk.browser.page.find("input", attrs={"name": "csrf"})["value"])  # type: ignore[index]


@pytest.fixture(scope="module")
def two(on_sqlite: Running) -> tuple[Desk, Desk]:
    """Two members, each with a browser."""
    return Desk(on_sqlite), Desk(on_sqlite)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.measures("W-5")
def test_a_forged_post_is_refused_at_every_door(
    on_sqlite: Running,
    hearth_app: FastAPI,  # noqa: F811
    two: tuple[Desk, Desk],
    way: str,
) -> None:
    own, other = two
    headers, kind = WAYS[way]
    token = {"own": _token(own), "other": _token(other)}.get(kind, kind)
    story = own.person.share(own.slug, "Mine", "Only I may change these words.")["id"]
    posts = [*_posts(hearth_app), f"/stories/{story}/delete", f"/stories/{story}/edit", f"/groups/{own.group}/leave"]
    assert len(posts) > 25
    before = row_counts(on_sqlite)
    for path in posts:
        is_open = path in WITHOUT_A_TOKEN
        if is_open and (path == "/leave" or headers.get("sec-fetch-site") == "same-origin"):
            continue
        answer = own.browser.http.post(path, data={**FORM, "csrf": token}, headers=headers, follow_redirects=False)
        assert answer.status_code in REFUSED, (way, path, answer.status_code)
        if path.startswith(f"/stories/{story}"):
            assert answer.status_code == 403, path
    for path in posts[:-3]:
        assert own.browser.http.get(f"{path}?csrf={token}&do=share", follow_redirects=False).status_code != 500
    assert row_counts(on_sqlite) == before
    assert own.person.api.get(f"/stories/{story}").json()["title"] == "Mine"


def test_a_program_needs_its_token_whatever_cookie_it_has(on_sqlite: Running) -> None:
    """The API takes no cookie, so no page can make a browser call it."""
    desk = Desk(on_sqlite)
    desk.browser.open("/settings")
    before = row_counts(on_sqlite)
    calls: list[tuple[str, str, Any]] = [
        ("POST", f"/api/v1/groups/{desk.slug}/stories", {"title": "a", "body": "b"}), ("DELETE", "/api/v1/sessions/current", None),
        ("PUT", f"/api/v1/groups/{desk.slug}/membership", {"guidelines_version": 1}), ("GET", "/api/v1/me", None),
    ]  # fmt: skip
    for method, path, body in calls:
        answer = desk.browser.http.request(method, path, json=body)
        assert answer.status_code == 401
        assert "access-control-allow-origin" not in answer.headers
    assert row_counts(on_sqlite) == before
