"""What may be typed at the door, and what is answered."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.foundation.typed import Shaped, Typed, Words
from app.members.passphrases import ADVISED, LONGEST, weakness

LONGEST_NAME = 100
LONGEST_CODE = 100
LONGEST_TICKET = 300


def strong(passphrase: str) -> str:
    """The passphrase itself. Raises ValueError with a sentence if it cannot be taken (I-2, I-3)."""
    match weakness(passphrase):
        case "short":
            least = _(
                "This is short, so a machine could guess it. Some unrelated words, %(advised)s characters or more, hold."
            )
            raise ValueError(least % {"advised": ADVISED})
        case "long":
            raise ValueError(_("This is longer than %(most)s characters.") % {"most": LONGEST})
        case "common":
            raise ValueError(
                _("Many people use this one, so it would be guessed first. Some unrelated words hold better.")
            )
    return passphrase


def _adult(said: bool) -> bool:
    if not said:
        raise ValueError(_("Hearth is for adults. Say that you are one to come in."))
    return said


NewPassphrase = Annotated[str, AfterValidator(strong)]
Passphrase = Annotated[str, Field(min_length=1, max_length=4 * LONGEST)]
"""A passphrase to be tried: whatever was typed, never cut off."""


class SignUp(Typed):
    passphrase: NewPassphrase
    invitation: Annotated[Words, Field(max_length=LONGEST_CODE)] = ""
    challenge: Annotated[str, Field(max_length=LONGEST_TICKET)] = ""


class Choosing(Typed):
    """On pages: the passphrase that was offered, or one's own."""

    which: Literal["offered", "own"] = "offered"
    offered: Annotated[str, Field(max_length=LONGEST)] = ""
    own_device: bool = False


class SignUpPage(Choosing):
    passphrase: Annotated[str, Field(max_length=4 * LONGEST)] = ""
    adult: Annotated[bool, AfterValidator(_adult)] = Field(False, validate_default=True)
    invitation: Annotated[Words, Field(max_length=LONGEST_CODE)] = ""

    @property
    def chosen(self) -> str:
        return self.offered if self.which == "offered" else self.passphrase


class RecoveryPage(Choosing):
    recovery_code: Annotated[str, Field(min_length=1, max_length=LONGEST_CODE)]
    new_passphrase: Annotated[str, Field(max_length=4 * LONGEST)] = ""

    @property
    def chosen(self) -> str:
        return self.offered if self.which == "offered" else self.new_passphrase


class NewLockPage(Choosing):
    passphrase: Annotated[str, Field(min_length=1, max_length=4 * LONGEST)]
    new_passphrase: Annotated[str, Field(max_length=4 * LONGEST)] = ""

    @property
    def chosen(self) -> str:
        return self.offered if self.which == "offered" else self.new_passphrase


def well_chosen(chosen: str, field: str) -> str:
    """The passphrase itself. Raises Unfit with a sentence on `field` if it cannot be taken."""
    try:
        return strong(chosen)
    except ValueError as weak:
        raise Unfit(str(weak), {field: str(weak)}) from weak


class SignIn(Typed):
    sign_in_name: Annotated[Words, Field(min_length=1, max_length=LONGEST_NAME)]
    passphrase: Passphrase


class Recovery(Typed):
    recovery_code: Annotated[str, Field(min_length=1, max_length=LONGEST_CODE)]
    new_passphrase: NewPassphrase
    sign_in_name: Annotated[Words, Field(max_length=LONGEST_NAME)] = ""


class PlaceOpened(Shaped):
    """Shown once, to its owner alone."""

    sign_in_name: str
    token: str
    recovery_codes: list[str]


class Token(Shaped):
    token: str


class CameBack(Shaped):
    token: str
    sign_in_name: str


class Codes(Shaped):
    recovery_codes: list[str]
    token: str


class Challenge(Shaped):
    challenge: str
    wait_seconds: int


class MyMembership(Shaped):
    group: str
    persona: str
    roles: list[str]


class MyLimit(Shaped):
    id: str
    group: str
    site_wide: bool
    until: str
    guideline: str
