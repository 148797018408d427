"""Who may come in at which door: routes by people by whose things they are, each cell asserted (SECURITY.md, W-13, M-2)."""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.foundation import sqlite
from tests.door.stage import ASKED, IN, IN_VAIN, NO, NOTHING, SIGN_IN, WHO, Stage, door_of
from tests.door.staging import staged
from tests.house.test_doors import FEWEST_DOORS, doors
from tests.security.figures import Figures
from tests.security.inside import at_home

FILE = tomllib.loads((Path(__file__).parent / "who_may.toml").read_text())
ROOMS: dict[str, dict[str, str]] = FILE["table"]
TABLE = {row: cells for room in ROOMS.values() for row, cells in room.items()}
CHANGES = "PRAGMA data_version"
"""Another number once anybody else has committed anything."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Set once. What comes after finds it as it was."""
    folder = tmp_path_factory.mktemp("who-may")
    with at_home(folder) as (url, app):
        found = staged(url, app, folder)
        watch = sqlite.driver().connect(folder / "hearth.db")
        before = watch.execute(CHANGES).fetchone()
        with found.nothing_stays():
            yield found
        assert watch.execute(CHANGES).fetchone() == before
        watch.close()
        found.http.close()


def without_a_match(app: FastAPI, table: Iterable[str]) -> set[str]:
    """Doors that no row tells of, and rows that lead to no door."""
    return {name for name, _context in doors(app)} ^ {door_of(row) for row in table}


def wrong_cells(stage: Stage, table: dict[str, str]) -> list[str]:
    """Each cell that is not as the table has it, with what it is."""
    found = {row: "".join(stage.mark(who, row) for who in WHO) for row in table}
    return [
        f"{row}: {who} is {is_so}, should be {should}"
        for row, cells in table.items()
        for who, is_so, should in zip(WHO, found[row], cells, strict=True)
        if is_so != should
    ]


def test_every_door_has_a_row_and_every_row_a_door(stage: Stage) -> None:
    assert len(TABLE) == sum(map(len, ROOMS.values()))
    assert without_a_match(stage.app, TABLE) == set()
    assert len(TABLE) > FEWEST_DOORS
    assert set(ASKED) <= set(TABLE)
    assert {row for row in TABLE if door_of(row) != row} <= set(ASKED)
    assert FILE["who"] == list(WHO)
    assert [cells for cells in TABLE.values() if set(cells) - {IN, IN_VAIN, SIGN_IN, NO, NOTHING}] == []


def test_what_is_refused_is_there(stage: Stage) -> None:
    """Somebody is let in at each door, so that who is told "nothing here" is told so for who they are."""
    open_to_some = {door_of(row) for row, cells in TABLE.items() if {IN, IN_VAIN} & set(cells)}
    assert {name for name, _context in doors(stage.app)} - open_to_some == set(FILE["nobody"])


@pytest.mark.measures("W-13", "M-2")
def test_every_cell_is_as_the_table_has_it(stage: Stage, figures: Figures) -> None:
    wrong = wrong_cells(stage, TABLE)
    said = f"{len(TABLE)} rows of {len(WHO)} cells over {len(list(doors(stage.app)))} doors: {len(wrong)} are otherwise"
    for line in ("W-13", "M-2"):
        figures.note(line, held=not wrong, figure=said, of="doors")
    assert not wrong, "\n".join(wrong)


def test_the_table_would_notice(stage: Stage) -> None:
    """A door without a row, a row without a door, and somebody who is let in and should not be."""
    row = "GET /desk/cases/{case_id}"
    assert without_a_match(stage.app, set(TABLE) - {"GET /desk"}) == {"GET /desk"}
    assert without_a_match(stage.app, {*TABLE, "GET /new"}) == {"GET /new"}
    assert wrong_cells(stage, {row: TABLE[row]}) == []
    assert wrong_cells(stage, {row: "s-----y-s"}) == [f"{row}: moderator is y, should be -"]
