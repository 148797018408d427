"""Names of things about groups, in the reader's words."""

from app.foundation.language import gettext as _
from app.groups.models import Kind, Pace


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
