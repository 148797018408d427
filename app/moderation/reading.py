"""What an eye reads: the typed words as plain letters, with a way back to where they were typed."""

import html as entities
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Final

from app.moderation import letters, sanitise
from app.moderation.alignment import align
from app.moderation.spelling import Spelling
from app.moderation.verdict import Field, SafeHtml


@dataclass(frozen=True)
class View:
    """One reading of a field. Code point `i` of `text` was typed in `[starts[i], ends[i])`; -1 where it was not typed."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, typed: str) -> "View":
        return cls(typed, range(len(typed)), range(1, len(typed) + 1))

    @cached_property
    def lower(self) -> str:
        """The same view for rules about words: one lower-case code point for each, so that places agree."""
        lowered = self.text.lower()
        return lowered if len(lowered) == len(self.text) else "".join(c.lower()[0] for c in self.text)

    def sub(self, pattern: re.Pattern[str], put: Callable[[str], str]) -> "View":
        """The view with every match replaced; the new code points stand where the whole match stood."""
        text, starts, ends, done = [], list[int](), list[int](), 0
        for match in pattern.finditer(self.text):
            a, b = match.span()
            new = put(match[0])
            text += [self.text[done:a], new]
            starts += [*self.starts[done:a], *[self.starts[a]] * len(new)]
            ends += [*self.ends[done:a], *[self.ends[b - 1]] * len(new)]
            done = b
        if not done:
            return self
        text.append(self.text[done:])
        return View("".join(text), [*starts, *self.starts[done:]], [*ends, *self.ends[done:]])

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Where `[start, end)` of this view was typed, or None if some of it cannot be placed."""
        starts, ends = self.starts[start:end], self.ends[start:end]
        if not starts or min(starts) < 0:
            return None
        return min(starts), max(ends)


@dataclass(frozen=True, slots=True)
class Reading:
    """A field and all the ways it can be read."""

    field: Field
    length: int
    views: tuple[View, ...]


LONG: Final = 400
"""Code points of a paragraph that is read anew only where it differs."""
AROUND: Final = 3
"""Sentences on either side that are read again with one that differs: what lowers or governs it stands there."""
_SENTENCE: Final = re.compile(r"[^.!?]+[.!?]*|[.!?]+")
MOST_PARTED: Final = 50
"""Runs of single letters in one text that are parted into words; what more there is stays joined."""

_ENTITIES: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAGS: Final = re.compile(r"</?[A-Za-z](?:[^<>\n]|\n(?!\s*\n)){0,200}>|<!--(?:[^<>\n]|\n(?!\s*\n)){0,200}-->")
_LINKS: Final = re.compile(r"\]\((?:[^()\s]{1,300})\)|\]\[[^\[\]\n]{0,80}\]|[\[\]]")
_MARKS: Final = re.compile(r"[*_`~\\]+")
_SPACED: Final = re.compile(r"(?<![\w'])[A-Za-z](?:([ .\-_*·,/|])[A-Za-z])(?:\1[A-Za-z]){1,40}(?![\w'])")
_LEET: Final = re.compile(
    r"(?<![\w@$])(?=[\w$@!|(+]{0,20}[A-Za-z])(?=[A-Za-z$@!|(+]{0,20}[\d$@!|(+])[\w$@!|(+]{3,20}(?![\w@$])"
)
_FIGURES: Final = re.compile(r"(?<=[A-Za-z])[013457$!](?=[A-Za-z])")
_LETTERS: Final = dict(zip("013457$!", "oieastsi", strict=True))
_STARRED: Final = re.compile(
    r"(?<![\w*#])[A-Za-z]{1,12}[*#%_]{1,6}[A-Za-z*#%_]{0,12}[A-Za-z](?![\w*#])|(?<![\w*#])[*#%]{1,2}[A-Za-z]{3,12}(?![\w*#])"
)
_REPEATED: Final = re.compile(r"([A-Za-z])\1{2,}")
_WORD: Final = re.compile(r"[a-z]{3,20}")
_IN_WORDS: Final = re.compile(r"[A-Za-z][\d$@|+]|[A-Za-z][!(][A-Za-z]|[\d$@|+!][A-Za-z]")
_STARS: Final = frozenset("*#%_")
_GAPS: Final = re.compile(r"\s{2,}|[^\S ]")
_BREAKS: Final = re.compile(r"\s{2,}|[^\S\n ]")
_EDGES: Final = re.compile(r"\A\s+|\s+\Z")


def both_views(title: str, text: str, html: SafeHtml, spelling: Spelling) -> tuple[Reading, ...]:
    """The title and the body as readings: what was typed, and what is seen of it."""
    words = body(text, html, spelling)
    return (one_line(title, Field.TITLE, spelling), words) if title else (words,)


def body(text: str, html: SafeHtml, spelling: Spelling) -> Reading:
    """A text with Markdown: read as typed, without its markup, as it is rendered, and without disguises."""
    typed, bare = _as_typed(text), _unmarked(View.of(text))
    seen = _as_seen(text, (typed, bare), html)
    plain = (_undisguised(view, spelling) for view in (bare, seen, _unstarred(text, spelling)) if view)
    return Reading(Field.BODY, len(text), _different(typed, bare, seen, *plain))


def one_line(text: str, field: Field, spelling: Spelling) -> Reading:
    """A text without markup: read as typed, and without whatever looks like markup."""
    bare = _unmarked(View.of(text))
    plain = (_undisguised(view, spelling) for view in (bare, _unstarred(text, spelling)) if view)
    return Reading(field, len(text), _different(_as_typed(text), bare, *plain))


