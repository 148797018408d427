"""The judge: clean the words, read them as an eye would, let every rule speak."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from app.moderation import reading, sanitise
from app.moderation.guidelines import Guidelines
from app.moderation.help_directory import help_for
from app.moderation.packing import woken_by
from app.moderation.patterns import Present, Triggers
from app.moderation.reading import Reading, View
from app.moderation.rule import Place, Rule, State
from app.moderation.rulebook import Ready, ready
from app.moderation.verdict import SECOND_LOOK, SUPPORT, Field, Finding, Help, Kind, SafeHtml, Severity, Verdict


def judge(guidelines: Guidelines, text: str, title: str = "") -> Verdict:
    """Same words and same guidelines give the same verdict, every time.

    Rules read what a reader would see, not only what was typed, and every rule runs: an author
    learns all the reasons at once, never one by one. `text` is Markdown, `title` is a plain line.
    Findings are sorted by field (title first), place and rule; a crisis finding brings help.
    """
    return weigh(guidelines, text, title, sanitise.clean(text))


def weigh(guidelines: Guidelines, text: str, title: str, html: SafeHtml) -> Verdict:
    """The rules alone: `html` is what `sanitise.clean` made of `text`."""
    rules = ready(guidelines)
    return _verdict(guidelines, rules, html, reading.both_views(title, text, html, rules.spelling))


def judge_line(guidelines: Guidelines, text: str) -> Verdict:
    """A one-line text without Markdown (a persona name, a title, a note), read by the same rules."""
    rules = ready(guidelines)
    return _verdict(guidelines, rules, sanitise.plain(text), (reading.one_line(text, Field.BODY, rules.spelling),))


def found_alone(guidelines: Guidelines, rule: Rule, text: str, title: str = "") -> tuple[Finding, ...]:
    """What one rule would find, written or in force, without any other: to try it before it has an effect. What evidence
    lowers is another rule's to say, and is not told."""
    known = ready(guidelines)
    lowered = tuple(other for other in known.rules if other.id == rule.lowered_to and other.id != rule.id)
    alone = replace(rule, state=State.LIVE)
    rules = Ready((alone, *lowered), (Triggers(woken_by((alone, *lowered))),), known.spelling)
    fields = reading.both_views(title, text, sanitise.clean(text), rules.spelling)
    return tuple(f for words in fields for f in _alone(guidelines, rules, alone, words) if f.rule == rule.id)


def _alone(guidelines: Guidelines, rules: Ready, rule: Rule, words: Reading) -> Iterator[Finding]:
    seen = _seen(words, rules)
    return _findings(rules, rule, words, [(one.view, place) for one in seen for place in one.places(rule, guidelines)])


def help_with(guidelines: Guidelines, text: str) -> tuple[Help, ...]:
    """What `judge_line` would bring of help, and nothing else of it: whom to turn to, if these words say danger."""
    rules = ready(guidelines)
    seen = _seen(reading.one_line(text, Field.BODY, rules.spelling), rules)
    crisis = [rule for rule in rules.rules if rule.kind is Kind.CRISIS and rule.state is State.LIVE]
    is_in_danger = any(_says(rule, place) for rule in crisis for one in seen for place in one.places(rule, guidelines))
    return help_for(guidelines.country) if is_in_danger else ()


def _says(rule: Rule, place: Place) -> bool:
    return not rule.adds_note and bool(not place.lowered or rule.lowered_to)


class Seen(NamedTuple):
    """A view, which triggers stand in it, and which rules they wake."""

    view: View
    present: Present
    awake: set[str]

    def places(self, rule: Rule, guidelines: Guidelines) -> Iterator[Place]:
        return rule.find(self.view, guidelines, self.present) if rule.id in self.awake else iter(())


def _seen(words: Reading, rules: Ready) -> list[Seen]:
    present = ((view, rules.present(view.lower)) for view in words.views)
    return [Seen(view, there, rules.awake(there)) for view, there in present]


def _verdict(guidelines: Guidelines, rules: Ready, html: SafeHtml, fields: tuple[Reading, ...]) -> Verdict:
    found, shadow, notes = list[Finding](), list[Finding](), set[str]()
    for words in fields:
        seen = _seen(words, rules)
        for rule in rules.rules:
            if not any(rule.id in one.awake for one in seen):
                continue
            places = ((one.view, place) for one in seen for place in one.places(rule, guidelines))
            if rule.adds_note:
                if rule.state is State.LIVE:  # on trial it adds nothing; one place is enough
                    notes.update(rule.adds_note for _ in islice(places, 1))
            elif there := list(places):
                into = found if rule.state is State.LIVE else shadow
                into += _findings(rules, rule, words, there)
    return Verdict(html, _sorted(found), _help(found, guidelines), tuple(sorted(notes)), _sorted(shadow))


def _sorted(found: list[Finding]) -> tuple[Finding, ...]:
    """By field (title first), place and rule, without what others make needless."""
    told = [f for f in dict.fromkeys(found) if not _is_needless(f, found)]
    return tuple(sorted(told, key=lambda f: (f.field is Field.BODY, f.start, f.rule, f.end)))


def _is_needless(one: Finding, found: list[Finding]) -> bool:
    """Where danger is found nothing is told of it as past; where a rule speaks no second look is needed. That a rule let words
    out with a note of another sort says nothing of an attack in them."""
    by_rules = (f for f in found if f.kind is one.kind and f.rule != SUPPORT and f.rule not in SECOND_LOOK)
    if one.rule == SUPPORT:
        return any(_overlap(one, other) for other in by_rules)
    return one.rule in SECOND_LOOK and any(f.kind is Kind.CRISIS or f.severity is not Severity.NOTE for f in by_rules)


def _overlap(one: Finding, other: Finding) -> bool:
    return one.field is other.field and one.start < other.end and other.start < one.end


def _help(found: Iterable[Finding], guidelines: Guidelines) -> tuple[Help, ...]:
    return help_for(guidelines.country) if any(f.kind is Kind.CRISIS for f in found) else ()


def _findings(rules: Ready, rule: Rule, words: Reading, places: list[tuple[View, Place]]) -> Iterator[Finding]:
    """What one rule found in all views of a field, each place once; what was lowered is said by another rule, or by none."""
    yield from _told(rule, words, [seen for seen in places if not seen[1].lowered])
    if rule.lowered_to:
        yield from _told(rules.named(rule.lowered_to), words, [seen for seen in places if seen[1].lowered])


def _told(rule: Rule, words: Reading, seen: list[tuple[View, Place]]) -> Iterator[Finding]:
    """Only when no view can place it exactly does a finding span the whole field."""
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
