"""One line of JSON in, what the judge says of it out: for the `hearth moderation check` command and the API."""

import json
from time import perf_counter_ns
from typing import Any, Final

from app.moderation import sanitise
from app.moderation.guidelines import Guidelines
from app.moderation.judge import weigh
from app.moderation.rulebook import all_ready
from app.moderation.verdict import Finding, Verdict

LONGEST_LINE: Final = 200_000
"""Code points of one line of JSON."""
LONGEST_TITLE: Final = 200


class BadLineError(ValueError):
    """A line that cannot be judged; says why."""


def check_line(raw: str, guidelines: Guidelines) -> dict[str, Any]:
    """Judge a line `{"id", "text", "title"?, "group"?, "kind"?}`.

    Gives `{"id", "outcome", "findings", "microseconds"}`, where the time is the rules' alone, after
    rendering and cleaning; or `{"id": null, "error"}` for a line that cannot be judged.
    """
    try:
        line = read_line(raw)
    except BadLineError as why:
        return {"id": None, "error": str(why)}
    text, title = line["text"], line.get("title") or ""
    html = sanitise.clean(text)
    all_ready(guidelines)  # read from the packs once, outside of the time that is told
    started = perf_counter_ns()
    verdict = weigh(guidelines, text, title, html)
    spent = perf_counter_ns() - started
    return {
        "id": line.get("id"),
        "outcome": verdict.outcome.value,
        "findings": [_finding(f) for f in verdict.findings],
        "microseconds": spent // 1000,
    }


def as_dict(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the JSON the API answers with: outcome, findings, help, and what the words touch on."""
    return {
        "outcome": verdict.outcome.value,
        "findings": [_finding(f) for f in verdict.findings],
        "help": [{"name": h.name, "contact": h.contact, "url": h.url, "when": h.when} for h in verdict.help],
        "content_notes": list(verdict.content_notes),
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "kind": found.kind.value,
        "severity": found.severity.value,
        "field": found.field.value,
        "start": found.start,
        "end": found.end,
        "message": found.message,
        "suggestion": found.suggestion,
        "guideline": found.guideline,
    }


def read_line(raw: str) -> dict[str, Any]:
    """A line that can be judged. Raises BadLineError for any other."""
    if len(raw) > LONGEST_LINE:
        raise BadLineError("The line is too long.")
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError) as why:
        raise BadLineError("The line is not JSON.") from why
    if not isinstance(line, dict):
        raise BadLineError("The line is not a JSON object.")
    _check_text(line.get("text"), "text", sanitise.LONGEST_TEXT)
    _check_text(line.get("title") or "", "title", LONGEST_TITLE)
    return line


def _check_text(value: object, name: str, longest: int) -> None:
    if not isinstance(value, str):
        raise BadLineError(f"The line has no {name}, or it is not a string.")
    if len(value) > longest:
        raise BadLineError(f"The {name} is longer than {longest} characters.")
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise BadLineError(f"The {name} holds half a character (an unpaired surrogate).")
