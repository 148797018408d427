"""CPU and memory of a server: of its whole process tree, and of its database."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
CPU_CLOCK = 2
"""clock_getcpuclockid(3) makes a process's clock of its number and this."""


def cpu_seconds(roots: Iterable[int]) -> float:
    """CPU time that these processes and their children, also those that ended, have used so far."""
    return sum(_own_seconds(pid) + _ended_ticks(pid) / TICKS for root in roots for pid in tree(root))


def memory_mib(root: int) -> float:
    """Proportional memory of a process and its children: what they share is counted once."""
    return sum(_pss_kib(pid) for pid in tree(root)) / 1024


def tree(root: int) -> list[int]:
    """A process and all below it, as they are now."""
    below: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                below.setdefault(int(_stat(int(folder.name))[1]), []).append(int(folder.name))
            except OSError:
                continue
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += below.get(pid, [])
    return found


def _stat(pid: int) -> list[str]:
    """The fields after the name: state, parent, …"""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _own_seconds(pid: int) -> float:
    """By the kernel's clock of that process, which counts nanoseconds where /proc counts hundredths of a second."""
    try:
        return time.clock_gettime(~pid << 3 | CPU_CLOCK)
    except OSError:
        return 0.0


def _ended_ticks(pid: int) -> int:
    try:
        return sum(int(field) for field in _stat(pid)[13:15])
    except OSError:
        return 0


def _pss_kib(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
