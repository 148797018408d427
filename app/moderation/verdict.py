"""What the judge can say about words. Plain values, the same for the same words, every time."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType

SUPPORT: Final = "crisis.support"
"""The rule that speaks where words tell of danger that is past, denied, quoted or another's: help, and nobody is called."""

SECOND_LOOK: Final = frozenset({"crisis.second-look", "guideline.second-look"})
"""What the second reader says: somebody shall look soon. It is silent where a rule of the same kind has found something."""

MILD: Final = frozenset({SUPPORT, "crisis.second-look"})
"""Crisis rules that say too little of danger to keep words from their author's hands."""

SafeHtml = NewType("SafeHtml", str)
"""HTML that readers may see. `sanitise.clean` is its only maker; nothing else may cast to it."""


class Severity(StrEnum):
    """How heavy a finding weighs, lightest first (CONTRACT.md, "A verdict")."""

    NOTE = "note"
    REVISE = "revise"
    HOLD = "hold"
    URGENT = "urgent"

    @property
    def weight(self) -> int:
        return list(Severity).index(self)


class Outcome(StrEnum):
    """What happens to the words: out, back to the author, to a person, to a person at once."""

    PUBLISH = "publish"
    REVISE = "revise"
    HOLD = "hold"
    URGENT = "urgent"


class Kind(StrEnum):
    """What a finding is about."""

    MARKUP = "markup"
    CONFIDENTIALITY = "confidentiality"
    GUIDELINE = "guideline"
    CRISIS = "crisis"


class Field(StrEnum):
    """Which of the typed texts a finding stands in."""

    TITLE = "title"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason, placed in what was typed.

    `start` and `end` count Unicode code points of the field as typed; `end` is past the last one.
    `message` says why in the author's language, `suggestion` is what could stand in the place
    instead ("" if nothing can be offered), `guideline` is the id of the group's item it rests on.
    """

    rule: str
    version: int
    kind: Kind
    severity: Severity
    field: Field
    start: int
    end: int
    message: str
    suggestion: str
    guideline: str


@dataclass(frozen=True, slots=True)
class Help:
    """Somebody to turn to outside Hearth: one line of the help directory."""

    name: str
    contact: str
    url: str
    when: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Clean words and all that was found in them.

    `content_notes` say what the words touch on, for readers who need to know before they read. What rules on trial
    found (`shadow`) has no effect on anything.
    """

    html: SafeHtml
    findings: tuple[Finding, ...]
    help: tuple[Help, ...]
    content_notes: tuple[str, ...] = ()
    shadow: tuple[Finding, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The heaviest finding decides; a note lets words through. Words of danger are never sent back to be mended:
        a person reads them as they are."""
        if not self.findings:
            return Outcome.PUBLISH
        heaviest = max(f.severity.weight for f in self.findings)
        outcome = list(Outcome)[heaviest]
        is_danger = any(f.kind is Kind.CRISIS and f.rule not in MILD for f in self.findings)
        return Outcome.HOLD if is_danger and outcome is Outcome.REVISE else outcome
