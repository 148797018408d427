"""Names of things about stories, in the reader's words."""

from collections.abc import Sequence
from functools import cache

from app.foundation.language import gettext as _
from app.members.models import Role
from app.moderation.rulebook import rule
from app.stories.models import ContentNote


def rests_on(rule_id: str, guideline_title: str) -> str:
    """What a finding rests on: a guideline of the group, or what somebody asked for."""
    found = rule(rule_id)
    return _("Just listen") if found and found.only_when_listening else guideline_title


def note_name(note: str) -> str:
    """A content note in words."""
    names = {
        "suicide": _("suicide"),
        "self-harm": _("self-harm"),
        "abuse": _("abuse"),
        "violence": _("violence"),
        "substance-use": _("using, in detail"),
        "eating": _("eating and weight"),
        "loss": _("loss and grief"),
        "medical": _("illness and hospital"),
        "overdose": _("an overdose"),
    }
    return names.get(note, note)


def notes_to_choose() -> list[tuple[str, str]]:
    return [(note.value, note_name(note.value)) for note in ContentNote]


@cache
def gesture_names() -> dict[str, str]:
    """Gestures in words, in the order of their buttons."""
    return {
        "with-you": _("With you"),
        "relate": _("I relate"),
        "thank-you": _("Thank you"),
        "proud-of-you": _("Proud of you"),
        "hope": _("Hope"),
    }


def wait_in_words(typical: str) -> str:
    """How long words usually wait, as a sentence; empty if nothing is promised."""
    return _("Usually within %(time)s.") % {"time": typical} if typical else ""


def speaks_as(roles: Sequence[str] | None) -> str:
    """As what somebody speaks who is more than a peer in this group; empty for a peer (SAFETY.md, SR-44)."""
    if not roles:
        return ""
    return _("moderator") if Role.MODERATOR in roles else _("facilitator") if Role.FACILITATOR in roles else ""
