"""`make eval`: the judge on the lines with labels that lie beside this repository, if they do; docs/judge.md says the figures.

The words stay where they are: only figures are written. `docs/judge.json` keeps them as numbers, and a test fails when one of
them falls below its interval (tests/moderation/test_judge_figures.py).
"""

import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from app.moderation.evaluating import Evaluation
from app.moderation.guidelines import Guidelines

ROOT = Path(__file__).parents[1]
LINES = ROOT.parent / "shared" / "eval" / "dev"
PAIRS = ROOT / "tests" / "moderation" / "contrast"
TOLD, NUMBERS = ROOT / "docs" / "judge.md", ROOT / "docs" / "judge.json"
SHARES = ("recall", "precision", "false_alarms")


class Aim(NamedTuple):
    """A figure to reach, and what others reach (MODERATION.md, "Figures to reach")."""

    says: str
    measure: str
    share: str
    at_least: float | None
    at_most: float | None
    elsewhere: str


AIMS = (
    Aim("clean recovery posts held back", "gold, clean: held back", "false_alarms", None, 0.015, "0.29 (presidio with names)"),
    Aim("recovery talk held back", "benign_recovery: held back", "false_alarms", None, 0.04, "0.44 (presidio with names)"),
    Aim("questions of peers held back", "peer_post: held back", "false_alarms", None, 0.02, "0.11 (presidio with names)"),
    Aim("crisis in a community of people in crisis", "suicide_community", "recall", 0.88, None, "0.56 (keywords), 0.80 (trained)"),
    Aim("… and in other communities", "suicide_community", "false_alarms", None, 0.03, "0.02"),
    Aim("danger in pairs of our own", "contrast: danger seen", "recall", 0.97, None, "–"),
    Aim("… of which urgent taken as urgent", "contrast: urgent as urgent", "recall", 0.97, None, "–"),
    Aim("… and the right tier on both sides", "contrast: right tier", "recall", 0.97, None, "–"),
    Aim("… and calm words called danger", "contrast: calm words called danger", "false_alarms", None, 0.03, "–"),
    Aim("clear crises judged by hand", "gold: crisis", "recall", 1.0, None, "8 of 12 (keywords)"),
    Aim("self-harm", "self_harm", "recall", 0.60, None, "0.45 (keywords)"),
    Aim("harassment", "harassment", "recall", 0.60, None, "0.33 (alt-profanity-check)"),
    Aim("hate", "hate", "recall", 0.55, None, "0.33 (better-profanity)"),
    Aim("… and what only looks like it", "hate", "false_alarms", None, 0.10, "0.34 (better-profanity)"),
    Aim("unsafe requests that are safe", "unsafe_request", "false_alarms", None, 0.01, "0.08 (naive words)"),
    Aim("offers of drugs", "sourcing", "recall", 0.97, None, "0.75 (keywords)"),
    Aim("… said of them rightly", "sourcing", "precision", 0.97, None, "0.84 (keywords)"),
    Aim("promotion", "promotion", "recall", 0.92, None, "0.57 (keywords)"),
    Aim("… said of it rightly", "promotion", "precision", 0.95, None, "0.73 (keywords)"),
    Aim("telephone numbers", "pii: PHONE_NUMBER", "recall", 0.98, None, "0.59 (presidio)"),
    Aim("e-mail addresses", "pii: EMAIL_ADDRESS", "recall", 0.98, None, "1.00 (patterns)"),
    Aim("card numbers", "pii: CREDIT_CARD", "recall", 0.98, None, "1.00 (patterns)"),
    Aim("IBAN", "pii: IBAN_CODE", "recall", 0.98, None, "0.93 (patterns)"),
    Aim("national ids", "pii: US_SSN", "recall", 0.98, None, "1.00 (patterns)"),
    Aim("web addresses", "pii: DOMAIN_NAME", "recall", 0.98, None, "1.00 (patterns)"),
    Aim("streets", "pii: STREET_ADDRESS", "recall", 0.60, None, "0.46 (spaCy)"),
    Aim("full names", "pii: full names", "recall", 0.60, None, "0.46 (lists of names)"),
)  # fmt: skip
FASTEST = {"p50": 1000, "p95": 4000, "p99": 10000}
"""Microseconds of the rules alone, at up to 4,000 characters."""


