"""Trying a rule on words that are there: in memory, in a bounded time, without any effect on anything."""

import json
import random
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import app
from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.lab.queries import Text

WALL_SECONDS = 30
"""On a machine that is busy with other things. The process stops itself after `bench.CPU_SECONDS` of work."""
SHOWN = 20
"""Hits of each sort that are shown, chosen by chance (MODERATION.md, "Backtest before live")."""
ROOT = Path(app.__file__).parent.parent


class Hit(NamedTuple):
    """Words in which only one of two rules found something, and where."""

    text: Text
    places: list[tuple[str, int, int]]


class Outcome(NamedTuple):
    """What came of it: how many texts, in how many the rule found something, and those where it differs from the one before."""

    texts: int
    hits: int
    new: list[Hit]
    lost: list[Hit]
    new_count: int
    lost_count: int


class Trial(NamedTuple):
    """A rule, the one it would replace, and the words it is tried on."""

    wished: dict[str, Any]
    before: dict[str, Any] | None
    language: str
    country: str
    items: list[str]
    texts: list[Text]


_ONE_AT_A_TIME = Lock()


def tried(trial: Trial) -> Outcome:
    """Run a rule over words, beside the rule it replaces. Raises Unfit for one that is broken or takes too long, and while
    this process tries another."""
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        raise _unfit(_("Another rule is being tried at this moment. Try this one again in a few seconds."))
    try:
        return _outcome(trial.texts, _answer(trial))
    finally:
        _ONE_AT_A_TIME.release()


def _outcome(texts: list[Text], answer: dict[str, Any]) -> Outcome:
    found = answer["found"]
    new = [
        Hit(texts[one["at"]], [tuple(place) for place in one["places"]])
        for one in found
        if one["places"] and not one["had"]
    ]
    lost = [Hit(texts[one["at"]], []) for one in found if one["had"] and not one["places"]]
    return Outcome(len(texts), sum(bool(one["places"]) for one in found), _some(new), _some(lost), len(new), len(lost))


def _some(hits: list[Hit]) -> list[Hit]:
    return random.SystemRandom().sample(hits, min(SHOWN, len(hits)))


def _answer(trial: Trial) -> dict[str, Any]:
    asked = {**trial._asdict(), "texts": [(text.title, text.body) for text in trial.texts]}
    try:
        done = subprocess.run(  # a module of our own; what was typed goes in as data
            [sys.executable, "-m", "app.lab.bench"], input=json.dumps(asked), capture_output=True, text=True, cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}, timeout=WALL_SECONDS,
            check=False,
        )  # fmt: skip
        answer: dict[str, Any] = json.loads(done.stdout or "{}")
    except (subprocess.TimeoutExpired, ValueError):
        answer = {}
    if "refused" in answer:
        raise _unfit(_("This rule cannot be used yet: %(why)s") % {"why": answer["refused"]})
    if "found" not in answer:
        raise _unfit(_("This rule takes too long, and was stopped. Nothing was done. Can it look for less at once?"))
    return answer


def _unfit(sentence: str) -> Unfit:
    return Unfit(_("Something needs another look."), {"rule": sentence})
