"""The figures as a table with ratios, printed and written to docs/speed.md."""

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
SMALL, LARGE = 10_000, 1_000_000
UNJUDGED = "reply, not judged"
"""Only what is beside the judge is compared with an insert; both are told."""


@dataclass
class Start:
    """How a Hearth starts: seconds until ready; MiB of a worker, idle and under load; seconds to seed its forum."""

    ready: float
    idle_mib: float
    seeded: float
    loaded_mib: float = 0.0


@dataclass
class Column:
    """One Hearth: milliseconds of CPU for each thing asked of it."""

    start: Start
    cpu: dict[str, float] = field(default_factory=dict)


@dataclass
class Found:
    """All that was measured. `columns` by database, posts and workers; `beside` and `growth` are ratios."""

    columns: dict[tuple[str, int, int], Column] = field(default_factory=dict)
    bare: dict[str, float] = field(default_factory=dict)
    beside: dict[str, float] = field(default_factory=dict)
    growth: dict[tuple[str, str], float] = field(default_factory=dict)
    page_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Ratio:
    """What was measured, beside what, and what must and should hold (SPEED.md); no gate is only told."""

    name: str
    what: str
    gate: float | None = None
    goal: float = 0.0


BESIDE = (
    Ratio("story page, warm / bare answer of the same bytes", "story, warm", 10, 4),
    Ratio("story page, nothing kept / Starlette + sqlite3 + Jinja", "story, nothing kept", 2.5, 1.3),
    Ratio("group page / Starlette + sqlite3 + Jinja", "group, warm", 2.5, 1.5),
    Ratio("reply, without the judge / insert with FULL + Markdown + bleach", UNJUDGED, 2, 1.3),
    Ratio("reply with the judge / the same", "reply"),
)
GROWTH = (1.5, 1.1)
MOST_IDLE_MIB = 95
MOST_READY_SECONDS = 2.0


def write(found: Found, into: Path) -> bool:
    """Write the page and print it. True if a gate does not hold."""
    ratios, failed = _ratios(found)
    lines = [
        "# Speed: what was measured", "",
        "Written by `make bench`. CPU is that of the server's whole process tree and of its database, for each request. What is",
        "compared runs at the same time and is asked in turns; each figure is the median of the turns. Servers and databases",
        "run on one core, the load on another. What lasts are the ratios: they are of one run on one machine.", "",
        f"{datetime.now(UTC):%Y-%m-%d}. {_machine()} A story page with 50 replies has {found.page_bytes:,} bytes.", "",
        "## Ratios", "", "| ratio | measured | gate | goal | |", "| --- | --- | --- | --- | --- |", *ratios, "",
        "## Milliseconds of CPU for each request", "", *_table(found), "",
        "## Memory and start", "", *_starts(found), "",
    ]  # fmt: skip
    text = "\n".join(lines)
    into.write_text(text)
    print(text)
    return failed


def _ratios(found: Found) -> tuple[list[str], bool]:
    first = found.columns["SQLite", SMALL, 1].start
    measured = [
        *((ratio.name, found.beside[ratio.what], ratio.gate, ratio.goal) for ratio in BESIDE),
        *((f"1 million / 10 thousand posts, {where}: {what}", value, *GROWTH) for (where, what), value in found.growth.items()),
        ("memory of an idle worker, MiB", first.idle_mib, MOST_IDLE_MIB, MOST_IDLE_MIB),
        ("ready on an existing database, s", first.ready, MOST_READY_SECONDS, MOST_READY_SECONDS),
    ]  # fmt: skip
    return [_line(*one) for one in measured], any(gate and value > gate for _name, value, gate, _goal in measured)


def _line(name: str, value: float, gate: float | None, goal: float) -> str:
    if gate is None:
        return f"| {name} | {value:.2f} | | | |"
    said = "goal reached" if value <= goal else "holds" if value <= gate else "**does not hold**"
    return f"| {name} | {value:.2f} | {gate:g} | {goal:g} | {said} |"


def _table(found: Found) -> list[str]:
    names = [
        f"{database}, {posts:,} posts" + (f", {at} workers" if at > 1 else "") for database, posts, at in found.columns
    ]
    whats = list(dict.fromkeys(what for column in found.columns.values() for what in column.cpu))
    head = ["| | bare limit | " + " | ".join(names) + " |", "| --- " * (len(names) + 2) + "|"]
    return head + [
        f"| {what} | {_cell(found.bare, what, 3)} | "
        + " | ".join(_cell(column.cpu, what, 2) for column in found.columns.values())
        + " |"
        for what in whats
    ]


def _cell(figures: dict[str, float], what: str, digits: int) -> str:
    return f"{figures[what]:.{digits}f}" if what in figures else ""


def _starts(found: Found) -> list[str]:
    return [
        "| | idle MiB | after load | ready s | seeded s |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {database}, {posts:,} posts, {at} at work | {one.start.idle_mib:.0f} | "
            f"{one.start.loaded_mib or float('nan'):.0f} | {one.start.ready:.1f} | {one.start.seeded:.0f} |"
            for (database, posts, at), one in found.columns.items()
        ),
    ]


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in ("fastapi", "starlette", "uvicorn", "sqlalchemy"))
    return f"{os.cpu_count()} shared cores, {memory:.0f} GiB, Python {platform.python_version()}, {libraries}."
