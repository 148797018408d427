"""The rules, read from the packs and made ready. A broken rule stops the start and says why."""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from app.moderation import confidentiality, crisis, guidelines, phones
from app.moderation.guidelines import Guidelines
from app.moderation.reading import View
from app.moderation.verdict import Kind, Severity

FEWEST_EXAMPLES: Final = 5
DEFAULT_LANGUAGE: Final = "en"

Finder = Callable[[View, Guidelines], Iterator[tuple[int, int]]]
"""Finds a rule's places in a view by itself."""
Accept = Callable[[str, int, int], str | None]
"""Looks again at a place: None refuses it, "" takes the rule's own suggestion, anything else is a better one."""

FINDERS: Final[dict[str, Finder]] = {"phone": phones.phones}
ACCEPTS: Final[dict[str, Accept]] = {
    "foreign_link": confidentiality.foreign_link,
    "full_name": confidentiality.full_name,
    "real_place": confidentiality.real_place,
    "not_long_ago": crisis.not_long_ago,
    "not_reported": guidelines.not_reported,
}


class BrokenRuleError(Exception):
    """A rule of a pack cannot be used. Names the rule and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule found something in a view, and a suggestion if it has a better one than its own."""

    start: int
    end: int
    suggestion: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to find a rule's words. It is only tried where one of the words it `needs` is present."""

    regex: re.Pattern[str]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One reason words may wait, with the examples that are its tests."""

    id: str
    version: int
    severity: Severity
    kind: Kind
    guideline: str
    public_name: str
    why: str
    message: str
    suggestion: str
    examples_hit: tuple[str, ...]
    examples_pass: tuple[str, ...]
    needs: tuple[str, ...]
    keeps_case: bool
    only_with_item: bool
    patterns: tuple[Pattern, ...]
    finder: Finder | None
    accept: Accept | None

    def applies_to(self, asked: Guidelines) -> bool:
        return not self.only_with_item or self.guideline in asked.items

    def find(self, view: View, asked: Guidelines) -> Iterator[Place]:
        """Every place in a view where this rule has something to say."""
        if not _has_any(view, self.needs):
            return
        if self.finder is not None:
            yield from (Place(a, b, self.suggestion) for a, b in self.finder(view, asked))
        text = view.text if self.keeps_case else view.lower
        for pattern in self.patterns:
            group = "at" if "at" in pattern.regex.groupindex else 0
            for match in pattern.regex.finditer(text) if _has_any(view, pattern.needs) else ():
                yield from self._looked_at_again(text, *_trimmed(text, *match.span(group)))

    def _looked_at_again(self, text: str, start: int, end: int) -> Iterator[Place]:
        better = self.accept(text, start, end) if self.accept else ""
        if better is not None:
            yield Place(start, end, better or self.suggestion)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A place without the gap or the end of a sentence its pattern began or ended with."""
    words = text[start:end].rstrip(" \n")
    return end - len(text[start:end].lstrip(" \n.,;:!?(")), start + len(words)


def _has_any(view: View, needs: tuple[str, ...]) -> bool:
    text = view.lower
    for word in needs:  # asked a hundred times for each text: a generator would double its cost
        if word in text:
            return True
    return not needs


def rules_for(asked: Guidelines) -> tuple[Rule, ...]:
    """The rules a group's words are read by, in the order of their ids."""
    return tuple(rule for rule in rulebook(asked.language) if rule.applies_to(asked))


@cache
def rulebook(language: str = DEFAULT_LANGUAGE) -> tuple[Rule, ...]:
    """All rules of a language, or those of the default language if it has none of its own."""
    pack = files("app.moderation").joinpath("packs", language)
    if not (language.isalpha() and pack.is_dir()):
        if language == DEFAULT_LANGUAGE:
            raise BrokenRuleError(f"There are no rules for {language}.")
        return rulebook(DEFAULT_LANGUAGE)
    tables = {f.name: _table(f) for f in pack.iterdir() if f.name.endswith(".toml")}
    phrases = tables.pop("phrases.toml", {})
    rules = [
        read_rule(raw, table.get("words", {}), phrases) for table in tables.values() for raw in table.get("rule", ())
    ]
    _check_whole(rules, phrases)
    return tuple(sorted(rules, key=lambda rule: rule.id))


