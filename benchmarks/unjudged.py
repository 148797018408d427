"""Hearth with a judge that finds nothing, for the bench alone: what a reply costs beside its judging. Words are cleaned as ever.

`python -m benchmarks.unjudged serve …` is `hearth serve …`.
"""

from app.cli import hearth
from app.moderation.guidelines import Guidelines
from app.moderation.sanitise import clean
from app.moderation.verdict import Verdict
from app.stories import judging


def _cleaned(_guidelines: Guidelines, text: str, _title: str = "") -> Verdict:
    return Verdict(clean(text), (), ())


judging.judge = _cleaned  # type: ignore[assignment, attr-defined]
hearth()
