"""How rules find their words: whole words, words near each other, checksums, and only near a trigger."""

from typing import Any

import pytest

from app.moderation.evidence import read_evidence
from app.moderation.patterns import REACH, Triggers, read_pattern


def found(raw: str | dict[str, Any], text: str, triggers: tuple[str, ...] = ()) -> list[str]:
    pattern = read_pattern(raw, {"fruit": "apple|pear", "sweet": "ripe {fruit}"})
    awake = Triggers({*triggers, *pattern.triggers}).present(text)
    return [text[a:b] for a, b in pattern.find(text, awake, triggers)]


@pytest.mark.parametrize(
    ("raw", "text", "places"),
    [
        (r"\b{sweet}s?\b", "a ripe pear and ripe apples", ["ripe pear", "ripe apples"]),
        (r"\ba (?P<at>{fruit})", "a pear", ["pear"]),
        ({"words": ["red car", "car"]}, "a red car, cars and a scar", ["red car"]),
        ({"words": ["shout*"]}, "he shouted and they shout", ["shouted", "shout"]),
        ({"words": ["c++ (new)"]}, "c++ (new)", ["c++ (new)"]),
        ({"near": [["rope"], ["hand", "lap"]], "within": 3}, "the rope is in my hand", ["rope is in my hand"]),
        ({"near": [["rope"], ["hand"]], "within": 3}, "in my hand a long rope", ["hand a long rope"]),
        ({"near": [["rope"], ["hand"]], "within": 2}, "the rope is in my hand", []),
        ({"near": [["rope"], ["hand"]], "within": 5}, "the rope. my hand", []),
        ({"near": [["a"], ["b"], ["c"]], "within": 2}, "c x a y b", ["c x a y b"]),
        ({"near": [["a"], ["b"], ["c"]], "within": 2}, "a y b", []),
        ({"near": [["rope"], r"\b{sweet}"], "within": 3}, "a rope and a ripe pear", ["rope and a ripe pear"]),
        ({"near": [r"\b{sweet}", r"\bro\w+"], "within": 3, "triggers": ["rope"]}, "a rope. a ripe pear", []),
        ({"near": [["rope"], ["hand"]], "within": 5, "breaks": 1}, "the rope. my hand", ["rope. my hand"]),
        ({"near": [["rope"], ["hand"]], "within": 5, "breaks": 1}, "the rope. no. my hand", []),
        ({"near": [["rope"], ["hand"]], "within": 5, "breaks": 1}, "the rope\nmy hand", []),
        ({"is": r"\d[\d ]{10,20}\d", "checksum": "luhn"}, "4539 1488 0343 6467", ["4539 1488 0343 6467"]),
        ({"is": r"\d[\d ]{10,20}\d", "checksum": "luhn"}, "4539 1488 0343 6468", []),
    ],
)
def test_what_a_pattern_finds(raw: str | dict[str, Any], text: str, places: list[str]) -> None:
    assert found(raw, text) == places


def test_a_pattern_looks_near_its_triggers_alone() -> None:
    far = "x " * REACH * 3
    assert found(r"\bpear\b", "pear", triggers=("plum",)) == []
    assert found(r"\bpear\b", f"pear plum{far}pear{far}pear plum", triggers=("plum",)) == ["pear", "pear"]
    assert found({"is": r"\bpear\b", "triggers": ["plum"]}, "pear fig", triggers=("fig",)) == []


@pytest.mark.parametrize("at", range(0, 4 * REACH, 37))
def test_a_word_is_found_wherever_its_trigger_stands(at: int) -> None:
    text = ("word " * REACH)[:at] + " a ripe pear " + "word " * REACH
    assert found(r"\b{sweet}\b", text, triggers=("pear",)) == ["ripe pear"]


def test_triggers_are_counted_where_they_end() -> None:
    assert Triggers({"he", "she"}).present("she he") == {"she": [2], "he": [2, 5]}
    assert Triggers(()).present("she") == {}


WRITTEN: dict[str, Any] = {
    "bounds": {"clause": r"[.!?;\n]|, but ", "sentence": r"[.!?\n]", "paragraph": r"\n"},
    "words": {"no": "not|never"},
    "evidence": [
        {"name": "denied", "scope": "clause", "where": "before", "counted": True, "is": [r"\b{no}\b"]},
        {"name": "told", "scope": "sentence", "where": "around", "is": [r"\bhe said\b"]},
        {"name": "later", "scope": "paragraph", "where": "after", "is": [r"\bglad\b"]},
        {"name": "right before", "scope": "sentence", "where": "before", "is": [r"\bnot \Z"]},
        {"name": "right after", "scope": "sentence", "where": "after", "is": [r"\A then\b"]},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "holds"),
    [
        ("denied", "i am not here", True),
        ("denied", "i am not never here", False),
        ("denied", "i never am not never here", True),
        ("denied", "not now. i am here", False),
        ("denied", "not now, but i am here", False),
        ("denied", "here i am not", False),
        ("told", "here, he said", True),
        ("told", "he said so. here", False),
        ("later", "here. now i am glad", True),
        ("later", "glad to be here", False),
        ("later", "here\nglad", False),
        ("right before", "he is not here then", True),
        ("right before", "he is not now here then", False),
        ("right after", "he is not here then", True),
        ("right after", "he is not here now then", False),
    ],
)
def test_evidence_stands_on_its_side_and_in_its_scope(name: str, text: str, *, holds: bool) -> None:
    at = text.index("here")
    assert read_evidence(WRITTEN)[name].holds(text, at, at + 4) is holds


def changed(change: dict[str, object]) -> dict[str, Any]:
    return {**WRITTEN, "evidence": [{**WRITTEN["evidence"][0], **change}]}


@pytest.mark.parametrize(
    "change", [{"scope": "page"}, {"where": "inside"}, {"is": []}, {"is": ["("]}, {"is": ["x*"]}, {"is": ["{none}"]}]
)
def test_broken_evidence_is_named(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="denied"):
        read_evidence(changed(change))
