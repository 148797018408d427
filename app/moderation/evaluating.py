"""How well the judge sees: lines with labels in; recall, precision and false alarms out, each with how sure one can be.

What a label means is said by the data's own README. A *measure* is one question that lines answer with yes or no: should
this have been found, and was it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any, Final, NamedTuple

from app.moderation import sanitise
from app.moderation.checking import BadLineError, read_line
from app.moderation.figures import Counts, Figures
from app.moderation.guidelines import Guidelines
from app.moderation.judge import weigh
from app.moderation.rulebook import all_ready
from app.moderation.verdict import SECOND_LOOK, SUPPORT, Field, Finding, Kind, Outcome, Verdict

SEES: Final[dict[str, tuple[str, ...]]] = {
    "suicide_community": ("crisis.",),
    "self_harm": ("crisis.",),
    "abuse_community": ("crisis.abuse",),
    "hate": ("guideline.attack", "guideline.threat", "guideline.contempt", "guideline.second-look"),
    "harassment": ("guideline.attack", "guideline.threat", "guideline.contempt", "guideline.second-look"),
    "sourcing": ("guideline.sourcing", "guideline.selling"),
    "promotion": ("guideline.promotion", "confidentiality.link"),
    "medical_advice": ("guideline.medicine", "guideline.dosing"),
    "unsafe_request": ("crisis.", "guideline."),
}
"""By a line's kind, which rules are to speak: ids, or how they begin."""
GOLD: Final[dict[str, tuple[str, ...]]] = {
    "crisis": ("crisis.",),
    "minor": ("crisis.minor",),
    "link": ("confidentiality.link",),
    "promotion": ("guideline.promotion",),
    "glamorising": ("guideline.glamorising",),
    "dosing": ("guideline.dosing", "guideline.medicine"),
    "shaming": ("guideline.contempt", "guideline.attack"),
}
"""The same for what was judged by hand in one line; 2 is clear, 1 is borderline and asked of nobody."""
TAUGHT: Final = frozenset({"suicide_community", "self_harm", "hate", "harassment"})
"""Kinds of lines that the second reader was trained on: what the rules find without it is told apart."""
CLEAR: Final = 2
TALK: Final = frozenset({"benign_recovery", "peer_post"})
"""Kinds that are never wrong to publish."""
PRIVATE: Final = "confidentiality."
LEVELS: Final = ("none", "support", "concern", "urgent")
DANGER: Final = frozenset({"concern", "urgent"})


