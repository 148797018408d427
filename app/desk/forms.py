"""What may be typed at the desk, and what it answers."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from app.desk.queue import Status, Stream, Wanted, Weight
from app.foundation.language import gettext as _
from app.foundation.typed import Shaped, Typed, Words
from app.groups.forms import MOST_ITEMS
from app.groups.rule_forms import RuleId
from app.members.models import Role
from app.moderation.models import Action, FlagReason, Subject
from app.moderation.verdict import Field as Place
from app.stories.models import Answers

LONGEST_REASON = 300
LONGEST_NOTE = 2000
LONGEST_FLAG_NOTE = 1000
LONGEST_GUIDELINE = 60
LONGEST_SUBJECT = 60
LONGEST_SLUG = 50
MOST_REDACTIONS = 100
PAGE = 20
MOST_ON_A_PAGE = 50
LONGEST_CURSOR = 200

Reason = Annotated[Words, Field(min_length=1, max_length=LONGEST_REASON, pattern=r"\S")]
Guideline = Annotated[Words, Field(max_length=LONGEST_GUIDELINE)]
NoteToAuthor = Annotated[Words, Field(max_length=LONGEST_NOTE)]


class QueueAsked(Typed):
    """Which part of the queue somebody wants to see."""

    stream: Stream | Literal[""] = ""
    group: Annotated[Words, Field(max_length=LONGEST_SLUG)] = ""
    kind: Subject | Literal[""] = ""
    weight: Weight = ""

    def wanted(self, group_id: str, status: Status = "open") -> Wanted:
        return Wanted(status, Stream(self.stream) if self.stream else None, group_id, str(self.kind), self.weight)


class QueueSeen(QueueAsked):
    """A page of it, by a page's address."""

    model_config = ConfigDict(extra="ignore")
    status: Status = "open"
    after: Annotated[str, Field(max_length=LONGEST_CURSOR)] = ""
    waits: Literal["", "no"] = ""
    """Whether the page looks anew by itself, without script."""
    done: Literal["", "yes"] = ""
    """Said after somebody decided a case."""
    free: Literal["", "no"] = ""
    """Said after somebody wanted the next one and none was free."""


class QueueCall(QueueAsked):
    """A page of it, for programs; `group` is a group's short name."""

    model_config = ConfigDict(extra="ignore")
    status: Status = "open"
    after: Annotated[str, Field(max_length=LONGEST_CURSOR)] = ""
    limit: Annotated[int, Field(ge=1, le=MOST_ON_A_PAGE)] = PAGE


class HandoverForm(Typed):
    """A word for whoever takes a case next."""

    note: Annotated[Words, Field(max_length=LONGEST_NOTE)] = ""


class Redaction(Typed):
    """Words to take out, in code points of the field as typed; `end` is past the last."""

    field: Place
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]


class LimitForm(Typed):
    """A pause from writing, in days. Site-wide: under every name of the person, though nobody learns these."""

    days: Literal[1, 7, 14, 30]
    site_wide: bool = False


class DecisionForm(Typed):
    """A person's decision about a case."""

    action: Action
    reason: Reason
    guideline: Guideline = ""
    note_to_author: NoteToAuthor = ""
    redactions: Annotated[list[Redaction], Field(max_length=MOST_REDACTIONS)] = Field(default_factory=list)
    limit: LimitForm | None = None
    thread: Answers | None = None
    """How the story is answered from now on, if that shall change."""


class CoverForm(Typed):
    """Whether words are behind a note while somebody looks at them."""

    covered: bool


class DecisionPage(Typed):
    """The page's form: findings to take out by their number, other words as they stand, one piece a line."""

    action: Action
    reason: Reason
    guideline: Guideline = ""
    note_to_author: NoteToAuthor = ""
    redact: list[int] = Field(default_factory=list)
    redact_more: Annotated[Words, Field(max_length=LONGEST_NOTE)] = ""
    limit_days: Literal["", "1", "7", "14", "30"] = ""
    limit_site_wide: bool = False
    thread: Answers | Literal[""] = ""

    def decided(self, redactions: list[Redaction]) -> DecisionForm:
        days: Any = int(self.limit_days or 0)
        return DecisionForm(
            action=self.action,
            reason=self.reason,
            guideline=self.guideline,
            note_to_author=self.note_to_author,
            redactions=redactions[:MOST_REDACTIONS],
            limit=LimitForm(days=days, site_wide=self.limit_site_wide) if days else None,
            thread=Answers(self.thread) if self.thread else None,
        )


class FlagForm(Typed):
    """Why somebody asks for a look. `note` may say more."""

    reason: FlagReason
    note: Annotated[Words, Field(max_length=LONGEST_FLAG_NOTE)] = ""


class FlagCall(FlagForm):
    """The API's form: `subject` is `story:ID` or `reply:ID`."""

    subject: Annotated[Words, Field(max_length=LONGEST_SUBJECT)]


class InvitationForm(Typed):
    role: Role
    group: Annotated[str, Field(min_length=1, max_length=32)]


class ItemsPage(Typed):
    """A group's guidelines as a page sends them: three columns of the same length."""

    item_id: list[Words] = Field(default_factory=list)
    item_title: list[Words] = Field(default_factory=list)
    item_text: list[Words] = Field(default_factory=list)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not len(self.item_id) == len(self.item_title) == len(self.item_text):
            raise ValueError(_("A part of this page is missing. Open it again, please."))
        return self

    @property
    def items(self) -> list[dict[str, str]]:
        """Those that say something, each with an id of its own; a new one is named after its title."""
        rows = zip(self.item_id, self.item_title, self.item_text, strict=True)
        said = [(i, title.strip(), text.strip()) for i, title, text in rows if title.strip() or text.strip()]
        taken = [i for i, _title, _text in said if i]
        items = list[dict[str, str]]()
        for given, title, text in said[: MOST_ITEMS + 1]:
            item_id = given if given and taken.count(given) == 1 else _new_item_id(title, taken)
            taken.append(item_id)
            items.append({"id": item_id, "title": title, "text": text})
        return items


def _new_item_id(title: str, taken: list[str]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-0123456789")[:LONGEST_SLUG].rstrip("-")
    base = plain if len(plain) > 1 else "item"
    return next(i for n in range(1, len(taken) + 2) if (i := base if n == 1 else f"{base}-{n}") not in taken)


class FoundingPage(Typed):
    """What a new group asks of rules, from a page: those that a person looks at first."""

    hold: list[RuleId] = Field(default_factory=list)


class WordsShown(Shaped):
    title: str
    body: str
    html: str


class CaseShown(Shaped):
    """A case in the queue. `claimed_by` is the staff persona that has it in hand."""

    id: str
    subject: str
    group: str
    persona: str
    tier: str
    status: str
    findings: list[dict[str, Any]]
    opened_at: str
    claimed_by: str | None


class CaseInFull(CaseShown):
    """One case, with the words it is about; null once their author took them back."""

    words: WordsShown | None


class CaseList(Shaped):
    items: list[CaseShown]
    next: str | None


class EntryShown(Shaped):
    chain: str
    number: int
    group: str | None
    day: str
    act: str
    by: str | None
    subject: str
    reason: str
    outline: str | None
    salt: str | None
    previous_hash: str
    hash: str


class EntryList(Shaped):
    items: list[EntryShown]
    next: str | None


class Receipt(Shaped):
    """By which a flag can be asked about."""

    receipt: str
