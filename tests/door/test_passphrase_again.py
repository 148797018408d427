"""What cannot be undone, or shows everything, wants the passphrase once more (I-11); and nobody resets another's place (I-14)."""

import re

import pytest
from fastapi import FastAPI

from app.members.knocking import own_lock
from app.members.locksmith import relocked
from tests.api.pages import Desk
from tests.api.village import row_counts
from tests.conftest import Running
from tests.house.conftest import hearth_app  # noqa: F401
from tests.house.test_doors import calls_of, doors

AGAIN = {
    "POST /settings/export", "POST /settings/close", "POST /settings/passphrase", "POST /settings/codes",
    "POST /api/v1/me/recovery-codes", "GET /api/v1/me/export", "DELETE /api/v1/me",
}  # fmt: skip
RESET = re.compile("reset|recover|passphrase|codes")
RESETS = AGAIN | {
    "GET /recover", "POST /recover", "POST /api/v1/recoveries", "GET /settings/passphrase", "GET /settings/codes",
    "POST /staff/{group_id}/spare-codes",
}  # fmt: skip


@pytest.mark.measures("I-11")
def test_the_doors_that_want_it_are_these(hearth_app: FastAPI) -> None:  # noqa: F811
    assert {name for name, context in doors(hearth_app) if calls_of(context) & {relocked, own_lock}} == AGAIN


@pytest.mark.measures("I-11")
@pytest.mark.parametrize("typed", ["", "not my own words at all"])
def test_without_it_they_do_nothing(on_sqlite: Running, typed: str) -> None:
    desk = Desk(on_sqlite)
    desk.browser.open("/settings")
    csrf = str(desk.browser.page.select_one("input[name=csrf]")["value"])  # type: ignore[index]
    before = row_counts(on_sqlite)
    form = {"csrf": csrf, "passphrase": typed, "new_passphrase": "harbour pencil meadow thimble", "posts": "erase"}
    for door in sorted(AGAIN):
        method, path = door.split(" ")
        if path.startswith("/api/v1"):
            call = desk.person.api.request(method, path.removeprefix("/api/v1"), headers={"X-Passphrase": typed})
            assert call.status_code == 403, door
        else:
            said = desk.browser.http.post(path, data=form, headers={"sec-fetch-site": "same-origin"})
            assert said.status_code == 422, door
    assert desk.browser.http.get("/settings/export/notes.zip").status_code == 403
    after = row_counts(on_sqlite)
    assert {table for table in after if after[table] != before[table]} <= {"private_rows"}, (
        "a choice about leaving is kept"
    )
    assert desk.person.api.get("/me").status_code == 200


@pytest.mark.measures("I-14")
def test_no_door_lets_staff_into_anothers_place(hearth_app: FastAPI) -> None:  # noqa: F811
    """Every door that speaks of it is for one's own place, or for whoever holds a code of it."""
    assert {name for name, _context in doors(hearth_app) if RESET.search(name.lower())} == RESETS - {
        "POST /settings/export", "POST /settings/close", "GET /api/v1/me/export", "DELETE /api/v1/me"
    }  # fmt: skip
