"""How well the judge sees is counted rightly: lines with labels in, figures out, and people's words nowhere."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.cli import hearth
from app.moderation.checking import BadLineError
from app.moderation.evaluating import GOLD, SEES, Evaluation
from app.moderation.figures import percentile, table, wilson
from app.moderation.guidelines import Guidelines

DANGER, PHONE, QUIET = "I want to kill myself tonight", "Ring me on 07700 900123.", "Nine days. It was a quiet evening."


def line(text: str, kind: str, label: int, **more: object) -> str:
    return json.dumps({"id": "x", "text": text, "kind": kind, "label": label, **more})


def measured(*lines: str, keep: int = 0) -> Evaluation:
    evaluation = Evaluation(Guidelines(country="GB"), keep)
    for one in lines:
        evaluation.take(one)
    return evaluation


def counts(evaluation: Evaluation, measure: str) -> tuple[int, int, int, int]:
    found = evaluation.figures.by_measure[measure]
    return found.right, found.missed, found.false, found.quiet


def test_each_of_the_four_ways_is_counted() -> None:
    asked = (DANGER, 1), (DANGER, 1), (QUIET, 1), (DANGER, 0), (QUIET, 0), (QUIET, 0), (PHONE, 0)
    found = measured(*(line(text, "suicide_community", label) for text, label in asked))
    assert counts(found, "suicide_community") == (2, 1, 1, 3)
    told = found.figures.as_dict()
    one = told["measures"]["suicide_community"]
    assert (one["recall"], one["precision"], one["f1"], one["false_alarms"]) == (2 / 3, 2 / 3, 2 / 3, 1 / 4)
    assert (one["expected"], one["unexpected"], told["lines"]) == (3, 4, 7)
    assert one["recall_95"] == one["precision_95"] == wilson(2, 3)
    assert "\n".join(table(told)).count("0.667 (0.21 – 0.94)") == 4


def test_recovery_talk_is_asked_whether_it_was_held_back_and_whether_help_was_shown() -> None:
    found = measured(*(line(text, "benign_recovery", 0) for text in (QUIET, QUIET, PHONE, DANGER, "I can't go on")))
    assert counts(found, "benign_recovery: held back") == (0, 0, 2, 3)
    assert counts(found, "benign_recovery: help shown") == (0, 0, 2, 3)


def test_what_was_judged_by_hand_counts_where_it_is_clear() -> None:
    found = measured(
        line(DANGER, "gold", 1, gold={"crisis": 2}),
        line(DANGER, "gold", 1, gold={"crisis": 1}),
        line(QUIET, "gold", 0, gold={}),
        line(PHONE, "gold", 0, gold={}),
        line(QUIET, "gold", 1, gold={"crisis": 2, "link": 2}),
    )
    assert counts(found, "gold: crisis") == (1, 1, 0, 2)
    assert counts(found, "gold: link") == (0, 1, 0, 4)
    assert counts(found, "gold, clean: held back") == (0, 0, 1, 1)


def test_private_things_are_counted_by_their_places() -> None:
    place = {"type": "PHONE_NUMBER", "start": PHONE.index("0"), "end": len(PHONE) - 1}
    elsewhere = {"type": "AGE", "start": 0, "end": 2}
    found = measured(
        line(PHONE, "pii", 1, spans=[place, elsewhere]), line(PHONE, "pii", 1, spans=[]), line(QUIET, "pii", 0)
    )
    assert counts(found, "pii: PHONE_NUMBER") == (1, 0, 0, 0)
    assert counts(found, "pii: AGE") == (0, 1, 0, 0)
    assert counts(found, "pii: findings at no place") == (0, 0, 1, 1)


def test_full_names_are_counted_apart() -> None:
    text = "Karen Whitfield knows Piotr"
    both = {"type": "PERSON", "value": "Karen Whitfield", "start": 0, "end": 15}
    first = {"type": "PERSON", "value": "Piotr", "start": 22, "end": 27}
    found = measured(line(text, "pii", 1, spans=[both, first]))
    assert counts(found, "pii: PERSON") == (1, 1, 0, 0)
    assert counts(found, "pii: full names") == (1, 0, 0, 0)


def test_a_finding_of_another_kind_is_no_answer() -> None:
    found = measured(line(PHONE, "suicide_community", 1), line(DANGER, "sourcing", 0), line(PHONE, "something new", 1))
    assert counts(found, "suicide_community") == (0, 1, 0, 0)
    assert counts(found, "sourcing") == (0, 0, 0, 1)
    assert counts(found, "something new") == (1, 0, 0, 0)


@pytest.mark.parametrize(
    "raw",
    ["", "{}", "[]", '{"text": "x", "kind": "gold"}', '{"text": "x", "label": 2, "kind": "gold"}',
     '{"text": "x", "label": 1, "kind": "contrast"}', '{"text": "x", "label": 1, "kind": "contrast", "level": "much"}',
     '{"text": "x", "label": 1, "kind": "pii", "spans": [{"start": 0}]}', '{"text": "x", "label": 1, "kind": "pii", "spans": [3]}',
     '{"text": "x", "label": 1, "kind": "gold", "gold": ["crisis"]}', '{"text": "x", "label": 1}',
     '{"text": 1, "label": 1, "kind": "gold"}', '{"text": "x", "label": true}'],
)  # fmt: skip
def test_a_bad_line_is_named_and_counted_nowhere(raw: str) -> None:
    evaluation = Evaluation(Guidelines())
    with pytest.raises(BadLineError):
        evaluation.take(raw)
    assert evaluation.figures.times == []


def test_of_mistakes_the_first_few_of_each_sort_are_kept() -> None:
    missed = [line(f"{QUIET} {n}", "suicide_community", 1) for n in range(5)]
    wrong = [line(f"{DANGER} {n}", "suicide_community", 0) for n in range(5)]
    found = measured(*missed, *wrong, keep=2)
    told = [(m.is_miss, m.text[-1]) for m in found.mistakes if m.measure == "suicide_community"]
    assert told == [(True, "0"), (True, "1"), (False, "0"), (False, "1")]
    assert "crisis.intent" in found.mistakes[-1].rules
    assert measured(*missed).mistakes == []


def test_wilson_as_it_is_published() -> None:
    """Eight of ten: 0.490 to 0.943 (Brown, Cai and DasGupta 2001)."""
    assert wilson(0, 0) is None
    low, high = wilson(8, 10) or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


@given(st.integers(1, 500).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_an_interval_holds_its_share(shares: tuple[int, int]) -> None:
    part, whole = shares
    low, high = wilson(part, whole) or (2.0, -1.0)
    assert 0 <= low <= part / whole + 1e-12
    assert part / whole - 1e-12 <= high <= 1


@given(st.lists(st.integers(0, 10**6), min_size=1), st.integers(1, 100))
def test_a_percentile_is_one_of_the_times_that_so_many_do_not_exceed(times: list[int], share: int) -> None:
    found = percentile(times, share)
    assert found in times
    assert sum(time <= found for time in times) * 100 >= share * len(times)
    assert sum(time < found for time in times) * 100 < share * len(times)


def test_rules_that_are_asked_for_begin_like_rules_there_can_be() -> None:
    kinds = ("crisis.", "guideline.", "confidentiality.")
    assert all(rule.startswith(kinds) for asked in (*SEES.values(), *GOLD.values()) for rule in asked)


def test_the_command_prints_a_table_and_json_and_no_words(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text(f"{line(DANGER, 'suicide_community', 0)}\n\n{line(QUIET, 'suicide_community', 1)}\n", "utf-8")
    bad.write_bytes(b"\xff\n" + line(QUIET, "peer_post", 0).encode() + b"\n")
    run = CliRunner()
    told = run.invoke(hearth, ["moderation", "evaluate", str(good)])
    assert told.exit_code == 0, told.output
    assert "suicide_community" in told.output
    assert "2 lines, the rules alone: p50" in told.output
    assert DANGER not in told.output
    both = run.invoke(hearth, ["moderation", "evaluate", "--json", str(good), str(bad)])
    assert both.exit_code == 1
    assert "bad.jsonl, line 1: The line is not JSON." in both.stderr
    figures = json.loads(both.stdout)
    assert figures["lines"] == 3
    assert figures["measures"]["suicide_community"]["false_alarms"] == 1.0
    assert all(text in "\n".join(table(figures)) for text in ("suicide_community", "peer_post: held back"))


def test_mistakes_are_shown_in_a_terminal_alone(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text(line(QUIET, "suicide_community", 1) + "\n", "utf-8")
    refused = CliRunner().invoke(hearth, ["moderation", "evaluate", "--errors", "3", str(file)])
    assert refused.exit_code == 1
    assert "written nowhere" in refused.stderr
    assert QUIET not in refused.output
