"""Names of things about groups, in the reader's words."""

from app.foundation.language import gettext as _
from app.groups.models import Kind


def kind_name(kind: Kind) -> str:
    """Which path a group walks, in a word or two."""
    return {
        Kind.RECOVERY: _("recovery, any path"),
        Kind.TWELVE_STEP: _("twelve steps"),
        Kind.SECULAR: _("secular"),
        Kind.MEDICATION_FRIENDLY: _("medication is welcome"),
        Kind.FAMILIES: _("families and friends"),
        Kind.ORDINARY_LIFE: _("ordinary life"),
        Kind.DESK: _("the desk"),
    }[kind]


def kinds_to_choose() -> list[tuple[str, str]]:
    """The kinds a new group can be of."""
    return [(kind.value, kind_name(kind)) for kind in Kind if kind is not Kind.DESK]
