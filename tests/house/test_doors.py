"""Every door is guarded, or was opened by name."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from app.foundation.web.straight import Straight
from app.foundation.web.transaction import one_transaction
from app.members.acting import acting
from app.members.attending import by_cookie, by_token
from app.members.deps import bearer, signed_in
from app.members.seeing import seeing, seeing_by_token
from app.stories.deps import seeing_ahead, seeing_ahead_by_token

FEWEST_DOORS = 40
GUARDS = {signed_in, bearer, seeing, by_cookie, by_token, seeing_by_token, seeing_ahead, seeing_ahead_by_token, acting}
ITS_OWN_GUARD = {"GET /stories/{story_id}"}
"""Without a tree of dependencies to look at: that it turns strangers away is seen below, by knocking."""
OPENED = {
    "GET /about", "GET /privacy/every-field", "GET /safety", "GET /safety/easy", "GET /terms", "GET /terms.json",
    "GET /transparency",
    "GET /", "GET /api", "GET /bye", "GET /claim", "GET /come-in/{code}", "GET /groups", "GET /groups/{group_id}",
    "GET /groups/{group_id}/rules", "GET /healthz",
    "GET /help-now", "GET /how-it-works", "GET /metrics", "GET /privacy", "GET /readyz", "GET /recover", "GET /robots.txt",
    "GET /notice", "GET /notice/{reference}", "POST /notice", "GET /sign-in", "GET /sign-up",
    "POST /claim", "POST /leave", "POST /recover", "POST /sign-in", "POST /sign-up",
    "GET /api/v1/accounts/challenge", "GET /api/v1/groups", "GET /api/v1/groups/{slug}", "GET /api/v1/groups/{slug}/rules",
    "GET /api/v1/openapi.json",
    "POST /api/v1/accounts", "POST /api/v1/recoveries", "POST /api/v1/sessions",
}  # fmt: skip
"""Doors that need nobody signed in: the front door, the way in and back, leaving, help, health, what is public."""
FILES = "/static"
SOME_ID = "0123456789abcdef0123456789abcdef"


def doors(app: FastAPI) -> Iterator[tuple[str, Any]]:
    """Each way in, as "METHOD /path", and what FastAPI knows of it."""
    for context in iter_route_contexts(app.routes):
        if context.path != FILES:
            for method in sorted((context.methods or set()) - {"HEAD"}):
                yield f"{method} {context.path}", context


def _needs(dependant: Dependant | None) -> Iterator[Dependant]:
    for needed in dependant.dependencies if dependant else ():
        yield needed
        yield from _needs(needed)


def _guarded(app: FastAPI) -> list[str]:
    return [name for name, c in doors(app) if calls_of(c) & GUARDS or name in ITS_OWN_GUARD]


def calls_of(context: Any) -> set[Any]:
    return {needed.call for needed in _needs(getattr(context, "dependant", None))}


def test_there_are_doors(hearth_app: FastAPI) -> None:
    assert len(list(doors(hearth_app))) > FEWEST_DOORS
    assert len(_guarded(hearth_app)) > FEWEST_DOORS
    assert {name.split("/")[1] for name, _context in doors(hearth_app)} > {"api", "groups", "stories", "desk", "mine"}


def test_the_doors_without_a_guard_are_those_that_were_opened_by_name(hearth_app: FastAPI) -> None:
    assert {name for name, _context in doors(hearth_app)} - set(_guarded(hearth_app)) == OPENED


def test_no_door_stands_twice(hearth_app: FastAPI) -> None:
    names = [name for name, _context in doors(hearth_app)]
    assert sorted(names) == sorted(set(names))


def test_what_is_asked_straight_stands_in_a_room_too(hearth_app: FastAPI) -> None:
    added: list[Any] = list(hearth_app.user_middleware)
    asked = [one.kwargs["doors"] for one in added if one.cls is Straight]
    straight = [f"{method} {address}" for doors_of in asked for method, address, _answer in doors_of]
    assert set(straight) <= {name for name, _context in doors(hearth_app)}
    assert len(straight) == len(set(straight)) > 0


def test_every_transaction_ends_before_its_answer(hearth_app: FastAPI) -> None:
    uses = [
        (name, needed.scope)
        for name, context in doors(hearth_app)
        for needed in _needs(getattr(context, "dependant", None))
        if needed.call is one_transaction
    ]
    assert len({name for name, _scope in uses}) > FEWEST_DOORS
    assert [name for name, scope in uses if scope != "function"] == []


@pytest.mark.parametrize("token", ["", f"{SOME_ID}.{'0' * 64}", "not a token", f"{SOME_ID}.{'0' * 62}"])
def test_nobody_passes_a_guarded_door_without_a_session(hearth_app: FastAPI, token: str) -> None:
    client = TestClient(hearth_app, follow_redirects=False)
    if token:
        client.headers["authorization"] = f"Bearer {token}"
        client.cookies.set("hearth", token)
    answers = {}
    for door in _guarded(hearth_app):
        method, path = door.split(" ")
        json: dict[str, str] | None = {} if path.startswith("/api/") and method != "GET" else None
        answers[door] = client.request(method, re.sub(r"\{\w+\}", SOME_ID, path), json=json)
    assert len(answers) > FEWEST_DOORS
    for door, answer in answers.items():
        if door.startswith("GET ") and not door.startswith("GET /api/"):
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in"), door
        else:
            assert answer.status_code == 401, door
        assert answer.headers["cache-control"] == "no-store"
