"""Cut a text where something was found in it, so that a page can mark the places."""

from collections.abc import Sequence
from typing import Protocol

from app.moderation.verdict import Field


class Placed(Protocol):
    """A finding of the judge, or the row that remembers it."""

    @property
    def field(self) -> Field: ...

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


Part = tuple[str, int | None]


def marked(text: str, findings: Sequence[Placed], field: Field) -> list[Part]:
    """The text in parts, in order: `(words, number)` for a marked place, `(words, None)` for what lies between.

    `findings` are all there are, in their order: they are counted from 1 over both fields, so that a number leads to
    its finding. Those in `field` are marked; overlapping ones share one mark, with the lowest of their numbers.
    Places count code points; what lies outside of the text is left out.
    """
    parts: list[Part] = []
    at = 0
    numbered = [(f.start, f.end, n) for n, f in enumerate(findings, 1) if f.field == field]
    for start, end, number in _joined(numbered, len(text)):
        parts += [(text[at:start], None), (text[start:end], number)]
        at = end
    return [part for part in (*parts, (text[at:], None)) if part[0]]


def _joined(places: Sequence[tuple[int, int, int]], length: int) -> list[tuple[int, int, int]]:
    """Places inside the text, in order; those that overlap as one."""
    joined: list[tuple[int, int, int]] = []
    for start, end, number in sorted((max(0, start), min(end, length), n) for start, end, n in places):
        if start >= end:
            continue
        if joined and start < joined[-1][1]:
            before = joined.pop()
            joined.append((before[0], max(before[1], end), min(before[2], number)))
        else:
            joined.append((start, end, number))
    return joined
