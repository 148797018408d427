"""The documents are tested: settings and commands in the README, sentences in the catalogue."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from babel.messages.pofile import read_po

from app.cli import hearth
from app.foundation.settings import Settings
from app.moderation.rule import State
from app.moderation.rulebook import rulebook
from tests.house.tree import APP, ROOT

README = ROOT / "README.md"
CATALOGUE = APP / "locales" / "messages.pot"
FEWEST_SENTENCES = 300


def _commands(command: Any, name: str = "hearth") -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name
    for word, one in (inner or {}).items():
        yield from _commands(one, f"{name} {word}")


ALL_COMMANDS = sorted(_commands(typer.main.get_command(hearth)))


def test_there_are_settings_and_commands() -> None:
    assert len(Settings.model_fields) > 20
    assert {"hearth serve", "hearth verify", "hearth moderation check"} <= set(ALL_COMMANDS)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_says_what_it_is_for_and_stands_in_the_readme(name: str) -> None:
    assert Settings.model_fields[name].description
    assert f"HEARTH_{name.upper()}" in README.read_text("utf-8")


@pytest.mark.parametrize("command", ALL_COMMANDS)
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert command in README.read_text("utf-8")


def _sentences(catalogue: Path) -> set[tuple[str, ...]]:
    with catalogue.open("rb") as file:
        found = read_po(file)
    return {(m.id,) if isinstance(m.id, str) else tuple(m.id) for m in found if m.id}


def test_the_catalogue_has_every_sentence_and_no_other(tmp_path: Path) -> None:
    """When this fails: `make words`."""
    anew = tmp_path / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg", "--no-location"]
    subprocess.run([*command, "-o", str(anew), "."], cwd=ROOT, check=True, capture_output=True, timeout=120)
    wanted = _sentences(anew)
    assert len(wanted) > FEWEST_SENTENCES
    kept = _sentences(CATALOGUE)
    assert sorted(wanted - kept) == []
    assert sorted(kept - wanted) == []


def test_the_moderators_page_knows_every_rule_by_the_name_a_case_shows() -> None:
    page = (ROOT / "docs" / "moderating.md").read_text("utf-8")
    names = " ".join(page.split("## The names you see")[1].split("\n## ")[0].split())
    shown = {rule.public_name: rule.id.partition(".")[2] for rule in rulebook() if rule.state is State.LIVE}
    assert len(shown) > 50
    assert [name for name, key in shown.items() if f"{name} (`{key}`)" not in names] == []
