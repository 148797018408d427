"""Rooms keep their furniture, say what they are for, and stay small."""

import ast
from pathlib import Path

import pytest

from tests.house import tree

FURNITURE = {"models", "rules", "queries", "forms", "actions", "deps", "pages", "api"}
EXTRAS: dict[str, set[str]] = {
    "appeals": {
        "ladder", "purging",
    },
    "care": {
        "alerts", "buddies", "carers", "cover", "phrases", "practice", "purging", "wishes",
    },
    "demo": {
        "agenda", "backstage", "caretakers", "cast", "commands", "people", "plot", "telling", "voices",
    },
    "desk": {
        "agree_api", "agree_forms", "agree_pages", "agreeing", "answers", "appeal_api", "appeal_cursors",
        "appeal_forms", "appeal_pages", "appeal_queries", "appeal_showing", "appeals", "at_case", "beginnings",
        "beside", "burden", "caring_pages", "casefile", "claiming", "commands", "crisis", "crisis_pages",
        "crisis_showing", "cursors", "duty_pages", "duty_showing", "events", "flagging", "founding", "group_api",
        "group_commands", "hit_pages", "outside", "outside_forms", "outside_pages", "phrases", "practice_pages",
        "proposing", "queue", "queue_pages", "rule_api", "rule_pages", "sealed", "sealed_pages", "sentences",
        "showing", "talk_api", "talk_forms", "talk_pages", "talking", "tending",
    },
    "foundation": {
        "alone", "at_hand", "clock", "commanded", "crew", "db", "errors", "eyes", "faults", "home", "ids", "kept", "keys",
        "language", "live", "logs", "looks", "pooler", "postgres", "prepared", "process", "replica", "schema", "sealing",
        "settings", "site", "sqlite", "times", "turns", "typed",
    },
    "groups": {
        "closing", "log_pages", "logbook", "persona_words", "personas", "phrases", "record", "rule_checks",
        "rule_forms", "rule_phrases", "rule_queries", "rule_showing", "ruling", "showing", "templates", "trials",
    },
    "lab": {
        "bench", "marking", "showing", "trying", "watching",
    },
    "lawful": {
        "board", "commands", "complaints", "disclosing", "facts", "hours", "ladder", "levels", "phrases", "places",
        "public", "record_pages", "reviews", "risks", "showing", "terms", "transparency",
    },
    "log": {
        "acts", "anchors", "purging",
    },
    "members": {
        "acting", "attending", "cookies", "exits", "guesses", "invitations", "keyring", "knocking", "locksmith",
        "member", "once", "passphrases", "powers", "private", "purging", "seeing", "sessions", "tickets",
    },
    "mine": {
        "closing", "cursors", "events", "export", "export_staff", "going", "news", "notices", "parcel",
    },
    "moderation": {
        "alignment", "checking", "confidentiality", "evaluating", "evidence", "figures", "guidelines",
        "help_directory", "judge", "kinds", "letters", "markdown", "marking", "names", "numbers", "own_rules", "packing",
        "patterns", "phones", "places", "quoting", "reading", "rule", "rulebook", "sanitise", "second_reader",
        "spelling", "verdict", "weight", "wordlists",
    },
    "notifications": {
        "purging",
    },
    "staff": {
        "appointing", "commands", "factor", "passkeys", "picture", "purging", "role_pages", "showing", "taking",
    },
    "stories": {
        "ahead", "answering", "answers", "choices", "composing", "danger", "drafts", "fates", "filing", "front", "in_danger",
        "in_turn", "index", "judging", "keeping", "keeping_api", "kept", "leaving", "lists", "looking", "looking_api",
        "noting", "pacing", "past_cases", "phrases", "placing", "purging", "quick", "reading", "redacting",
        "refiling", "restoring", "searching", "shelves", "showing", "sifting", "standing", "statements", "talks", "terms",
        "threads", "tidying", "waiting", "writing",
    },
    "upkeep": {
        "archive", "backups", "commands", "halfway", "heaps", "identities", "in_use", "journal", "loading", "opening",
        "restoring", "retention", "rewriting", "rows", "trouble",
    },
    "welcome": {
        "exposition", "ladder", "metrics", "promises", "promises_of_care", "schema_words",
    },
}  # fmt: skip
"""What a room has beside its furniture. Whoever adds a file says so here, or finds it a room of its own."""
WEB = {
    "at_once", "bodies", "buckets", "csrf", "doors", "drawing", "events", "forms", "gate", "headers", "hosts",
    "later", "limits", "openapi", "outward", "parting",
    "problems", "refusals", "static", "straight", "templates", "tickets", "timer", "transaction", "wire",
}  # fmt: skip
MOST_LINES = 250


def test_every_room_is_known_here() -> None:
    assert tree.rooms() == sorted(EXTRAS)


@pytest.mark.parametrize("room", sorted(EXTRAS))
def test_a_room_has_its_furniture_and_what_was_named(room: str) -> None:
    there = tree.files_of(room)
    assert there - FURNITURE == EXTRAS[room]
    assert [f.name for f in (tree.APP / room).iterdir() if f.is_dir() and (f / "__init__.py").exists()] == (
        ["web"] if room == "foundation" else []
    )


def test_the_plumbing_of_the_web_is_what_was_named() -> None:
    assert {f.stem for f in (tree.APP / "foundation" / "web").glob("*.py")} - {"__init__"} == WEB


@pytest.mark.parametrize("room", [*sorted(EXTRAS), "foundation/web"])
def test_a_room_says_in_one_sentence_what_it_is_for(room: str) -> None:
    module = tree.parsed(tree.APP / room / "__init__.py")
    said = ast.get_docstring(module) or ""
    assert len(module.body) == 1
    assert "\n" not in said
    assert said.endswith(".")
    assert said.count(". ") == 0
    assert len(said.split()) > 4


def test_a_room_without_doors_for_people_has_no_templates() -> None:
    folders = {f.name for f in tree.TEMPLATES.iterdir() if f.is_dir()} - {"_shared"}
    assert folders
    assert folders <= set(tree.rooms())


@pytest.mark.parametrize("file", [*tree.sources("app", "tests")], ids=tree.named)
def test_no_file_is_long(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= MOST_LINES
