"""What may be said about suicide and self-harm, and what happens then: the levels of the public policy (SR-01 to SR-03). Their
examples are judged by the real judge in the tests."""

from typing import NamedTuple

from app.foundation.language import gettext as _
from app.moderation.verdict import Outcome


class Level(NamedTuple):
    """How near danger words are, mildest first. `outcome` is what the rules do with the examples, which are English."""

    id: str
    name: str
    means: str
    happens: str
    outcome: Outcome
    examples: tuple[str, ...]


def levels() -> list[Level]:
    return [
        Level(
            "feelings", _("Hard feelings, and what is past"),
            _(
                "Despair, shame, grief, being tired of it all; having wanted to die once; having lost "
                "somebody. All of it may be said here."
            ),
            _("Your words go out. Where they speak of danger that is past, help is shown beside them, for you alone."),
            Outcome.PUBLISH,
            ("I feel so ashamed and so alone this evening.", "I wanted to die last year; today I am glad I didn't."),
        ),
        Level(
            "thoughts", _("Thoughts of dying or of hurting oneself"),
            _("Having such thoughts now, without a plan, a time or a means at hand. It may be said here too."),
            _("Your words go out, help is shown to you at once, and a moderator looks soon."),
            Outcome.PUBLISH,
            ("Lately I keep thinking about dying.",),
        ),
        Level(
            "danger", _("Danger now"),
            _(
                "A plan, a time that is set, means at hand, a goodbye, having just tried; or fear that "
                "somebody else will."
            ),
            _(
                "Help is shown to you at once. Your words are received, never refused, and a person reads them"
                " before all others. Others see them once that person is sure that it helps you and hurts "
                "nobody."
            ),
            Outcome.URGENT,
            ("I am going to kill myself tonight.", "I have the pills in front of me."),
        ),
        Level(
            "methods", _("Ways to do it"),
            _(
                "Asking for or telling ways to die or to hurt oneself, how much of something is needed, "
                "encouraging somebody, agreeing to do it together, showing wounds in detail."
            ),
            _(
                "It waits for a person and is not shown to others. It is asked about with care: whoever asks "
                "for a way may be in danger. Taking such words down for good needs two people."
            ),
            Outcome.URGENT,
            ("How many pills does it take to die?",),
        ),
    ]  # fmt: skip
