"""The same thing sent many times at once is there once, by page and by program, on both databases (U-7)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import Running
from tests.security.figures import Figures
from tests.security.life import Life, Said
from tests.security.writers import marks_in

MANY = 50
FINE = {"page": {303, 409, 503}, "program": {201, 409, 503}}
"""Done, done already, the first is still being done, or too many wait for it."""


def _door(life: Life, door: str) -> Callable[[], Said]:
    return life.by_page if door == "page" else life.by_program


@pytest.mark.measures("U-7")
@pytest.mark.parametrize("door", FINE)
def test_fifty_of_one_form_are_one_story(hearth: Running, figures: Figures, door: str) -> None:
    life = Life(hearth)
    send = _door(life, door)
    with ThreadPoolExecutor(MANY) as crowd:
        said = list(crowd.map(lambda _n: send(), range(MANY)))
    late = send()
    there = marks_in(hearth)[f"{life.words}{'p' if door == 'page' else 'a'}"]
    statuses = {one.status for one in said}
    places = {one.answer.headers.get("location") for one in said if one.status == 303}
    ids = {one.answer.json()["id"] for one in said if one.status == 201}
    life.close()
    held = there == 1 and statuses <= FINE[door] and len(places | ids) == 1 and late.status in (201, 303)
    kind = "SQLite" if hearth.environment["HEARTH_DATABASE_URL"].startswith("sqlite") else "PostgreSQL"
    figures.note(
        "U-7", f"{MANY} at once: {there} row, all answered as done or as being done", held=held, of=f"{door}, {kind}"
    )
    assert held, (there, statuses, places, ids, late)