def rule(rule_id: str, language: str = DEFAULT_LANGUAGE) -> Rule | None:
    """A rule by its id, to say again what it found; None for one that is not there any more."""
    return next((known for known in rulebook(language) if known.id == rule_id), None)


def _table(file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except ValueError as wrong:
        raise BrokenRuleError(f"{file.name}: {wrong}") from wrong


def _check_whole(rules: list[Rule], phrases: dict[str, Any]) -> None:
    ids = [rule.id for rule in rules]
    for twice in {i for i in ids if ids.count(i) > 1}:
        raise BrokenRuleError(f"{twice}: there are two rules of this name.")
    for orphan in set(phrases) - set(ids):
        raise BrokenRuleError(f"{orphan}: it has phrases, but no rule.")


def read_rule(raw: dict[str, Any], words: dict[str, str], phrases: dict[str, Any]) -> Rule:
    """One rule of a pack. Raises BrokenRuleError with the rule's name and the reason."""
    name = str(raw.get("id", "a rule without an id"))
    try:
        return _made(raw, words, phrases[name])
    except KeyError as missing:
        raise BrokenRuleError(f"{name}: {missing} is missing.") from missing
    except (re.error, ValueError, TypeError) as wrong:
        raise BrokenRuleError(f"{name}: {wrong}") from wrong


def _made(raw: dict[str, Any], words: dict[str, str], phrase: dict[str, str]) -> Rule:
    rule = Rule(
        id=raw["id"],
        version=int(raw["version"]),
        severity=Severity(raw["severity"]),
        kind=Kind(raw["kind"]),
        guideline=raw["guideline"],
        public_name=raw["public_name"],
        why=raw["why"],
        message=phrase["message"],
        suggestion=phrase["suggestion"],
        examples_hit=tuple(raw["examples_hit"]),
        examples_pass=tuple(raw["examples_pass"]),
        needs=tuple(raw.get("needs", ())),
        keeps_case=bool(raw.get("keeps_case", False)),
        only_with_item=bool(raw.get("only_with_item", False)),
        patterns=tuple(_pattern(p, words) for p in raw.get("patterns", ())),
        finder=FINDERS[raw["finder"]] if "finder" in raw else None,
        accept=ACCEPTS[raw["accept"]] if "accept" in raw else None,
    )
    _check(rule)
    return rule


def _pattern(raw: str | dict[str, Any], words: dict[str, str]) -> Pattern:
    """A pattern is written as a regular expression, or as one with the words it needs: `{is, needs}`."""
    written: dict[str, Any] = {"is": raw, "needs": []} if isinstance(raw, str) else raw
    return Pattern(re.compile(_spelled_out(written["is"], words)), tuple(written["needs"]))


def _spelled_out(pattern: str, words: dict[str, str]) -> str:
    """A pattern with its `{word}` places filled in from the pack's word lists, which may use each other."""
    for _ in range(3):
        pattern = re.sub(r"\{([a-z_]+)\}", lambda m: f"(?:{words[m[1]]})", pattern)
    return pattern


def _check(rule: Rule) -> None:
    if min(len(rule.examples_hit), len(rule.examples_pass)) < FEWEST_EXAMPLES:
        raise ValueError(f"it needs {FEWEST_EXAMPLES} examples of each sort.")
    if not rule.patterns and rule.finder is None:
        raise ValueError("it has neither patterns nor a finder.")
    if not (rule.message and rule.why and rule.public_name):
        raise ValueError("its message, its reason and its public name must say something.")
    if any(pattern.regex.match("") for pattern in rule.patterns):
        raise ValueError("a pattern of it is found in no words at all.")
    if any(need != need.lower() for needs in (rule.needs, *(p.needs for p in rule.patterns)) for need in needs):
        raise ValueError("the words it needs must be in lower case.")
