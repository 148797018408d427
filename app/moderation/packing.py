"""The packs: rules as files, a folder for each language. A broken rule stops the start and says why."""

import re
import tomllib
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from app.moderation import confidentiality, second_reader
from app.moderation.evidence import Evidence, read_evidence
from app.moderation.patterns import Triggers, read_pattern
from app.moderation.quoting import not_quoted
from app.moderation.rule import Accept, Finder, Groups, Rule, State
from app.moderation.spelling import Spelling, read_spelling
from app.moderation.verdict import SUPPORT, Kind, Severity

FEWEST_EXAMPLES: Final = 5
FEWEST_LOWERED: Final = 3

FINDERS: Final[dict[str, Finder]] = {
    **confidentiality.FINDERS,
    "crisis_reader": second_reader.looks("crisis"),
    "attack_reader": second_reader.looks("attack"),
}
ACCEPTS: Final[dict[str, Accept]] = {
    **confidentiality.ACCEPTS,
    "not_quoted": not_quoted,
}
NOT_RULES: Final = frozenset({"phrases.toml", "spelling.toml"})
SAID_OF_OTHERS: Final = frozenset({"message", "suggestion", "public_name", "why"})
"""What a language's phrases say of a rule that comes from the default language."""
KEYS: Final = frozenset(
    {*Rule.__dataclass_fields__, "only_when", "finder"} - {"message", "suggestion", "only_when_listening", "also"}
)


class BrokenRuleError(Exception):
    """A rule of a pack cannot be used. Names the rule and what is wrong with it."""


@dataclass(frozen=True)
class Book:
    """All of a language: its rules in the order of their ids, what wakes them, and its often hidden words.

    `said_of` is what it says of rules of the default language that need none: phrases by the rule's id.
    """

    rules: tuple[Rule, ...]
    triggers: Triggers
    spelling: Spelling
    said_of: dict[str, dict[str, str]] = field(default_factory=dict)


def pack(language: str) -> Book | None:
    """All of a language; None if it has no pack. Raises BrokenRuleError."""
    folder = files("app.moderation").joinpath("packs", language)
    if language not in languages():
        return None
    tables = {f.name: _table(f) for f in folder.iterdir() if f.name.endswith(".toml")}
    return read_pack(tables, is_known=known().get(language) == digest(language))


def languages() -> set[str]:
    """All that have a pack."""
    return {
        folder.name
        for folder in files("app.moderation").joinpath("packs").iterdir()
        if (folder / "phrases.toml").is_file()
    }


def known() -> dict[str, str]:
    """By language, what the pack's files were like when all its expressions were tried (`make packs`)."""
    file = files("app.moderation").joinpath("packs", "known.txt")
    return dict(line.split(" ", 1) for line in file.read_text("utf-8").splitlines()) if file.is_file() else {}


def digest(language: str) -> str:
    """A fingerprint of a pack's rules. One that is not known is tried whole at the start."""
    folder = files("app.moderation").joinpath("packs", language)
    tables = sorted((f.name, f.read_bytes()) for f in folder.iterdir() if f.name.endswith(".toml"))
    return sha256(b"\0".join(name.encode() + b"\0" + said for name, said in tables)).hexdigest()


