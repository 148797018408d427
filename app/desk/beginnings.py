"""Sentences that a moderator may begin with (`words/`), and that nobody sends as they stand."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

FALLBACK = "en"
GAP = re.compile(r"\[[^\[\]\n]{1,80}\]")
"""A place that only somebody who read the words can fill."""


class Sentence(NamedTuple):
    """`action`: the decision it goes with."""

    id: str
    action: str
    title: str
    text: str


@cache
def sentences(language: str) -> tuple[Sentence, ...]:
    """All there are in this language, or in English."""
    folder = files("app.desk") / "words"
    file = folder / f"{language}.toml"
    found = file if file.is_file() else folder / f"{FALLBACK}.toml"
    rows = tomllib.loads(found.read_text("utf-8"))["sentence"]
    return tuple(Sentence(row["id"], row["for"], row["title"], row["text"].strip()) for row in rows)


def begun(note: str, sentence_id: str, language: str) -> str:
    """What was typed so far with this sentence after it; unchanged for a sentence that there is none of."""
    chosen = next((s.text for s in sentences(language) if s.id == sentence_id), "")
    return "\n\n".join(part for part in (note.strip(), chosen) if part)


def is_unread(note: str, language: str) -> bool:
    """Whether a sentence was left as it stood, or one of its places was not filled."""
    gaps = {gap for s in sentences(language) for gap in GAP.findall(s.text)}
    return any(gap in note for gap in gaps)
