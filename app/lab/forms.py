"""What may be typed in the lab."""

from typing import Annotated, Literal

from pydantic import Field

from app.foundation.typed import Typed, Words
from app.groups.rule_forms import MOST_WORDS, Lines, RuleId, lines

LONGEST_DRAFT = 20_000


class DraftPage(Typed):
    """A rule to be tried: a pack's table as TOML, words one a line, or a rule by its name. `replaces`: the one it would
    stand in for."""

    group: Annotated[str, Field(max_length=32)] = ""
    toml: Annotated[Words, Field(max_length=LONGEST_DRAFT)] = ""
    words: Lines = ""
    rule: RuleId = ""
    replaces: RuleId = ""

    @property
    def listed(self) -> list[str]:
        return lines(self.words)[: MOST_WORDS + 1]


class StatePage(Typed):
    """What becomes of a rule; `version` is how often the rules here were changed when the page was drawn."""

    state: Literal["live", "shadow", "retired", "seen"]
    version: int
