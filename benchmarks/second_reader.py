"""`make second-reader`: train the second reader on the lines with labels that lie beside this repository.

Writes weights alone (app/moderation/packs/en/second_reader.json), of pieces that stand in many lines. Thresholds come from lines
that the model was not trained on (five folds): the score that at most so many clean posts of a hundred exceed.
"""

import json
import sys
from collections.abc import Iterator
from functools import partial
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from app.moderation.second_reader import SCALE, SHORT, WORD, features
from benchmarks.judge import LINES, ROOT

WEIGHTS = ROOT / "app" / "moderation" / "packs" / "en" / "second_reader.json"
CLEAN = ("rmhd_recovery", "stopdrinking", "counselchat", "rmhd_gold")
ARTEFACTS = {
    "emptypost",
    "title",
    "aos",
    "reddit",
    "subreddit",
    "sub",
    "post",
    "posted",
    "posting",
    "throwaway",
    "upvote",
    "edit",
}
"""Words that only say where a line was collected."""
FOLDS, SEED, FEWEST_LINES = 5, 1, 3
CLEAR = 2


class Question(NamedTuple):
    """What one model is asked: which lines say yes, and how many of a hundred `calm` ones may be asked about in vain."""

    name: str
    files: tuple[str, ...]
    kinds: tuple[str, ...]
    calm: tuple[str, ...]
    asked_in_vain: float
    fewest_words: int
    most_words: int
    piece: int
    most_weights: int
    strength: float


QUESTIONS = (
    Question("crisis", (*CLEAN, "rmhd_suicide", "openai_moderation", "dreaddit", "medical_advice", "sms_spam"),
             ("suicide_community", "self_harm"), CLEAN, 0.01, 40, 1000, 0, 4000, 1.0),
    Question("attack", (*CLEAN, "davidson", "openai_moderation", "rmhd_suicide", "hatecheck"),
             ("hate", "harassment"), (*CLEAN, "davidson", "hatecheck"), 0.02, 6, 200, 4, 5000, 1.0),
)  # fmt: skip


class Line(NamedTuple):
    text: str
    is_it: bool
    is_calm: bool
    sort: str


def lines(folder: Path, question: Question) -> Iterator[Line]:
    for name in question.files:
        for raw in (folder / f"{name}.jsonl").read_text("utf-8").splitlines():
            line = json.loads(raw)
            gold = (line.get("gold") or {}).get(question.name, 0)
            if gold == 1:
                continue
            is_it = gold == CLEAR or (line["kind"] in question.kinds and line["label"] == 1)
            yield Line(line["text"], is_it, name in question.calm and not is_it and not gold, f"{name} {is_it}")


def shown(text: str, question: Question) -> list[str]:
    """What the model is shown of a text, without what only says where it was collected."""
    return sorted(features([word for word in _words(text, question) if word not in ARTEFACTS], question.piece))


def _words(text: str, question: Question) -> list[str]:
    return WORD.findall(text.lower())[: question.most_words]


class Trained(NamedTuple):
    names: list[str]
    weights: Any
    bias: float


def trained(texts: list[str], labels: Any, question: Question) -> Trained:
    """Logistic regression on what stands in a text, each thing weighed by how much oftener it stands where the answer is yes
    (Wang and Manning 2012); the weights that matter least are dropped, and the rest fitted again."""
    counter = CountVectorizer(analyzer=partial(shown, question=question), min_df=FEWEST_LINES, binary=True)
    counts = _for_length(counter.fit_transform(texts), texts, question)
    there = counts > 0
    yes, no = (np.asarray(there[labels == said].sum(0)).ravel() + 1 for said in (True, False))
    ratio = np.log((yes / labels.sum()) / (no / (~labels).sum()))
    first = _fitted(counts.multiply(ratio).tocsr(), labels, question)
    worth = np.abs(first.coef_.ravel() * ratio) * np.asarray(counts.mean(0)).ravel() ** 0.5
    kept = np.sort(np.argsort(-worth)[: question.most_weights])
    again = _fitted(counts[:, kept].multiply(ratio[kept]).tocsr(), labels, question)
    names = counter.get_feature_names_out()
    return Trained([str(names[n]) for n in kept], again.coef_.ravel() * ratio[kept], float(again.intercept_[0]))


def _fitted(counts: Any, labels: Any, question: Question) -> Any:
    return LogisticRegression(C=question.strength, class_weight="balanced", max_iter=2000, random_state=SEED).fit(
        counts, labels
    )


def _for_length(counts: Any, texts: list[str], question: Question) -> Any:
    lengths = [sqrt(max(len(_words(text, question)), SHORT)) for text in texts]
    return (sparse.diags([1 / length for length in lengths]) @ counts).tocsr()


def scores(model: Trained, texts: list[str], question: Question) -> Any:
    counter = CountVectorizer(analyzer=partial(shown, question=question), vocabulary=model.names, binary=True)
    return _for_length(counter.transform(texts), texts, question) @ model.weights + model.bias


def unseen(known: list[Line], question: Question) -> Any:
    """Each line's score by a model that was trained without it."""
    texts, labels = [line.text for line in known], np.array([line.is_it for line in known])
    said = np.zeros(len(known))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(texts, [line.sort for line in known])
    for others, held in folds:
        model = trained([texts[n] for n in others], labels[others], question)
        said[held] = scores(model, [texts[n] for n in held], question)
    return said


def answered(folder: Path, question: Question) -> dict[str, Any]:
    known = list(lines(folder, question))
    said = unseen(known, question)
    calm = np.array([line.is_calm for line in known])
    is_long = np.array([len(_words(line.text, question)) >= question.fewest_words for line in known])
    threshold = float(np.quantile(said[calm & is_long], 1 - question.asked_in_vain))
    found = (said >= threshold) & is_long
    for sort in sorted({line.sort for line in known}):
        here = np.array([line.sort == sort for line in known])
        print(f"{question.name:<7} {sort:<26} {found[here].mean():.3f} of {here.sum()}")
    model = trained([line.text for line in known], np.array([line.is_it for line in known]), question)
    weights = {name: round(w * SCALE) for name, w in zip(model.names, model.weights, strict=True) if round(w * SCALE)}
    said_once = {"bias": round(model.bias, 4), "threshold": round(threshold, 4), "weights": weights}
    return {name: getattr(question, name) for name in ("fewest_words", "most_words", "piece")} | said_once


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else LINES
    if not any(folder.glob("*.jsonl")):
        raise SystemExit(f"There are no lines with labels in {folder}: nothing was trained.")
    models = {question.name: answered(folder, question) for question in QUESTIONS}
    WEIGHTS.write_text(json.dumps(models, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    print(f"The weights of {len(models)} questions are written: {WEIGHTS.stat().st_size:,} bytes.")


if __name__ == "__main__":
    main()