def measured(folder: Path) -> dict[str, Any]:
    """The figures of all files of a folder, and of the pairs of our own."""
    evaluation = Evaluation(Guidelines())
    for file in sorted(folder.glob("*.jsonl")):
        for line in filter(str.strip, file.read_text("utf-8").splitlines()):
            evaluation.take(line)
    for pair in pairs():
        for side, label in (("danger", 1), ("safe", 0)):
            said = {"text": pair[side], "kind": "contrast", "label": label, "level": pair[f"{side}_level"]}
            evaluation.take(json.dumps(said))
    return evaluation.figures.as_dict()


def pairs() -> Iterator[dict[str, str]]:
    """Pairs of texts that are alike and differ in what matters, written before the patterns by somebody who knew none."""
    for file in sorted(PAIRS.glob("*.jsonl")):
        yield from map(json.loads, file.read_text("utf-8").splitlines())


def page(figures: dict[str, Any], day: dt.date) -> Iterator[str]:
    """docs/judge.md, line by line."""
    yield "# The judge: what was measured"
    yield ""
    yield "Written by `make eval`, which judges lines of public research data that stay outside of this repository: only figures"
    yield "are here, and pairs of our own (tests/moderation/contrast). In brackets stands the 95 % interval (Wilson). What a label"
    yield "means, and does not mean, is said by the data's own README; a community is not its content, so 0.85 is about the most"
    yield "that words alone can say of one. The second reader was trained on some of these lines: where it counts, the figure is"
    yield "too good, and what the rules find without it is told apart (“by rules alone”; by folds: docs/decisions/0019)."
    yield ""
    times = figures["microseconds"]
    yield f"{day}. {figures['lines']:,} lines. " + ", ".join(
        f"{name} {times[name]:,} µs (at most {most:,})" for name, most in FASTEST.items()
    ) + ": the rules alone, on a shared machine."  # fmt: skip
    yield ""
    yield "## To reach"
    yield ""
    yield "| what | measured | to reach | | best found elsewhere |"
    yield "| --- | --- | --- | --- | --- |"
    for aim in AIMS:
        one = figures["measures"].get(aim.measure, {})
        reach = f"≥ {aim.at_least:.2f}" if aim.at_least is not None else f"≤ {aim.at_most:.3f}"
        yield f"| {aim.says} | {_share(one, aim.share)} | {reach} | {_verdict(one.get(aim.share), aim)} | {aim.elsewhere} |"
    yield ""
    yield "## All measures"
    yield ""
    yield "| measure | to find | not to find | recall | precision | false alarms |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, one in figures["measures"].items():
        yield (
            f"| {name} | {one['expected']} | {one['unexpected']} | " + " | ".join(_share(one, s) for s in SHARES) + " |"
        )


def _verdict(share: float | None, aim: Aim) -> str:
    if share is None:
        return "not measured"
    is_reached = share >= aim.at_least if aim.at_least is not None else share <= (aim.at_most or 0)
    return "reached" if is_reached else "**not reached**"


def _share(one: dict[str, Any], name: str) -> str:
    share, interval = one.get(name), one.get(f"{name}_95")
    return "–" if share is None or interval is None else f"{share:.3f} ({interval[0]:.2f}–{interval[1]:.2f})"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else LINES
    if not any(folder.glob("*.jsonl")):
        raise SystemExit(f"There are no lines with labels in {folder}: nothing was measured.")
    figures = measured(folder)
    TOLD.write_text("\n".join(page(figures, dt.datetime.now(dt.UTC).date())) + "\n", "utf-8")
    NUMBERS.write_text(json.dumps(figures["measures"], indent=1) + "\n", "utf-8")
    missing = sum("**not reached**" in line for line in TOLD.read_text("utf-8").splitlines())
    print(f"{figures['lines']:,} lines judged; {missing} figures are not reached; the tables are in docs/judge.md.")


if __name__ == "__main__":
    main()
