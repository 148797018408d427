"""The house as files, for the tests that walk through it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"
TEMPLATES = ROOT / "templates"
NO_ROOMS = {"static", "locales"}


def rooms() -> list[str]:
    """Every room's name, by the alphabet."""
    return sorted(f.name for f in APP.iterdir() if f.is_dir() and f.name not in NO_ROOMS | {"__pycache__"})


def files_of(room: str) -> set[str]:
    """A room's files by their bare names, without `__init__`."""
    return {f.stem for f in (APP / room).glob("*.py")} - {"__init__"}


def sources(*folders: str) -> Iterator[Path]:
    """Every Python file under these folders of the repository."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def named(file: Path) -> str:
    """A file's path as the lists of these tests spell it."""
    return file.relative_to(ROOT).as_posix()
