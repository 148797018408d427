"""The judge does not get worse: no figure falls further below the last one written than its interval (docs/judge.json).

Pairs of our own are measured everywhere. The words of others lie outside of this repository (`make eval`): where they are, all
figures are held against what was written."""

import json

from benchmarks.judge import AIMS, LINES, NUMBERS, measured

WRITTEN = json.loads(NUMBERS.read_text("utf-8"))
OURS = {name: figures for name, figures in WRITTEN.items() if name.startswith("contrast: ")}


def test_no_figure_fell() -> None:
    now = measured(LINES)["measures"]
    held = WRITTEN if any(LINES.glob("*.jsonl")) else OURS
    assert len(OURS) == 4
    assert now.keys() >= held.keys()
    fell = [
        f"{name}: recall {now[name]['recall']:.3f}, was {was['recall']:.3f}"
        for name, was in held.items()
        if was["recall"] is not None and now[name]["recall"] < was["recall_95"][0]
    ]
    rose = [
        f"{name}: false alarms {now[name]['false_alarms']:.3f}, were {was['false_alarms']:.3f}"
        for name, was in held.items()
        if was["false_alarms"] is not None and now[name]["false_alarms"] > was["false_alarms_95"][1]
    ]
    assert not fell + rose


def test_what_is_to_be_reached_was_measured() -> None:
    assert [aim.says for aim in AIMS if aim.measure not in WRITTEN] == []


def test_only_figures_are_written() -> None:
    values = [value for one in WRITTEN.values() for value in one.values()]
    flat = [v for value in values for v in (value if isinstance(value, list) else [value])]
    assert all(v is None or isinstance(v, int | float) for v in flat)
