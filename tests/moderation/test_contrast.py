"""The pairs on which the judge is measured: texts that are alike, one of danger and one not."""

from collections import Counter

import pytest

from app.moderation.evaluating import LEVELS
from app.moderation.sanitise import LONGEST_TEXT
from benchmarks.judge import pairs

PAIRS = list(pairs())
FEWEST, FEWEST_DOUBLE = 400, 200
KINDS = {"double_negation", "negated", "past", "third_person", "idiom", "advice_or_quoted"}
FAMILIES = {
    "intent", "passive", "means", "time_set", "farewell", "attempt", "self_injury", "overdose", "withdrawal", "abuse", "minor",
    "someone_else", "eating", "slang",
}  # fmt: skip
KEYS = {"kind", "family", "danger", "danger_level", "safe", "safe_level", "note"}


def test_there_are_enough_of_each_sort() -> None:
    kinds, families = (Counter(pair[name] for pair in PAIRS) for name in ("kind", "family"))
    assert len(PAIRS) >= FEWEST
    assert kinds.keys() == KINDS
    assert kinds["double_negation"] >= FEWEST_DOUBLE
    assert families.keys() == FAMILIES
    assert min(families.values()) >= 25


@pytest.mark.parametrize("pair", PAIRS, ids=[str(n) for n in range(len(PAIRS))])
def test_a_pair_differs_in_how_much_danger_it_says(pair: dict[str, str]) -> None:
    assert pair.keys() == KEYS
    assert LEVELS.index(pair["safe_level"]) < LEVELS.index(pair["danger_level"])
    assert LEVELS.index(pair["danger_level"]) >= LEVELS.index("concern")
    assert 0 < len(pair["safe"]) <= LONGEST_TEXT
    assert pair["danger"].lower() != pair["safe"].lower()


def test_no_text_stands_there_twice() -> None:
    texts = Counter(" ".join(pair[side].lower().split()) for pair in PAIRS for side in ("danger", "safe"))
    assert [text for text, count in texts.items() if count > 1] == []
