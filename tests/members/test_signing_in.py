"""A wrong name and a wrong passphrase cannot be told apart (SECURITY.md, I-5, A-15)."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from app.members import locksmith
from app.members.actions import name_mac
from app.members.passphrases import stretch
from tests.conftest import Running
from tests.people import NO_TLS, PASSPHRASE, Person

WRONG = "lantern bicycle orchard velvet kettle"
AT_THE_DOOR = Request({"type": "http", "client": ("192.0.2.7", 1), "headers": [], "method": "POST", "path": "/sign-in"})


def _headers(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(k, v) for k, v in answer.headers.multi_items() if k not in ("date", "content-length")]


def _by_program(hearth: Running, name: str, phrase: str) -> httpx.Response:
    return httpx.post(
        f"{hearth.url}/api/v1/sessions", json={"sign_in_name": name, "passphrase": phrase}, timeout=30, verify=NO_TLS
    )


def _by_page(hearth: Running, name: str, phrase: str) -> httpx.Response:
    typed = {"sign_in_name": name, "passphrase": phrase, "next": "/"}
    return httpx.post(f"{hearth.url}/sign-in", data=typed, timeout=30, verify=NO_TLS)


@pytest.mark.measures("I-5")
@pytest.mark.parametrize("door", [_by_program, _by_page])
def test_an_unknown_name_is_answered_like_a_wrong_passphrase(
    hearth: Running, door: Callable[[Running, str, str], httpx.Response]
) -> None:
    known = hearth.person().sign_in_name
    unknown = "".join(c if not c.isalpha() else "q" for c in known)
    refused, nobody = door(hearth, known, WRONG), door(hearth, unknown, WRONG)
    assert refused.status_code == nobody.status_code == 401
    assert _headers(refused) == _headers(nobody)
    assert refused.text.replace(known, "NAME") == nobody.text.replace(unknown, "NAME")
    assert WRONG not in refused.text
    assert "set-cookie" not in refused.headers
    assert door(hearth, known, PASSPHRASE).status_code in (201, 303)


def test_a_name_is_known_in_capitals_and_with_spaces_around_it(hearth: Running) -> None:
    name = hearth.person().sign_in_name
    assert _by_program(hearth, f"  {name.upper()} ", PASSPHRASE).status_code == 201


@pytest.mark.measures("I-5")
def test_an_unknown_name_costs_as_much_work_as_a_known_one(
    indoors: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[int, str]] = []

    def noted(passphrase: str, salt: bytes, cost: str, pepper: bytes) -> Any:
        done.append((len(salt), cost))
        return stretch(passphrase, salt, cost, pepper)

    monkeypatch.setattr(locksmith, "stretch", noted)
    smith = indoors.app.state.locksmith  # type: ignore[attr-defined]
    for name in ("calm-river-stone-42", "calm-river-stone-43"):
        account, lock = asyncio.run(smith.lock_of(AT_THE_DOOR, name_mac(smith.home.keys, name), WRONG))
        assert account is None
        assert asyncio.run(smith.lock_of(AT_THE_DOOR, name_mac(smith.home.keys, name), WRONG))[1] == lock
    assert done == [(16, "argon2id m=8 t=1 p=1")] * 4


@pytest.mark.measures("I-7")
def test_every_sign_in_gives_a_new_session_and_takes_none_that_was_brought(hearth: Running) -> None:
    person = hearth.person()
    brought = f"{'a' * 32}.{'b' * 64}"
    typed = {"sign_in_name": person.sign_in_name, "passphrase": PASSPHRASE, "next": "/"}
    given = [
        httpx.post(f"{hearth.url}/sign-in", data=typed, cookies={"hearth": brought}, verify=NO_TLS).cookies["hearth"]
        for _time in range(3)
    ]
    assert len({brought, *given}) == 4
    for token in given:
        assert re.fullmatch(r"[0-9a-f]{32}\.[0-9a-f]{64}", token)
        assert _me(person, token) == 200
    assert _me(person, brought) == 401


@pytest.mark.parametrize(
    "change", [lambda t: t[:32], lambda t: f"{t[:33]}{'0' * 64}", lambda t: t + "00", lambda t: t[33:]]
)
def test_half_a_token_opens_nothing(hearth: Running, change: Callable[[str], str]) -> None:
    person = hearth.person()
    token = str(person.api.headers["Authorization"]).split()[1]
    assert _me(person, token) == 200
    assert _me(person, change(token)) == 401


def _me(person: Person, token: str) -> int:
    return person.api.get("/me", headers={"Authorization": f"Bearer {token}"}).status_code
