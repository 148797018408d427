"""What may be typed in a talk, and what it answers."""

from typing import Annotated, Literal

from pydantic import Field

from app.foundation.typed import Shaped, Typed, Words

LONGEST_LETTER = 2000
LONGEST_NAME = 60


class LetterForm(Typed):
    """A word between a member and moderators."""

    body: Annotated[Words, Field(min_length=1, max_length=LONGEST_LETTER, pattern=r"\S")]


class NameForm(Typed):
    """One of the names that were offered."""

    suggested: Annotated[Words, Field(min_length=1, max_length=LONGEST_NAME)]


class AskForm(LetterForm):
    """What somebody asks: a question, or for another name."""

    kind: Literal["question", "persona"] = "question"


class SettleForm(Typed):
    """Whether whoever asked for another name may choose one."""

    rename: bool = False


class LetterShown(Shaped):
    """`by`: the staff persona that wrote it."""

    by: str | None
    is_moderator: bool
    day: str
    html: str


class TalkShown(Shaped):
    """`about`: `question`, `persona`, or the kind of words that a moderator looked at."""

    id: str
    group: str
    about: str
    words: list[LetterShown]
    may_rename: bool


class TalkList(Shaped):
    items: list[TalkShown]
