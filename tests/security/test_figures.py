"""The table of figures says what was measured, and no more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine

from tests.security import figures
from tests.security.figures import Figures


def _rows(file: Path) -> list[str]:
    return [row for row in file.read_text("utf-8").splitlines() if figures.ROW.match(row)]


def test_every_requirement_has_a_line_in_its_order(tmp_path: Path) -> None:
    file = tmp_path / "figures.md"
    figures.write({("U-1", "SQLite"): (True, "3 kills: lost 0")}, file)
    today = datetime.now(UTC).date()
    rows = _rows(file)
    assert [row.split(" | ")[0].strip("| ") for row in rows] == list(figures.requirements())
    assert len(rows) == 141
    assert f"| U-1 | held | SQLite: 3 kills: lost 0 ({today}) |" in rows
    assert "| U-10 | not measured | – |" in rows
    assert "1 held, 0 do not hold, 140 not measured" in file.read_text("utf-8")


def test_a_run_of_a_few_tests_keeps_what_others_found_and_when(tmp_path: Path) -> None:
    file = tmp_path / "figures.md"
    with time_machine.travel(datetime(2026, 1, 2, tzinfo=UTC)):
        figures.write({("U-1", "SQLite"): (True, "lost 0"), ("U-1", "PostgreSQL"): (True, "lost 0 (of 3)")}, file)
    with time_machine.travel(datetime(2026, 1, 3, tzinfo=UTC)):
        figures.write({("U-1", "PostgreSQL"): (False, "lost 1"), ("O-8", "a stuck client"): (True, "5.1 s")}, file)
    told = "does not hold, PostgreSQL: lost 1 (2026-01-03) · SQLite: lost 0 (2026-01-02)"
    assert f"| U-1 | does not hold | {told} |" in _rows(file)
    with time_machine.travel(datetime(2026, 1, 4, tzinfo=UTC)):
        figures.write({("U-1", "PostgreSQL"): (True, "lost 0 (of 3)")}, file)
    assert figures.read(file) == {
        "U-1": {"PostgreSQL": (True, "lost 0 (of 3)", "2026-01-04"), "SQLite": (True, "lost 0", "2026-01-02")},
        "O-8": {"a stuck client": (True, "5.1 s", "2026-01-03")},
    }
    figures.drop_others({("U-1", "SQLite")}, file)
    assert figures.read(file) == {"U-1": {"SQLite": (True, "lost 0", "2026-01-02")}}


def test_a_whole_run_drops_what_nobody_measures_and_one_that_only_gathers_drops_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dropped = list[set[tuple[str, str]]]()
    monkeypatch.setattr(figures, "drop_others", dropped.append)
    for only_gathers in (True, False):
        config = SimpleNamespace(
            option=SimpleNamespace(keyword="", collectonly=only_gathers), getoption=lambda _name: True, stash={},
            args_source=pytest.Config.ArgsSource.TESTPATHS,
        )  # fmt: skip
        session: Any = SimpleNamespace(config=config, shouldfail=False, shouldstop=False)
        figures.pytest_sessionfinish(session, pytest.ExitCode.OK)
    assert dropped == [set()]


def test_what_a_test_that_failed_wrote_goes_when_it_says_its_figure(tmp_path: Path) -> None:
    file = tmp_path / "figures.md"
    failed = Figures("kills at length", ["U-1"])
    failed.ended(passed=False, fault="OSError")
    figures.write(failed.noted, file)
    assert figures.read(file)["U-1"]["kills at length"].held is False
    figures.write({("U-1", "SQLite"): (True, "lost 0")}, file, instead_of={("U-1", "kills at length")})
    assert list(figures.read(file)["U-1"]) == ["SQLite"]


def test_runs_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "figures.md"
    lines = list(figures.requirements())[:40]
    with ThreadPoolExecutor(8) as runs:
        list(runs.map(lambda line: figures.write({(line, "all"): (True, "holds")}, file), lines))
    assert set(figures.read(file)) == set(lines)


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
