"""The table of figures says what was measured, and no more."""

from pathlib import Path

from tests.security import figures
from tests.security.figures import Figures


def _rows(file: Path) -> list[str]:
    return [row for row in file.read_text("utf-8").splitlines() if figures.ROW.match(row)]


def test_every_requirement_has_a_line_in_its_order(tmp_path: Path) -> None:
    file = tmp_path / "figures.md"
    figures.write({("U-1", "SQLite"): (True, "3 kills: lost 0")}, file)
    rows = _rows(file)
    assert [row.split(" | ")[0].strip("| ") for row in rows] == list(figures.requirements())
    assert len(rows) == 141
    assert "| U-1 | held | SQLite: 3 kills: lost 0 |" in rows
    assert "| U-10 | not measured | – |" in rows
    assert "1 held, 0 do not hold, 140 not measured" in file.read_text("utf-8")


def test_a_run_of_a_few_tests_keeps_what_others_found(tmp_path: Path) -> None:
    file = tmp_path / "figures.md"
    figures.write({("U-1", "SQLite"): (True, "lost 0"), ("U-1", "PostgreSQL"): (True, "lost 0")}, file)
    figures.write({("U-1", "PostgreSQL"): (False, "lost 1"), ("O-8", "a stuck client"): (True, "5.1 s")}, file)
    assert "| U-1 | does not hold | does not hold, PostgreSQL: lost 1 · SQLite: lost 0 |" in _rows(file)
    figures.write({("U-1", "PostgreSQL"): (True, "lost 0")}, file)
    assert figures.read(file) == {
        "U-1": {"PostgreSQL": (True, "lost 0"), "SQLite": (True, "lost 0")},
        "O-8": {"a stuck client": (True, "5.1 s")},
    }


def test_a_test_that_fails_is_a_line_that_does_not_hold() -> None:
    told = Figures("words come back", ["W-6", "U-4"])
    told.note("W-6", "12 forms | all · of them")
    told.ended(passed=False, fault="AssertionError")
    assert told.noted == {
        ("W-6", "words come back"): (False, "12 forms / all - of them; stopped by AssertionError"),
        ("U-4", "words come back"): (False, "stopped by AssertionError"),
    }


def test_a_test_that_passes_without_a_figure_is_named() -> None:
    told = Figures("words come back", ["W-6"])
    told.ended(passed=True, fault="")
    assert told.noted == {("W-6", "words come back"): (True, "holds")}
