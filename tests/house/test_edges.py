"""What may stand in one place only: committing, HTML as it is, and what is said to be safe."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.tables import TABLES
from tests.house import tree

COMMITS = {
    "app/foundation/web/transaction.py": 1,
    "app/foundation/at_hand.py": 1,
    "app/foundation/schema.py": 2,
    "app/members/deps.py": 1,
    "app/mine/closing.py": 2,
    "app/stories/filing.py": 2,
    "app/stories/keeping.py": 1,
    "app/members/exits.py": 1,
    "app/members/guesses.py": 1,
    "app/foundation/commanded.py": 1,
    "app/demo/actions.py": 1,
    "app/demo/people.py": 3,
    "app/foundation/clock.py": 4,
    "app/lab/watching.py": 1,
    "app/upkeep/actions.py": 1,
    "app/lawful/reviews.py": 1,
    "app/upkeep/retention.py": 2,
    "app/upkeep/rewriting.py": 1,
    "app/care/alerts.py": 1,
    "app/stories/tidying.py": 1,
    "migrations/env.py": 1,
}
"""Where a transaction ends: at a request's edge, in a command, in the note that a session is in use or what was looked
at, in what a person does membership by membership."""
MAKES_SAFE_HTML = {
    "app/moderation/sanitise.py": 2,
    "app/moderation/models.py": 1,
    "app/stories/statements.py": 1,
    "app/stories/threads.py": 2,
    "app/stories/index.py": 1,
    "app/stories/searching.py": 1,
}
"""The sanitiser, and where stored words come back out."""
SETS_HTML = {"app/moderation/models.py": 1, "app/stories/redacting.py": 1}
"""`Judged.words_judged`, and a person's redaction, which the judge cleans anew."""
WORDS = "templates/_shared/words.html"
FILTER = re.compile(r"\|\s*safe\b|\bautoescape\b|Markup")
INLINE = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)
OPEN_PAGES = (
    "/", "/sign-up", "/sign-in", "/recover", "/groups", "/help-now", "/how-it-works", "/privacy", "/api", "/nothing-here",
    "/about", "/terms", "/safety", "/safety/easy", "/transparency", "/privacy/every-field",
)  # fmt: skip


def _attributes(file: Path, name: str) -> int:
    return sum(isinstance(node, ast.Attribute) and node.attr == name for node in ast.walk(tree.parsed(file)))


def _calls(file: Path, name: str) -> int:
    found = (node.func for node in ast.walk(tree.parsed(file)) if isinstance(node, ast.Call))
    return sum(getattr(f, "id", getattr(f, "attr", "")) == name for f in found)


def _stored(file: Path, name: str) -> int:
    return sum(
        isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Store)
        for node in ast.walk(tree.parsed(file))
    )


def test_only_edges_commit() -> None:
    found = Counter({tree.named(f): _attributes(f, "commit") for f in tree.sources("app", "migrations")})
    assert +found == Counter(COMMITS)


def test_only_the_judge_and_what_it_stored_is_called_safe_html() -> None:
    found = Counter({tree.named(f): _calls(f, "SafeHtml") for f in tree.sources("app")})
    assert +found == Counter(MAKES_SAFE_HTML)
    assert not sum(_calls(f, "Markup") for f in tree.sources("app"))


def test_html_is_set_by_the_judge_alone() -> None:
    found = Counter({tree.named(f): _stored(f, "html") for f in tree.sources("app")})
    assert +found == Counter(SETS_HTML)


def test_html_is_stored_beside_a_decision_alone() -> None:
    with_html = {name: table for name, table in TABLES.items() if "html" in table.c}
    assert len(with_html) >= 5
    for name, table in with_html.items():
        assert "decision_id" in table.c, name
        assert not table.c.decision_id.nullable, name


def test_html_goes_out_as_it_is_in_one_template() -> None:
    found = {tree.named(f): FILTER.findall(f.read_text("utf-8")) for f in tree.templates()}
    assert len(found) > 40
    assert {name: hits for name, hits in found.items() if hits} == {WORDS: ["|safe"]}


def test_that_template_is_given_html_of_judged_words_alone() -> None:
    given = [
        argument
        for file in tree.templates()
        if tree.named(file) != WORDS
        for argument in re.findall(r"\bwords\(([^)]*)\)", file.read_text("utf-8"))
    ]
    assert len(given) > 5
    assert {g.split(".")[-1] for g in given} <= {"html", "note_html", "reason_html"}


@pytest.mark.parametrize("file", tree.templates(), ids=tree.named)
@pytest.mark.measures("W-8")
def test_a_template_has_no_style_script_or_handler_of_its_own(file: Path) -> None:
    assert INLINE.findall(file.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "line", ["<p style='x'>", "<p\n onclick=go()>", "<script>go()</script>", "<a href='JavaScript:1'>"]
)
def test_the_search_for_them_finds_them(line: str) -> None:
    assert INLINE.search(line)


@pytest.mark.parametrize("path", OPEN_PAGES)
@pytest.mark.measures("W-8")
def test_a_page_as_it_is_drawn_has_none_either(hearth_app: FastAPI, path: str) -> None:
    answer = TestClient(hearth_app).get(path)
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.main is not None
    assert not page.find_all("style")
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name == "style" or name.startswith("on")]
        assert tag.name != "script" or (tag["src"] and not tag.get_text(strip=True))
