"""Invented cases to practise on, with the desk's own answers: a data file that people can read over and change."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class PracticeCase:
    """`action` and `level` are the desk's answer; `level` is empty where nobody is in danger. `came` says how the words
    came to the desk."""

    kind: str
    came: str
    title: str
    words: str
    action: str
    level: str
    why: str


@cache
def cases() -> tuple[PracticeCase, ...]:
    """All of them, in the order in which they are walked."""
    raw = tomllib.loads(files("app.care").joinpath("practice.toml").read_text("utf-8"))
    return tuple(PracticeCase(**one) for one in raw["case"])
