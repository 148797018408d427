"""What may be typed about groups and names in them, and what is answered."""

from typing import Annotated, Literal

from pydantic import Field

from app.foundation.typed import Shaped, Typed, Words

LONGEST_PERSONA = 40
LONGEST_GROUP_NAME = 60
LONGEST_PURPOSE = 1000
LONGEST_PROMPT = 300
LONGEST_ITEM_TITLE = 60
LONGEST_ITEM_TEXT = 600
MOST_ITEMS = 12
LONGEST_SLUG = 60

Persona = Annotated[Words, Field(max_length=LONGEST_PERSONA)]


class Joining(Typed):
    """The API's form. No persona: a suggested one is taken."""

    guidelines_version: int
    persona: Persona = ""
    invitation: Annotated[Words, Field(max_length=100)] = ""


class JoiningPage(Typed):
    """The page's form: one of the suggestions, or a name of one's own."""

    version: int
    suggested: Persona = ""
    persona: Persona = ""
    agree: bool = False

    @property
    def name(self) -> str:
        return self.persona if self.suggested in ("", "own") else self.suggested


class Item(Typed):
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,59}$")]
    title: Annotated[Words, Field(min_length=1, max_length=LONGEST_ITEM_TITLE)]
    text: Annotated[Words, Field(min_length=1, max_length=LONGEST_ITEM_TEXT)]


class GroupTexts(Typed):
    """What a group says of itself."""

    name: Annotated[Words, Field(min_length=1, max_length=LONGEST_GROUP_NAME)]
    purpose: Annotated[Words, Field(min_length=1, max_length=LONGEST_PURPOSE)]
    prompt: Annotated[Words, Field(min_length=1, max_length=LONGEST_PROMPT)]
    items: Annotated[list[Item], Field(min_length=1, max_length=MOST_ITEMS)]


class GroupChange(GroupTexts):
    """What those who tend a group may change; what is left out stays as it is."""

    pace: Literal["usual", "slow", "quiet"] | None = None
    visibility: Literal["open", "members", "invited"] | None = None


class GroupPatch(Typed):
    """The API's form: what is left out stays as it is."""

    name: Annotated[Words, Field(min_length=1, max_length=LONGEST_GROUP_NAME)] | None = None
    purpose: Annotated[Words, Field(min_length=1, max_length=LONGEST_PURPOSE)] | None = None
    prompt: Annotated[Words, Field(min_length=1, max_length=LONGEST_PROMPT)] | None = None
    items: Annotated[list[Item], Field(min_length=1, max_length=MOST_ITEMS)] | None = None
    pace: Literal["usual", "slow", "quiet"] | None = None
    visibility: Literal["open", "members", "invited"] | None = None


class NewGroup(GroupTexts):
    slug: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,59}$")]
    kind: Literal["recovery", "twelve-step", "secular", "medication-friendly", "cultural", "families", "ordinary-life"]
    visibility: Literal["open", "members", "invited"]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"


class ItemShown(Shaped):
    id: str
    title: str
    text: str


class GuidelinesShown(Shaped):
    version: int
    items: list[ItemShown]


class GroupShown(Shaped):
    id: str
    slug: str
    name: str
    purpose: str
    kind: str
    visibility: str
    language: str
    closed: bool
    guidelines: GuidelinesShown


class GroupTended(GroupShown):
    """A group as those who look after it see it."""

    prompt: str
    pace: str


class GroupsShown(Shaped):
    items: list[GroupShown]
    next: str | None


class PersonaName(Shaped):
    name: str


class PersonaShown(Shaped):
    persona: PersonaName


class Suggestions(Shaped):
    items: list[str]
