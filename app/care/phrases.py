"""What the desk says and does where somebody may be in danger: levels, written actions, and where an answer could begin.

All of it is for people to read over and change: nothing here is sent as it stands (PRODUCT.md, L17).
"""

from typing import NamedTuple

from app.care.models import Level
from app.foundation.language import gettext as _

GAP_BEGINS, GAP_ENDS = "[", "]"
"""What a moderator fills in stands between these."""


class LevelSaid(NamedTuple):
    """A level in words: what it means, and what is done, step by step."""

    value: str
    name: str
    meaning: str
    steps: tuple[str, ...]


def levels() -> list[LevelSaid]:
    """From the mildest up."""
    return [
        LevelSaid(
            Level.PAST.value,
            _("Past, or low"),
            _("It tells of a time that is over, or of feelings without a wish to die or to harm."),
            (
                _("Let it be read like any other story. Talking about it is not the danger."),
                _("Answer if you would like to. Nothing must be said."),
                _("Look whether a word tells how it was done. Only that is taken out."),
            ),
        ),
        LevelSaid(
            Level.CONCERN.value,
            _("Concern"),
            _("Somebody thinks of dying, of harm or of using dangerously, without a plan for now."),
            (
                _("Answer them today, in your own words. Say what you heard."),
                _("Name help they can reach, and that it asks for no name."),
                _("Leave the words up if they hold no means, plan or picture. If they do, take only that out."),
                _("Look at the thread again before your duty ends, and hand it over."),
            ),
        ),
        LevelSaid(
            Level.IMMINENT.value,
            _("Now"),
            _("There is a plan, a means at hand, something taken, or a farewell; or you cannot tell."),
            (
                _("Answer first, now. The decision about the words can wait."),
                _("Give the emergency number and a line to talk to. Ask whether somebody can be with them."),
                _("Ask them to put distance between them and what they could use."),
                _("Never ask who or where they are. We cannot send anybody, and they must not think so."),
                _("Words of somebody at risk are only taken down when a second person agrees."),
                _("Look after the thread, then after whoever answered there, then after yourself."),
            ),
        ),
    ]  # fmt: skip


def level_name(level: Level) -> str:
    return next(said.name for said in levels() if said.value == level.value)


def beginning(level: Level | None) -> str:
    """Where an answer could begin. It has gaps, so that nobody sends it unread."""
    if level is Level.PAST:
        return _(
            "Thank you for telling this. [what you heard in it]\n\n"
            "You do not need to do anything. If it comes closer again, write here, or call one of the numbers on this page."
        )
    if level is Level.CONCERN:
        return _(
            "I read what you wrote, and I am glad you wrote it. [what you heard in it]\n\n"
            "You do not have to get through this evening alone. The people on this page talk with anybody, by day and by "
            "night, and ask for no name. [a question you would like to ask]"
        )
    return _(
        "I am reading what you wrote, right now, and I am glad you wrote it. [what you heard in it]\n\n"
        "Please call one of the numbers on this page, or the emergency number where you are. You need not say who you are. "
        "If you have taken something, say so when you call.\n\n"
        "Is there somebody who can be with you? Can you put away what you could use, or go where it is not? "
        "[a question you would like to ask]"
    )


def came_name(key: str) -> str:
    """How the words of a practice case came to the desk."""
    return {
        "held": _("The rules held it back. Nobody in the group sees it yet."),
        "flagged": _("It is out, and a reader asked for a look."),
        "second-look": _("It is out, and the rules say: look soon."),
    }[key]


def quiet_name(key: str) -> str:
    """What to do if somebody goes quiet, in their words; empty if they did not say."""
    return dict(quiet_choices()).get(key, "") if key else ""


def quiet_choices() -> list[tuple[str, str]]:
    return [
        ("", _("I would rather not say")),
        ("leave", _("Leave me be. I come back when I can")),
        ("nudge", _("Write me a line here after a few days")),
        ("ask", _("Ask my partner in the group, if I have one")),
    ]


def nobody_on_duty() -> str:
    """To members, while no moderator is on duty."""
    return _("At this hour no moderator is on duty, so it may be some hours until a person reads what waits.")
