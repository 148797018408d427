"""What may be typed about a group's rules, and what is answered."""

from typing import Annotated, Literal

from pydantic import Field

from app.foundation.typed import Shaped, Typed, Words

LONGEST_RULE_ID = 56
LONGEST_RULE_NAME = 60
LONGEST_RULE_TEXT = 300
LONGEST_WORD = 60
LONGEST_EXAMPLE = 300
MOST_WORDS = 40
MOST_EXAMPLES = 10
MOST_OWN_RULES = 12
MOST_CHOICES = 100
LONGEST_LINES = MOST_WORDS * (LONGEST_EXAMPLE + 1)
"""A field of a page with one thing a line."""

Word = Annotated[Words, Field(max_length=LONGEST_WORD)]
Example = Annotated[Words, Field(max_length=LONGEST_EXAMPLE)]
RuleText = Annotated[Words, Field(min_length=1, max_length=LONGEST_RULE_TEXT, pattern=r"\S")]
RuleId = Annotated[str, Field(max_length=LONGEST_RULE_ID)]
Lines = Annotated[Words, Field(max_length=LONGEST_LINES)]
Heavier = Literal["revise", "hold"]


class OwnRuleForm(Typed):
    """A rule that a group makes itself. No `id`: a new one, named after what it is called."""

    id: RuleId = ""
    public_name: Annotated[Words, Field(min_length=1, max_length=LONGEST_RULE_NAME, pattern=r"\S")]
    why: RuleText
    message: RuleText
    words: Annotated[list[Word], Field(max_length=MOST_WORDS)]
    severity: Heavier
    guideline: RuleId
    examples_hit: Annotated[list[Example], Field(max_length=MOST_EXAMPLES)]
    examples_pass: Annotated[list[Example], Field(max_length=MOST_EXAMPLES)]


class RulesForm(Typed):
    """All that a group chose, as a whole: what is left out is not chosen any more. `version` is the one it was made from."""

    version: int
    switched_on: Annotated[list[RuleId], Field(max_length=MOST_CHOICES)] = Field(default_factory=list)
    tightened: Annotated[dict[RuleId, Heavier], Field(max_length=MOST_CHOICES)] = Field(default_factory=dict)
    own: Annotated[list[OwnRuleForm], Field(max_length=MOST_OWN_RULES)] = Field(default_factory=list)


class ChoicesPage(Typed):
    """The page's form for Hearth's own rules: those that are switched on, those that a person looks at first."""

    version: int
    switched_on: list[RuleId] = Field(default_factory=list)
    hold: list[RuleId] = Field(default_factory=list)


class OwnRulePage(Typed):
    """The page's form for one rule: lists come with one thing a line."""

    public_name: Words = ""
    why: Words = ""
    message: Words = ""
    words: Lines = ""
    severity: Words = ""
    guideline: Words = ""
    examples_hit: Lines = ""
    examples_pass: Lines = ""
    on_trial: bool = False
    """A new rule shall first be tried on words that come, without effect."""

    def values(self, rule_id: str) -> dict[str, object]:
        """What `OwnRuleForm` takes."""
        lists = {name: lines(getattr(self, name)) for name in ("words", "examples_hit", "examples_pass")}
        return {**self.model_dump(exclude={"on_trial"}), **lists, "id": rule_id}


def lines(text: str) -> list[str]:
    """Lines that say something, with single spaces."""
    return [line for raw in text.split("\n") if (line := " ".join(raw.split()))]


class RuleShown(Shaped):
    """A rule in force in a group, in plain words. Counts are rounded down to fives; 0 is fewer than five."""

    id: str
    version: int
    public_name: str
    why: str
    what_happens: str
    kind: str
    severity: str
    guideline: str
    own: bool
    stricter_here: bool
    locked: bool
    held_30_days: int
    held_90_days: int
    let_out_90_days: int
    examples_pass: list[str]


class RulesShown(Shaped):
    """A group's rules for whoever may see its guidelines. Counts end before the Monday `until`. `reads_language`: whether
    there are rules for the group's language, and not only those that need none."""

    version: int
    until: str
    reads_language: bool
    goes_out_everywhere: list[str]
    items: list[RuleShown]


class OptionShown(Shaped):
    id: str
    public_name: str
    why: str
    severity: str


class RulesTended(RulesForm):
    """What a group chose, and what it could choose."""

    to_switch_on: list[OptionShown]
    to_tighten: list[OptionShown]