class Answered(NamedTuple):
    """One line's answer to one measure."""

    measure: str
    expected: bool
    found: bool


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that was answered wrongly, for the eye alone."""

    measure: str
    is_miss: bool
    id: str
    text: str
    rules: tuple[str, ...]


class Evaluation:
    """Reads lines one by one and keeps figures, not words; of mistakes the first few of each measure and sort."""

    def __init__(self, guidelines: Guidelines, keep: int = 0) -> None:
        self.figures = Figures()
        self.mistakes: list[Mistake] = []
        self._guidelines, self._keep = guidelines, keep
        self._kept: dict[tuple[str, bool], int] = {}
        all_ready(guidelines)

    def take(self, raw: str) -> None:
        """Judge one line. Raises BadLineError for a line that cannot be judged, or has no label."""
        line = read_line(raw)
        label, kind = line.get("label"), line.get("kind")
        if label not in (0, 1) or not isinstance(kind, str):
            raise BadLineError("The line has no label of 0 or 1, or no kind.")
        text, title = line["text"], line.get("title") or ""
        html = sanitise.clean(text)
        started = perf_counter_ns()
        verdict = weigh(self._guidelines, text, title, html)
        spent = (perf_counter_ns() - started) // 1000
        try:
            told = list(answers(line, kind, verdict))
        except (KeyError, TypeError, AttributeError) as why:
            raise BadLineError("Its spans, level or gold are not of the shape the data's README says.") from why
        self.figures.times.append(spent)
        for answer in told:
            self.figures.by_measure.setdefault(answer.measure, Counts()).note(
                expected=answer.expected, found=answer.found
            )
            if answer.expected != answer.found:
                self._remember(answer, line, verdict)

    def _remember(self, answer: Answered, line: dict[str, Any], verdict: Verdict) -> None:
        sort = (answer.measure, answer.expected)
        self._kept[sort] = self._kept.get(sort, 0) + 1
        if self._kept[sort] <= self._keep:
            rules = tuple(sorted({f.rule for f in verdict.findings}))
            self.mistakes.append(
                Mistake(answer.measure, answer.expected, str(line.get("id")), str(line["text"]), rules)
            )


def answers(line: dict[str, Any], kind: str, verdict: Verdict) -> Iterator[Answered]:
    """What one line says about each measure it speaks of."""
    held_back = verdict.outcome is not Outcome.PUBLISH
    if kind in TALK:
        yield Answered(f"{kind}: held back", expected=False, found=held_back)
        yield Answered(f"{kind}: help shown", expected=False, found=_says(verdict, ("crisis.",)))
    elif kind == "gold":
        yield from _by_hand(line.get("gold") or {}, verdict, held_back=held_back)
    elif kind == "contrast":
        yield from _contrasted(line["level"], verdict)
    elif kind == "pii":
        yield from _private(line["text"], line.get("spans") or [], verdict)
    elif kind in SEES:
        yield Answered(kind, expected=bool(line["label"]), found=_says(verdict, SEES[kind]))
        if kind in TAUGHT:
            by_rules = any(f.rule.startswith(SEES[kind]) and f.rule not in SECOND_LOOK for f in verdict.findings)
            yield Answered(f"{kind}: by rules alone", expected=bool(line["label"]), found=by_rules)
    else:
        yield Answered(kind, expected=bool(line["label"]), found=bool(verdict.findings))


def _by_hand(judged: dict[str, int], verdict: Verdict, *, held_back: bool) -> Iterator[Answered]:
    if not judged:
        yield Answered("gold, clean: held back", expected=False, found=held_back)
    for name, rules in GOLD.items():
        if judged.get(name, 0) in (0, CLEAR):
            yield Answered(f"gold: {name}", expected=judged.get(name) == CLEAR, found=_says(verdict, rules))


def _contrasted(level: str, verdict: Verdict) -> Iterator[Answered]:
    """One side of a pair that differs in what matters: how much danger it says."""
    if level not in LEVELS:
        raise KeyError(level)
    said = tier(verdict)
    is_urgent = said == "urgent"
    if level in DANGER:
        yield Answered("contrast: danger seen", expected=True, found=said in DANGER)
    else:
        yield Answered("contrast: calm words called danger", expected=False, found=said in DANGER)
    yield Answered("contrast: urgent as urgent", expected=level == "urgent", found=is_urgent)
    is_right = said == level if level in DANGER else said not in DANGER
    yield Answered("contrast: right tier", expected=True, found=is_right)


def tier(verdict: Verdict) -> str:
    """How much danger a verdict says: one of LEVELS."""
    if verdict.outcome is Outcome.URGENT:
        return "urgent"
    rules = {f.rule for f in verdict.findings if f.kind is Kind.CRISIS}
    if rules - {SUPPORT}:
        return "concern"
    return "support" if rules else "none"


def _private(text: str, spans: list[dict[str, Any]], verdict: Verdict) -> Iterator[Answered]:
    """Each place by itself; and each finding, whether it stands at none."""
    found = [f for f in verdict.findings if f.rule.startswith(PRIVATE) and f.field is Field.BODY]
    for span in spans:
        yield Answered(f"pii: {span['type']}", expected=True, found=any(_touches(f, span) for f in found))
        if span["type"] == "PERSON" and len(text[span["start"] : span["end"]].split()) > 1:
            yield Answered("pii: full names", expected=True, found=any(_touches(f, span) for f in found))
    for one in found:
        is_at_none = not any(_touches(one, span) for span in spans)
        yield Answered("pii: findings at no place", expected=False, found=is_at_none)


def _touches(found: Finding, span: dict[str, Any]) -> bool:
    return bool(found.start < span["end"] and span["start"] < found.end)


def _says(verdict: Verdict, rules: tuple[str, ...]) -> bool:
    return any(f.rule.startswith(rules) for f in verdict.findings)
