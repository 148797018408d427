"""Every table has its time: docs/retention.md names all of them, and what takes their rows away."""

import re

import pytest
from sqlalchemy import String

from app.due import DUE
from app.tables import TABLES
from tests.house.tree import ROOT

ROWS = re.findall(
    r"^\| ([a-z_]+) \| (.+) \| (.+) \|$", (ROOT / "docs" / "retention.md").read_text("utf-8"), re.MULTILINE
)
NO_ACT = {"the owner", "whoever uses it", "nobody", "nobody yet", "the clock"}
DELETES_NO_ROWS = {
    "alerts",
    "checkpoint",
    "log anchors",
    "reminders",
    "rewrite",
    "journal of deletions",
    "rules that overstep",
    "search index",
}


@pytest.mark.measures("D-4")
def test_every_table_stands_there_once_and_no_other() -> None:
    named = [table for table, _how_long, _by in ROWS]
    assert len(named) > 25
    assert sorted(named) == sorted({*TABLES, "table"})


def test_what_takes_rows_away_is_an_act_of_the_clock_or_somebody() -> None:
    named = {by for table, _how_long, what in ROWS if table != "table" for by in what.split("; ")}
    acts = {one.name for one in DUE}
    assert named - acts <= NO_ACT
    assert acts - named == DELETES_NO_ROWS


def test_every_act_has_a_name_of_its_own_that_fits_its_row() -> None:
    names = [one.name for one in DUE]
    assert len(set(names)) == len(names)
    column = TABLES["turns"].c.name.type
    assert isinstance(column, String)
    assert max(map(len, names)) <= (column.length or 0)
