"""The judge: clean the words, read them as an eye would, let every rule speak."""

from collections.abc import Iterable, Iterator

from app.moderation import reading, sanitise
from app.moderation.guidelines import Guidelines
from app.moderation.help_directory import help_for
from app.moderation.reading import Reading, View
from app.moderation.rulebook import Place, Rule, rules_for
from app.moderation.verdict import Field, Finding, Help, Kind, SafeHtml, Verdict


def judge(guidelines: Guidelines, text: str, title: str = "") -> Verdict:
    """Same words and same guidelines give the same verdict, every time.

    Rules read what a reader would see, not only what was typed, and every rule runs: an author
    learns all the reasons at once, never one by one. `text` is Markdown, `title` is a plain line.
    Findings are sorted by field (title first), place and rule; a crisis finding brings help.
    """
    return weigh(guidelines, text, title, sanitise.clean(text))


def weigh(guidelines: Guidelines, text: str, title: str, html: SafeHtml) -> Verdict:
    """The rules alone: `html` is what `sanitise.clean` made of `text`."""
    return _verdict(guidelines, html, reading.both_views(title, text, html))


def judge_line(guidelines: Guidelines, text: str) -> Verdict:
    """A one-line text without Markdown (a persona name, a title, a note), read by the same rules."""
    return _verdict(guidelines, sanitise.plain(text), (reading.one_line(text, Field.BODY),))


def help_with(guidelines: Guidelines, text: str) -> tuple[Help, ...]:
    """What `judge_line` would bring of help, and nothing else of it: whom to turn to, if these words say danger."""
    words = reading.one_line(text, Field.BODY)
    rules = (rule for rule in rules_for(guidelines) if rule.kind is Kind.CRISIS)
    is_in_danger = any(True for rule in rules for view in words.views for _place in rule.find(view, guidelines))
    return help_for(guidelines.country) if is_in_danger else ()


def _verdict(guidelines: Guidelines, html: SafeHtml, fields: tuple[Reading, ...]) -> Verdict:
    rules = rules_for(guidelines)
    found = [finding for words in fields for rule in rules for finding in _findings(rule, words, guidelines)]
    found.sort(key=lambda f: (f.field is Field.BODY, f.start, f.rule, f.end))
    return Verdict(html, tuple(found), _help(found, guidelines))


def _help(found: Iterable[Finding], guidelines: Guidelines) -> tuple[Help, ...]:
    return help_for(guidelines.country) if any(f.kind is Kind.CRISIS for f in found) else ()


def _findings(rule: Rule, words: Reading, guidelines: Guidelines) -> Iterator[Finding]:
    """What one rule found in all views of a field, each place once.

    Only when no view can place it exactly does a finding span the whole field.
    """
    seen = [(view, place) for view in words.views for place in rule.find(view, guidelines)]
    placed = [exact for view, place in seen if (exact := _placed(view, place))]
    for place in _merged(placed) if placed else _everywhere(words, rule, seen):
        yield Finding(
            rule=rule.id,
            version=rule.version,
            kind=rule.kind,
            severity=rule.severity,
            field=words.field,
            start=place.start,
            end=place.end,
            message=rule.message,
            suggestion=place.suggestion,
            guideline=rule.guideline,
        )


def _placed(view: View, place: Place) -> Place | None:
    typed = view.place(place.start, place.end)
    return None if typed is None else Place(*typed, place.suggestion)


def _everywhere(words: Reading, rule: Rule, seen: list[tuple[View, Place]]) -> list[Place]:
    return [Place(0, words.length, rule.suggestion)] if seen else []


def _merged(places: list[Place]) -> list[Place]:
    """Overlapping places as one that covers them all; the first view's suggestion stands."""
    merged: list[Place] = []
    for place in sorted(places, key=lambda p: (p.start, -p.end)):
        last = merged[-1] if merged else None
        if last is not None and place.start < last.end:
            merged[-1] = Place(last.start, max(last.end, place.end), last.suggestion)
        else:
            merged.append(place)
    return merged