def _table(file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except ValueError as wrong:
        raise BrokenRuleError(f"{file.name}: {wrong}") from wrong


def read_pack(tables: dict[str, dict[str, Any]], *, is_known: bool = False) -> Book:
    """A language's files by name, as read from TOML. Raises BrokenRuleError with the file or rule and the reason.

    Expressions of a pack that `is_known` were all tried once, and are made ready when they are first asked.
    """
    phrases = tables.get("phrases.toml", {})
    evidence = _all_evidence(tables)
    rules = [
        read_rule(raw, table.get("words", {}), phrases, evidence, is_known=is_known)
        for name, table in sorted(tables.items())
        if name not in NOT_RULES
        for raw in table.get("rule", ())
    ]
    others = {name: phrase for name, phrase in phrases.items() if phrase.keys() == SAID_OF_OTHERS}
    _check_whole(rules, phrases.keys() - others.keys())
    in_order = tuple(sorted(rules, key=lambda rule: rule.id))
    return Book(in_order, Triggers(woken_by(in_order)), read_spelling(tables.get("spelling.toml", {})), others)


def woken_by(rules: tuple[Rule, ...]) -> set[str]:
    every = (*rules, *(other for rule in rules for other in rule.also))
    return {word for rule in every for words in (rule.triggers, *(p.triggers for p in rule.patterns)) for word in words}


def _all_evidence(tables: dict[str, dict[str, Any]]) -> dict[str, Evidence]:
    bounds = tables.get("evidence.toml", {}).get("bounds", {})
    known: dict[str, Evidence] = {}
    for name, table in tables.items():
        try:
            known |= read_evidence({"bounds": bounds, **table})
        except ValueError as wrong:
            raise BrokenRuleError(f"{name}: {wrong}") from wrong
    return known


def _check_whole(rules: list[Rule], phrases: set[str]) -> None:
    ids = [rule.id for rule in rules]
    for twice in {i for i in ids if ids.count(i) > 1}:
        raise BrokenRuleError(f"{twice}: there are two rules of this name.")
    for orphan in phrases - set(ids):
        raise BrokenRuleError(f"{orphan}: it has phrases, but no rule.")
    for one in rules:
        if one.lowered_to and one.lowered_to not in ids:
            raise BrokenRuleError(f"{one.id}: it is lowered to {one.lowered_to}, which is no rule.")


def read_rule(
    raw: dict[str, Any],
    words: dict[str, str],
    phrases: dict[str, Any],
    evidence: dict[str, Evidence] | None = None,
    *,
    is_known: bool = False,
) -> Rule:
    """One rule of a pack. Raises BrokenRuleError with the rule's name and the reason."""
    name = str(raw.get("id", "a rule without an id"))
    try:
        made = _made(raw, words, phrases[name], evidence or {})
        if not is_known:
            made.make_ready()
        return made
    except KeyError as missing:
        raise BrokenRuleError(f"{name}: {missing} is missing.") from missing
    except (re.error, ValueError, TypeError) as wrong:
        raise BrokenRuleError(f"{name}: {wrong}") from wrong


def _made(raw: dict[str, Any], words: dict[str, str], phrase: dict[str, str], evidence: dict[str, Evidence]) -> Rule:
    if unknown := raw.keys() - KEYS:
        raise ValueError(f"nobody knows {', '.join(sorted(unknown))}.")
    kind = Kind(raw["kind"])
    rule = Rule(
        id=raw["id"],
        version=int(raw["version"]),
        state=State(raw.get("state", "live")),
        groups=Groups(raw.get("groups", "all")),
        only_when_listening={"": False, "listening": True}[raw.get("only_when", "")],
        locked=bool(raw.get("locked", kind is Kind.CRISIS)),
        severity=Severity(raw["severity"]),
        kind=kind,
        guideline=raw["guideline"],
        public_name=raw["public_name"],
        why=raw["why"],
        owner=raw.get("owner", "safety"),
        reviewed=raw.get("reviewed"),
        message=phrase["message"],
        suggestion=phrase["suggestion"],
        examples_hit=tuple(raw["examples_hit"]),
        examples_pass=tuple(raw["examples_pass"]),
        examples_lowered=tuple(raw.get("examples_lowered", ())),
        triggers=tuple(raw.get("triggers", ())),
        keeps_case=bool(raw.get("keeps_case", False)),
        patterns=tuple(read_pattern(p, words) for p in raw.get("patterns", ())),
        finder=FINDERS[raw["finder"]] if "finder" in raw else None,
        accept=ACCEPTS[raw["accept"]] if "accept" in raw else None,
        lowered_if=tuple(evidence[name] for name in raw.get("lowered_if", ())),
        lowered_to=raw.get("lowered_to", ""),
        any_language=bool(raw.get("any_language", kind is Kind.CRISIS)),
        adds_note=raw.get("adds_note", ""),
    )
    _check(rule)
    return rule


def _check(rule: Rule) -> None:
    if min(len(rule.examples_hit), len(rule.examples_pass)) < FEWEST_EXAMPLES:
        raise ValueError(f"it needs {FEWEST_EXAMPLES} examples of each sort.")
    if rule.lowered_if and len(rule.examples_lowered) < FEWEST_LOWERED:
        raise ValueError(f"it needs {FEWEST_LOWERED} examples that are lowered.")
    if not rule.patterns and rule.finder is None and rule.id != SUPPORT:
        raise ValueError("it has neither patterns nor a finder.")
    if not (rule.message and rule.why and rule.public_name):
        raise ValueError("its message, its reason and its public name must say something.")
    if any(word != word.lower() for words in (rule.triggers, *(p.triggers for p in rule.patterns)) for word in words):
        raise ValueError("the words it needs must be in lower case.")
