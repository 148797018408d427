"""What may be typed about roles and second factors, and what is answered."""

from typing import Annotated, Literal

from pydantic import Field

from app.foundation.typed import Shaped, Typed, Words
from app.members.models import Role

LONGEST_CODE = 60
LONGEST_OFFER = 600
LONGEST_SLUG = 60
LONGEST_PERSONA = 60
ID_LETTERS = 32

Code = Annotated[Words, Field(min_length=1, max_length=LONGEST_CODE, pattern=r"\S")]
Slug = Annotated[Words, Field(max_length=LONGEST_SLUG)]


class CodePage(Typed):
    code: Code


class FactorPage(CodePage):
    offer: Annotated[str, Field(max_length=LONGEST_OFFER)] = ""


class Confirmation(CodePage):
    """A code of the app, or a spare one. `group`: whose role it wakes; without it, the desk's."""

    group: Slug = ""


class FactorWanted(Typed):
    group: Slug = ""


class FactorTaken(FactorPage):
    """`offer` as it was given with the key, and the first code that the app makes of it."""

    group: Slug = ""


class RoleForm(Typed):
    """On a page: somebody by their name in a group, and the role they shall have."""

    group: Annotated[str, Field(min_length=1, max_length=ID_LETTERS)]
    persona: Annotated[Words, Field(min_length=1, max_length=LONGEST_PERSONA, pattern=r"\S")]
    role: Role


class ProposalCall(Typed):
    """`reset` forgets a second factor, and takes no role."""

    kind: Literal["grant", "remove", "reset"]
    group: Annotated[Words, Field(min_length=1, max_length=LONGEST_SLUG)]
    persona: Annotated[Words, Field(min_length=1, max_length=LONGEST_PERSONA, pattern=r"\S")]
    role: Role | None = None


class LaidDown(Typed):
    group: Annotated[Words, Field(min_length=1, max_length=LONGEST_SLUG)]
    role: Role


class RoleShown(Shaped):
    """One's own role. `awake_until` is empty while it sleeps, and while nobody asks for second factors."""

    group: str
    persona: str
    roles: list[str]
    has_factor: bool
    awake: bool
    awake_until: str


class RolesShown(Shaped):
    items: list[RoleShown]


class Woken(Shaped):
    """The session goes on under `token`; the old one opens nothing any more."""

    token: str
    awake_until: str


class Offered(Shaped):
    secret: str
    address: str
    offer: str


class FactorMade(Shaped):
    spare_codes: list[str]
    token: str
    awake_until: str


class ProposalShown(Shaped):
    """`done`: nobody else had to agree, so it is done already."""

    id: str
    kind: str
    group: str
    persona: str
    role: str
    by: str
    until: str
    done: bool


class ProposalsShown(Shaped):
    items: list[ProposalShown]
