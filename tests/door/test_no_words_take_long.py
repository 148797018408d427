"""No words take long, whatever they are: to render (O-4), and for any pattern that looks through them (O-7)."""

import importlib
import pkgutil
import re
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

import app
from app.moderation import sanitise
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.packing import languages
from app.moderation.rulebook import rulebook
from tests.security.figures import Figures

LONGEST = sanitise.LONGEST_TEXT
RENDER_SECONDS, RENDER_MIB = 0.6, 200
PATTERN_SECONDS, PATTERN_LETTERS = 0.05, 20_000
MIB = 2**20
HOSTILE = [
    "[", "![", "[a](", "](", "[a](b", "<", "<a", "</", "<!--", "<![CDATA[", "<?", "<a href=\"", "*a_", "**a", "*a **a ", "_", "~",
    "`", "`a``", "> ", ">>", "- ", "1. ", "1) - > ", "# ", "\\", "&", "&#", "&amp;", "&#64;", "a\n", "a  \n", "\n\n", "    a\n",
    "\t",
    "[a]: b\n", "[a][b]", "<http://a.b>", "http://a.b/", "a@b.", "www.a.", "|a", "***", "---\n", "=\n", "\u202e", "\u0430\u200b",
    "\U0001f468\u200d", "é", "ﷺ", "((((", "))))", '"', "'", "0 ", "07700 9", "a.", "Ab ", "I am ", "no one ", ":", "/", "@a", "€",
]  # fmt: skip


def _cleaned_in(text: str) -> float:
    begun = time.process_time()
    html = sanitise.clean(text)
    took = time.process_time() - begun
    assert sanitise.visible(html) or not re.search(r"\w", text)
    return took


@pytest.mark.measures("O-4")
def test_nothing_takes_long_to_render(figures: Figures) -> None:
    judge(Guidelines(), "warm")
    took, most = {}, 0.0
    for piece in HOSTILE:
        text = (piece * LONGEST)[:LONGEST]
        took[piece] = _cleaned_in(text)
        if took[piece] >= RENDER_SECONDS:  # what else the machine does is counted too: the least of a few
            took[piece] = min(took[piece], *(_cleaned_in(text) for _again in range(3)))
    slowest = max(took, key=lambda piece: took[piece])
    for piece in sorted(took, key=lambda one: -took[one])[:3]:
        tracemalloc.start()
        sanitise.clean((piece * LONGEST)[:LONGEST])
        most = max(most, tracemalloc.get_traced_memory()[1] / MIB)
        tracemalloc.stop()
    held = took[slowest] < RENDER_SECONDS and most < RENDER_MIB
    said = f"the slowest ({slowest!r}) {took[slowest]:.2f} s of CPU, {most:.0f} MiB at most"
    figures.note("O-4", f"{len(HOSTILE)} sorts of {LONGEST} letters: {said}", held=held)
    assert held


def _patterns() -> Iterator[tuple[str, "re.Pattern[str]"]]:
    """Every pattern that any file of Hearth holds, however deep."""
    seen: set[int] = set()
    for info in pkgutil.walk_packages(app.__path__, "app."):
        if not info.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(info.name)).items():
                yield from _inside(f"{info.name}.{name}", value, seen, 0)
    for language in languages():
        for rule in rulebook(language):
            rule.make_ready()
        yield from _inside("rulebook", rulebook(language), seen, 0)


def _inside(name: str, value: Any, seen: set[int], depth: int) -> Iterator[tuple[str, "re.Pattern[str]"]]:
    if id(value) in seen or depth > 8:
        return
    if isinstance(value, re.Pattern):
        seen.add(id(value))
        if isinstance(value.pattern, str):
            yield name, value
        return
    held: list[Any] = []
    if isinstance(value, dict):
        held = list(value.values())
    elif isinstance(value, list | tuple | set | frozenset):
        held = list(value)
    elif type(value).__module__.startswith("app."):
        names = [*getattr(value, "__dict__", ()), *getattr(type(value), "__slots__", ())]
        held = [getattr(value, one, None) for one in names]
    if held:
        seen.add(id(value))
        for one in held:
            yield from _inside(name, one, seen, depth + 1)


def test_no_pattern_runs_away_from_a_few() -> None:
    slowest, at = _slowest(list(_patterns()), HOSTILE[::12])
    assert slowest < PATTERN_SECONDS, at


@pytest.mark.security
@pytest.mark.measures("O-7")
def test_no_pattern_runs_away(figures: Figures) -> None:
    patterns = list(_patterns())
    slowest, at = _slowest(patterns, HOSTILE)
    held = slowest < PATTERN_SECONDS
    said = f"{len(patterns)} patterns, {len(HOSTILE)} sorts of {PATTERN_LETTERS} letters and some of their own"
    figures.note("O-7", f"{said}: the slowest {slowest * 1000:.0f} ms ({at})", held=held)
    assert held, at


def _slowest(patterns: list[tuple[str, "re.Pattern[str]"]], pieces: list[str]) -> tuple[float, str]:
    """The most CPU that one pattern took for one text, in seconds, and which. The best of two, as others work here too."""
    assert len(patterns) > 100
    slowest, at = 0.0, ""
    for name, pattern in patterns:
        for piece in (*pieces, *_of_its_own(pattern)):
            text = (piece * PATTERN_LETTERS)[: PATTERN_LETTERS - 1] + "!"
            took = min(_once(pattern, text), PATTERN_SECONDS)
            if took == PATTERN_SECONDS:
                took = _once(pattern, text)
            if took > slowest:
                slowest, at = took, f"{name}, {piece[:12]!r}"
    return slowest, at


def _once(pattern: "re.Pattern[str]", text: str) -> float:
    begun = time.process_time()
    for _found in pattern.finditer(text):
        pass
    return time.process_time() - begun


def _of_its_own(pattern: "re.Pattern[str]") -> list[str]:
    """Letters that this pattern looks for: what begins like a find and is none takes the longest."""
    words = re.findall(r"[a-z]{3,}", pattern.pattern)
    return [f"{word} " for word in dict.fromkeys(words)][:4] + ["".join(dict.fromkeys(words))[:40]] * bool(words)
