"""Tries a rule on words, in a process of its own that is stopped when it takes too long (`python -m app.lab.bench`).

It reads one JSON object from its input and writes one to its output. It opens no database and no file but the packs; words
are in its memory alone.
"""

import json
import resource
import sys
import tomllib
from dataclasses import replace
from typing import Any

from app.moderation.guidelines import Guidelines
from app.moderation.judge import found_alone
from app.moderation.own_rules import OwnRule, made
from app.moderation.packing import BrokenRuleError, read_rule
from app.moderation.patterns import Pattern
from app.moderation.rule import Rule
from app.moderation.rulebook import rule as known
from app.moderation.verdict import Severity

CPU_SECONDS = 3
"""A rule needs a thousandth of a second a text, and the process half a second to begin."""
MEMORY_BYTES = 1024**3
PHRASE = {"message": "…", "suggestion": ""}
"""A draft's own phrases are tried by readers, not here."""


def tried(asked: dict[str, Any]) -> dict[str, Any]:
    """For each text the places where the wished rule found something, and whether the one it replaces did. Raises
    BrokenRuleError, ValueError or KeyError for a rule that cannot be used."""
    guidelines = Guidelines(
        language=asked["language"], country=asked["country"], items=tuple(asked["items"]), listening=True
    )
    wished = _rule(asked["wished"], asked["language"])
    before = _rule(asked["before"], asked["language"]) if asked["before"] else None
    wished.make_ready()
    found = list[dict[str, Any]]()
    for at, (title, body) in enumerate(asked["texts"]):
        places = [(f.field.value, f.start, f.end) for f in found_alone(guidelines, wished, body, title)]
        had = before is not None and bool(found_alone(guidelines, before, body, title))
        if places or had:
            found.append({"at": at, "places": places, "had": had})
    return {"found": found}


def _rule(written: dict[str, Any], language: str) -> Rule:
    match written:
        case {"pack": name}:
            there = known(name, language)
            if there is None:
                raise KeyError(name)
            return there
        case {"toml": text}:
            return _draft(tomllib.loads(text))
        case {"words": words}:
            return _of_words(words)
        case {"expressions": expressions, "triggers": triggers}:
            patterns = tuple(Pattern(one) for one in expressions)
            return replace(_of_words(["draft"]), patterns=patterns, triggers=tuple(triggers))
    raise ValueError("nothing to try")


def _of_words(words: list[str]) -> Rule:
    return made(OwnRule("group.draft", 1, Severity.HOLD, "", "", "", "", tuple(words), (), ()))


def _draft(table: dict[str, Any]) -> Rule:
    """One rule as a pack's file would have it: a table `[[rule]]`, with `[words]` beside it if it uses any."""
    rules = table.get("rule", [])
    if not isinstance(rules, list) or len(rules) != 1 or not isinstance(rules[0], dict):
        raise ValueError("one table [[rule]] is wanted, no more and no fewer.")
    raw = {"version": 1, **rules[0]}
    return read_rule(raw, table.get("words", {}), {str(raw.get("id")): PHRASE})


def _bounded() -> None:
    """From here on this process takes so much and no more; what goes beyond ends it."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _bounded()
    try:
        answer = tried(json.load(sys.stdin))
    except (BrokenRuleError, tomllib.TOMLDecodeError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        answer = {"refused": str(wrong) or type(wrong).__name__}
    json.dump(answer, sys.stdout)
