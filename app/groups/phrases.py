"""Names of things about groups, in the reader's words."""

from functools import cache

from app.foundation.language import gettext as _
from app.foundation.settings import settings
from app.groups.models import Kind, Pace
from app.moderation.rulebook import reads

LETTERS_OF_A_LANGUAGE = 2


def kind_name(kind: Kind) -> str:
    """Which path a group walks, in a word or two."""
    return {
        Kind.RECOVERY: _("recovery, any path"),
        Kind.TWELVE_STEP: _("twelve steps"),
        Kind.SECULAR: _("secular"),
        Kind.MEDICATION_FRIENDLY: _("medication is welcome"),
        Kind.CULTURAL: _("a culture or a language"),
        Kind.FAMILIES: _("families and friends"),
        Kind.ORDINARY_LIFE: _("ordinary life"),
        Kind.DESK: _("the desk"),
    }[kind]


def kinds_to_choose() -> list[tuple[str, str]]:
    """The kinds a new group can be of."""
    return [(kind.value, kind_name(kind)) for kind in Kind if kind is not Kind.DESK]


def paces_to_choose() -> list[tuple[str, str, str]]:
    """How fast a group may speak."""
    return [
        (Pace.USUAL.value, _("As usual"), _("Whoever joined may write.")),
        (Pace.SLOW.value, _("Slowly"), _("One story a day and three replies an hour from each. For heated days.")),
        (Pace.QUIET.value, _("Reading only"), _("Nothing new for a while. Everything that is here can be read.")),
    ]


@cache
def languages_to_choose() -> dict[str, str]:
    """Two letters to a name in the site's language (Babel, from Unicode's CLDR): those there are rules for, then all others,
    each by name."""
    from babel import Locale  # noqa: PLC0415  (1 MiB, for the pages of those who look after a group)

    names = Locale.parse(settings().language).languages
    found = {code: name for code, name in names.items() if len(code) == LETTERS_OF_A_LANGUAGE}
    return dict(sorted(found.items(), key=lambda one: (not reads(one[0]), one[1].casefold())))


def read_languages() -> str:
    """The languages there are rules for, by name."""
    return ", ".join(name for code, name in languages_to_choose().items() if reads(code))
