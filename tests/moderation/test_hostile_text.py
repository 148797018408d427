"""Twenty thousand characters of the worst text one can think of cost the rules no more than 50 ms (issue: a watchdog)."""

from time import process_time

import pytest

from app.moderation import sanitise
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge, weigh
from app.moderation.rule import Rule
from app.moderation.rulebook import all_ready, rulebook

LENGTH = 20_000
MOST_SECONDS = 0.05
SLOWEST = 3
"""How much slower than the machine the bound was set for this one may be: it is shared, and tests run beside each other."""
MOST_SECONDS_OF_ALL_WORDS = 0.15
"""A text of nothing but the words that wake rules, each of them, wakes every pattern there is. No post is like it; it costs more
than the bound, and the decision record says so (docs/decisions/0019)."""
GUIDELINES = Guidelines()
all_ready(GUIDELINES)
TRIGGERS = sorted(
    {word for rule in rulebook() for words in (rule.triggers, *(p.triggers for p in rule.patterns)) for word in words}
)
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
    "all triggers": " ".join(TRIGGERS) + " ",
    "triggers without gaps": "".join(TRIGGERS),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_costs_little(name: str) -> None:
    text = (HOSTILE[name] * LENGTH)[:LENGTH]
    html = sanitise.clean("x")
    weigh(GUIDELINES, text, "", html)
    started = process_time()
    weigh(GUIDELINES, text, "", html)
    most = MOST_SECONDS_OF_ALL_WORDS if "triggers" in name else MOST_SECONDS
    assert process_time() - started < most * SLOWEST


@pytest.mark.parametrize("rule", rulebook(), ids=lambda rule: str(rule.id))
def test_a_rule_is_not_slowed_by_its_own_examples(rule: Rule) -> None:
    for example in rule.examples_hit:
        text = (example + " ") * (LENGTH // (len(example) + 1))
        started = process_time()
        judge(GUIDELINES, text[: sanitise.LONGEST_TEXT])
        assert process_time() - started < MOST_SECONDS * SLOWEST * 4
