"""Recall, precision and false alarms, each with how sure one can be of it."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

SURE: Final = 1.96
"""Standard deviations of a 95 % interval."""


@dataclass(slots=True)
class Counts:
    """How often a measure was answered in each of the four ways."""

    right: int = 0
    missed: int = 0
    false: int = 0
    quiet: int = 0

    def note(self, *, expected: bool, found: bool) -> None:
        if expected:
            self.right, self.missed = self.right + found, self.missed + (not found)
        else:
            self.false, self.quiet = self.false + found, self.quiet + (not found)


@dataclass(slots=True)
class Figures:
    """What came out: a line of figures for each measure, and microseconds of the rules alone, one for each line of data."""

    by_measure: dict[str, Counts] = field(default_factory=dict)
    times: list[int] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {
            "measures": {name: _told(counts) for name, counts in sorted(self.by_measure.items())},
            "lines": len(self.times),
            "microseconds": {f"p{n}": percentile(self.times, n) for n in (50, 95, 99)},
        }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """The 95 % interval of a share (Wilson 1927); None of nothing."""
    if not whole:
        return None
    share, square = part / whole, SURE**2
    middle = share + square / (2 * whole)
    reach = SURE * math.sqrt(share * (1 - share) / whole + square / (4 * whole**2))
    return max(0.0, (middle - reach) / (1 + square / whole)), min(1.0, (middle + reach) / (1 + square / whole))


def percentile(times: Iterable[int], share: int) -> int:
    """The time that so many of a hundred lines do not exceed; 0 of nothing."""
    ordered = sorted(times)
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)] if ordered else 0


def _told(counts: Counts) -> dict[str, Any]:
    expected, unexpected = counts.right + counts.missed, counts.false + counts.quiet
    can_be_precise = expected and unexpected
    found = counts.right + counts.false if can_be_precise else 0
    return {
        "expected": expected,
        "unexpected": unexpected,
        "right": counts.right,
        "false": counts.false,
        "recall": _share(counts.right, expected),
        "recall_95": wilson(counts.right, expected),
        "precision": _share(counts.right, found),
        "precision_95": wilson(counts.right, found),
        "f1": _share(2 * counts.right, 2 * counts.right + counts.false + counts.missed) if can_be_precise else None,
        "false_alarms": _share(counts.false, unexpected),
        "false_alarms_95": wilson(counts.false, unexpected),
    }


def table(told: dict[str, Any]) -> Iterator[str]:
    """The figures as lines for a terminal."""
    yield f"{'measure':<28} {'lines':>6} {'to find':>8} {'recall':>21} {'precision':>21} {'F1':>6} {'false alarms':>21}"
    for name, one in told["measures"].items():
        shares = [_with_interval(one[n], one[f"{n}_95"]) for n in ("recall", "precision", "false_alarms")]
        f1 = "–" if one["f1"] is None else f"{one['f1']:.2f}"
        lines = one["expected"] + one["unexpected"]
        yield f"{name:<28} {lines:>6} {one['expected']:>8} {shares[0]:>21} {shares[1]:>21} {f1:>6} {shares[2]:>21}"
    times = told["microseconds"]
    yield f"{told['lines']} lines, the rules alone: p50 {times['p50']} µs, p95 {times['p95']} µs, p99 {times['p99']} µs"


def _with_interval(share: float | None, interval: tuple[float, float] | None) -> str:
    if share is None or interval is None:
        return "–"
    return f"{share:.3f} ({interval[0]:.2f} – {interval[1]:.2f})"