def _different(first: View, *others: View | None) -> tuple[View, ...]:
    """The first view, and of the others what reads differently: no rule looks beyond a paragraph, nor far beyond a sentence."""
    known = {""}
    for paragraph in first.text.split("\n"):
        known |= {paragraph, *(paragraph[a:b] for a, b in _sentences(paragraph))}
    rest = (_paragraphs_but(known, other) for other in others if other is not None)
    return (first, *(view for view in rest if view.text))


def _sentences(paragraph: str) -> list[tuple[int, int]]:
    """Where the sentences of a long paragraph stand; a short one is not parted."""
    return [m.span() for m in _SENTENCE.finditer(paragraph)] if len(paragraph) > LONG else []


def _paragraphs_but(known: set[str], view: View) -> View:
    """The paragraphs of a view that were not read before, and of long ones the sentences and what stands around them; from
    now on they are known."""
    parts, at = list[View](), 0
    for paragraph in view.text.split("\n"):
        end = at + len(paragraph)
        if paragraph not in known:
            known.add(paragraph)
            for a, b in _fresh(known, paragraph):
                parts.append(View(paragraph[a:b], view.starts[at + a : at + b], view.ends[at + a : at + b]))
        at = end + 1
    return _joined(parts)


def _fresh(known: set[str], paragraph: str) -> list[tuple[int, int]]:
    """Where a paragraph has sentences that were not read before, with those around them; the whole of a short one."""
    sentences = _sentences(paragraph)
    fresh = [n for n, (a, b) in enumerate(sentences) if paragraph[a:b] not in known]
    known.update(paragraph[a:b] for a, b in sentences)
    places = list[tuple[int, int]]()
    for n in fresh:
        first, last = sentences[max(0, n - AROUND)][0], sentences[min(len(sentences) - 1, n + AROUND)][1]
        if places and first <= places[-1][1]:
            places[-1] = (places[-1][0], last)
        else:
            places.append((first, last))
    return places or [(0, len(paragraph))]


def _joined(parts: list[View]) -> View:
    starts, ends = list[int](), list[int]()
    for part in parts:
        starts += [*part.starts, -1]
        ends += [*part.ends, -1]
    return View("\n".join(part.text for part in parts), starts, ends)


def _as_typed(text: str) -> View:
    return _narrowed(_folded(View.of(text).sub(_ENTITIES, entities.unescape)))


def _unmarked(typed: View) -> View:
    """Without tags, Markdown and its addresses. It looks no further than a paragraph, so what
    stands in another one cannot hide anything in this one."""
    bare = typed.sub(_TAGS, _nothing).sub(_ENTITIES, entities.unescape)
    bare = bare.sub(_TAGS, _nothing).sub(_LINKS, _nothing).sub(_MARKS, _nothing)
    return _narrowed(_folded(bare))


def _narrowed(view: View) -> View:
    """With one space for each gap and a newline for a paragraph's end, and none at the edges."""
    is_narrow = view.text.isprintable() and "  " not in view.text
    narrow = view if is_narrow else view.sub(_GAPS, _gap)
    has_edges = narrow.text[:1].isspace() or narrow.text[-1:].isspace()
    return narrow.sub(_EDGES, _nothing) if has_edges else narrow


def _undisguised(bare: View, spelling: Spelling) -> View:
    """With letters that were set apart (k i l l) or drawn out (killll), figures inside of words (k1ll) and words that are
    mistyped by a letter read as what they mean."""
    runs = count()
    plain = bare.sub(_SPACED, lambda run: _joined_up(run, spelling, next(runs))).sub(_REPEATED, lambda run: run[0])
    if _IN_WORDS.search(plain.text):
        plain = plain.sub(_LEET, lambda word: spelling.leet(word) or word).sub(_FIGURES, _LETTERS.__getitem__)
    mistyped = spelling.mistyped.keys() & set(_WORD.findall(plain.lower))
    return plain.sub(_any_of(mistyped), lambda word: spelling.mistyped[word.lower()]) if mistyped else plain


def _joined_up(run: str, spelling: Spelling, nth: int) -> str:
    letters = run[::2]
    return spelling.parted(letters.lower()) if nth < MOST_PARTED else letters


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(r"(?<![A-Za-z])(?:" + "|".join(sorted(words)) + r")(?![A-Za-z])", re.IGNORECASE)


def _unstarred(text: str, spelling: Spelling) -> View | None:
    """Without markup, and with the words that stand behind stars (s*icide); None if there are none."""
    if _STARS.isdisjoint(text):
        return None
    typed = View.of(text)
    plain = typed.sub(_STARRED, lambda word: spelling.starred(word) or word)
    return None if plain.text == text else _unmarked(plain)


def _as_seen(text: str, read: Iterable[View], html: SafeHtml) -> View | None:
    """As it is rendered; None if all its paragraphs are `read` already, as they are where there is little markup."""
    seen = sanitise.visible(html)
    view = _folded(View.of(seen)).sub(_BREAKS, _break)
    known = {paragraph for other in read for paragraph in other.text.split("\n")}
    if known.issuperset(view.text.split("\n")):
        return None
    source = View.of(text).sub(_ENTITIES, entities.unescape)
    at = align(seen, source.text)
    starts = [source.starts[at[i]] if at[i] >= 0 else -1 for i in view.starts]
    ends = [source.ends[at[i - 1]] if at[i - 1] >= 0 else -1 for i in view.ends]
    return View(view.text, starts, ends)


def _folded(view: View) -> View:
    return view if view.text.isascii() and view.text.isprintable() else view.sub(letters.ODD, letters.fold)


def _gap(gap: str) -> str:
    return "\n" if gap.count("\n") > 1 else " "


def _break(gap: str) -> str:
    return "\n" if "\n" in gap else " "


def _nothing(_: str) -> str:
    return ""
