"""The figures as a table with ratios, printed and written to docs/speed.md."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.measures import Figures

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
SMALL, LARGE = 10_000, 1_000_000
Found = Mapping[tuple[str, int, int], Figures]


@dataclass(frozen=True, slots=True)
class Ratio:
    """What was measured, beside what, and what must and should hold (SPEED.md)."""

    name: str
    what: str
    gate: float
    goal: float


BESIDE = (
    Ratio("story page, warm / bare answer of the same bytes", "story, warm", 10, 4),
    Ratio("story page, nothing kept / Starlette + sqlite3 + Jinja", "story, nothing kept", 2.5, 1.3),
    Ratio("group page / Starlette + sqlite3 + Jinja", "group, warm", 2.5, 1.5),
    Ratio("reply, judged / insert with FULL + Markdown + bleach", "reply", 2, 1.3),
)
GROWTH = (1.5, 1.1)
GROWN = ("story, warm", "story, nothing kept", "group, warm", "group, nothing kept", "search, newest", "reply")
MOST_IDLE_MIB = 95
MOST_READY_SECONDS = 2.0


def write(found: Found, into: Path) -> bool:
    """Write the page and print it. True if a gate does not hold."""
    ratios, failed = _ratios(found)
    lines = [
        "# Speed: what was measured", "",
        "Written by `make bench`. CPU is that of the server's whole process tree and of its database, for each request; the least",
        "of three rounds. What lasts are the ratios: they are of one run on one machine.", "",
        f"{datetime.now(UTC):%Y-%m-%d}. {_machine()}", "",
        "## Ratios", "", "| ratio | measured | gate | goal | |", "| --- | --- | --- | --- | --- |", *ratios, "",
        "## Milliseconds of CPU for each request", "", *_table(found), "",
        "## Memory and start", "", *_starts(found), "",
    ]  # fmt: skip
    text = "\n".join(lines)
    into.write_text(text)
    print(text)
    return failed


def _ratios(found: Found) -> tuple[list[str], bool]:
    lines, failed = [], False
    bare, ours = found["bare", SMALL, 1].cpu, found["SQLite", SMALL, 1].cpu
    for ratio in BESIDE:
        line, broken = _line(ratio.name, ours[ratio.what] / bare[ratio.what], ratio.gate, ratio.goal)
        lines.append(line)
        failed |= broken
    for database in ("SQLite", "PostgreSQL"):
        if (database, LARGE, 1) not in found:
            continue
        small, large = found[database, SMALL, 1].cpu, found[database, LARGE, 1].cpu
        for what in GROWN:
            line, broken = _line(
                f"1 million / 10 thousand posts, {database}: {what}", large[what] / small[what], *GROWTH
            )
            lines.append(line)
            failed |= broken
    first = found["SQLite", SMALL, 1]
    for name, value, most in (
        ("memory of an idle worker, MiB", first.memory, MOST_IDLE_MIB),
        ("ready on an existing database, s", first.ready, MOST_READY_SECONDS),
    ):  # fmt: skip
        line, broken = _line(name, value, most, most)
        lines.append(line)
        failed |= broken
    return lines, failed


def _line(name: str, value: float, gate: float, goal: float) -> tuple[str, bool]:
    said = "goal reached" if value <= goal else "holds" if value <= gate else "**does not hold**"
    return f"| {name} | {value:.2f} | {gate:g} | {goal:g} | {said} |", value > gate


def _table(found: Found) -> list[str]:
    columns = [key for key in found if key[0] != "bare"]
    names = [f"{database}, {posts:,} posts" + (f", {at} workers" if at > 1 else "") for database, posts, at in columns]
    whats = list(found[columns[0]].cpu)
    head = ["| | bare limit | " + " | ".join(names) + " |", "| --- " * (len(columns) + 2) + "|"]
    bare = found["bare", SMALL, 1].cpu
    return head + [
        f"| {what} | {f'{bare[what]:.3f}' if what in bare else ''} | "
        + " | ".join(f"{found[key].cpu[what]:.2f}" for key in columns)
        + " |"
        for what in whats
    ]


def _starts(found: Found) -> list[str]:
    lines = [
        "| | idle MiB | after load | ready s | story page bytes | seeded s |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for (database, posts, at), one in found.items():
        if database != "bare":
            lines.append(
                f"| {database}, {posts:,} posts, {at} at work | {one.memory:.0f} | {one.memory_loaded:.0f} | {one.ready:.1f} | "
                f"{one.page_bytes:,} | {one.seeded_seconds:.0f} |"
            )
    return lines


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in ("fastapi", "starlette", "uvicorn", "sqlalchemy"))
    return f"{os.cpu_count()} shared cores, {memory:.0f} GiB, Python {platform.python_version()}, {libraries}."
