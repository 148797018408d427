"""Twenty thousand characters of the worst text one can think of cost hardly more than as many of ordinary words (issue: 50 ms)."""

import json
from functools import cache
from pathlib import Path
from time import process_time

import pytest

from app.moderation import sanitise
from app.moderation.guidelines import Guidelines
from app.moderation.judge import weigh
from app.moderation.packing import pack
from app.moderation.rulebook import all_ready, rulebook

LENGTH = 20_000
MOST = 2
"""So many times what ordinary words of the same length cost, measured beside them: those take some 25 ms on a calm machine of
2026, and 50 are allowed."""
MOST_OF_ALL_WORDS = 6
"""A text of nothing but the words that wake rules, each of them, wakes every pattern there is. No post is like it; it costs more
than the bound, and the decision record says so (docs/decisions/0019)."""
MOST_OF_EXAMPLES = 3
"""The same for a text that is one example of a rule, over and over: each of them is found, placed and told."""
TRIES = 4
MOST_SECONDS_OF_ORDINARY_WORDS = 0.15
"""On a shared machine. What is measured beside them alone would not show that everything became slower."""
HOSTILE = {
    "one letter": "a",
    "gaps": " ",
    "newlines": "\n",
    "i": "i ",
    "my": "my my ",
    "i want to": "i want to ",
    "figures": "0123456789 ",
    "one figure": "1 ",
    "spaced letters": "k i l l ",
    "dotted": "k.i.l.l.",
    "leet": "1|1|1a ",
    "stars": "k*ll ",
    "addresses": "a.a@a.a ",
    "at": "@a ",
    "dots": "a.",
    "dashes": "a-",
    "tags": "<a<",
    "links": "](a",
    "brackets": "[",
    "entities": "&#x41;",
    "capitals": "My Sponsor Dave ",
    "names": "Anna ",
    "one long word": "abcdefghij",
    "not": "not not ",
    "quotes": '"i said ',
    "accents": "e\u0301",
    "marks": "\u0301",
    "zero width": "a\u200b",
    "astral": "\U0001d41a",
    "kill": "kill ",
    "pills": "the pills the pills ",
    "colons": "://",
    "plus": "+1 (",
    "street": "12 Long Old Hill ",
    "no": "no no ",
    "no es que": "no es que no ",
    "quiero": "quiero ",
    "me quiero": "me quiero ya ",
    "matarme": "matarme ",
    "se va a matar": "mi hermano dice que se va a ",
    "hace": "hace dos anos ",
    "spoken figures": "uno dos ",
    "arroba": "a arroba ",
    "punto": "a punto ",
}
PAIRS = {"en": "contrast/others.jsonl", "es": "spanish/pairs.jsonl"}
LANGUAGE = pytest.mark.parametrize("language", PAIRS)


@cache
def ordinary(language: str) -> str:
    """Calm words of our own, one after the other."""
    lines = (Path(__file__).parent / PAIRS[language]).read_text("utf-8").splitlines()
    return as_long(" ".join(json.loads(line)["safe"] for line in lines) + " ")


def as_long(piece: str) -> str:
    return (piece * (LENGTH // len(piece) + 1))[:LENGTH]


def all_triggers(language: str) -> list[str]:
    found = pack(language)
    assert found is not None
    return sorted(
        {w for rule in found.rules for ws in (rule.triggers, *(p.triggers for p in rule.patterns)) for w in ws}
    )


def seconds(guidelines: Guidelines, text: str) -> float:
    html = sanitise.clean("x")
    begun = process_time()
    weigh(guidelines, text, "", html)
    return process_time() - begun


def too_slow(language: str, texts: dict[str, str], most: float) -> dict[str, float]:
    """Those that cost more than `most` times what ordinary words cost, and how many times. The machine is shared: each is tried
    again beside the ordinary words before it counts."""
    guidelines = Guidelines(language=language)
    all_ready(guidelines)
    seconds(guidelines, ordinary(language))
    left = dict.fromkeys(texts, 0.0)
    for _try in range(TRIES):
        usual = seconds(guidelines, ordinary(language))
        times = {name: seconds(guidelines, texts[name]) / usual for name in left}
        left = {name: cost for name, cost in times.items() if cost > most}
    return left


@LANGUAGE
def test_hostile_text_costs_little(language: str) -> None:
    assert too_slow(language, {name: as_long(piece) for name, piece in HOSTILE.items()}, MOST) == {}


@LANGUAGE
def test_ordinary_words_cost_little_themselves(language: str) -> None:
    guidelines = Guidelines(language=language)
    all_ready(guidelines)
    assert min(seconds(guidelines, ordinary(language)) for _try in range(TRIES)) < MOST_SECONDS_OF_ORDINARY_WORDS


@LANGUAGE
def test_words_that_wake_every_rule_cost_what_is_written_down(language: str) -> None:
    words = all_triggers(language)
    texts = {"with gaps": as_long(" ".join(words) + " "), "without gaps": as_long("".join(words))}
    assert too_slow(language, texts, MOST_OF_ALL_WORDS) == {}


@LANGUAGE
def test_a_rule_is_not_slowed_by_its_own_examples(language: str) -> None:
    examples = {text: as_long(f"{text} ") for rule in rulebook(language) for text in rule.examples_hit[::4]}
    assert too_slow(language, examples, MOST_OF_EXAMPLES) == {}
