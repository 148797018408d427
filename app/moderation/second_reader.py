"""A second look by a small linear model: it may ask a person to look, never decides and never lowers.

Words and pairs of words have weights; the sum of those that stand in a text, for its length, says how much it is like words of
danger (or of attack) that people labelled. The weights are figures of `benchmarks/second_reader.py`; nobody's post is kept,
only words and pairs that several used.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import sqrt
from typing import Final

from app.moderation.guidelines import Guidelines
from app.moderation.reading import View

WORD: Final = re.compile(r"[a-z']+")
SHORT: Final = 20
"""Texts of fewer words are taken as if they had so many: a single heavy word must not outweigh its want of company."""
SCALE: Final = 1000
"""Weights are written as whole numbers, so many to one."""
_SENTENCE: Final = re.compile(r"[^.!?\n]{1,2000}[.!?\n]*")


def features(words: list[str], piece: int) -> set[str]:
    """What a model knows of a text: its words, its words in pairs, and pieces of words of so many letters, if any."""
    known = {*words, *(f"{one} {other}" for one, other in pairwise(words))}
    if piece:
        edged = [f"_{word}_" for word in set(words)]
        known.update(word[at : at + piece] for word in edged for at in range(len(word) - piece + 1))
    return known


@dataclass(frozen=True)
class Model:
    """Weights of one question, asked of the first `most_words`. `threshold`: the least sum at which a person is asked to
    look; of fewer words than `fewest_words` the model was not shown enough, and says nothing: rules read them."""

    bias: float
    threshold: float
    fewest_words: int
    most_words: int
    piece: int
    weights: dict[str, int]

    def score(self, text: str) -> float:
        """How much a lower-case text is like what the model was shown; no probability."""
        return self._sum(WORD.findall(text)[: self.most_words])

    def sees(self, text: str) -> bool:
        words = WORD.findall(text)[: self.most_words]
        return len(words) >= self.fewest_words and self._sum(words) >= self.threshold

    def _sum(self, words: list[str]) -> float:
        weights = filter(None, map(self.weights.get, features(words, self.piece)))
        return sum(weights) / SCALE / sqrt(max(len(words), SHORT)) + self.bias


@cache
def model(language: str, name: str) -> Model | None:
    """The model of a language for one question (`crisis`, `attack`); None where there is none."""
    file = files("app.moderation").joinpath("packs", language, "second_reader.json")
    return Model(**json.loads(file.read_text("utf-8"))[name]) if language.isalpha() and file.is_file() else None


def looks(name: str) -> Callable[[View, Guidelines], Iterator[tuple[int, int]]]:
    """A rule's finder that asks a model. Its place is the sentence that weighs most."""

    def find(view: View, asked: Guidelines) -> Iterator[tuple[int, int]]:
        reader = model(asked.language, name)
        if reader and reader.sees(view.lower):
            sentences = (m.span() for m in _SENTENCE.finditer(view.lower))
            yield max(sentences, key=lambda s: reader.score(view.lower[slice(*s)]))

    return find
