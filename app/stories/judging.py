"""By what words are judged here: their group's guidelines, and the wish of whom they answer."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.foundation.errors import Forbidden
from app.groups import queries as groups
from app.groups.models import Ground, Group
from app.members.member import AnySpeaker
from app.moderation.judge import judge
from app.moderation.verdict import Outcome, Verdict
from app.stories.models import AnswerMeWith
from app.stories.rules import must_belong, must_not_rest


def judged(db: Session, group: Group | Ground, body: str, title: str = "", *, wish: str | None = None) -> Verdict:
    """A story's words, or a reply's to an author who wished to be answered so (L4).

    Same words, same guidelines, same wish, same verdict: so it need not be stored.
    """
    asked = groups.guidelines_of(db, group)
    if wish == AnswerMeWith.LISTENING:
        asked = replace(asked, listening=True)
    return judge(asked, body, title)


def must_go_on(db: Session, member: AnySpeaker, group: Group | Ground, body: str, title: str = "") -> None:
    """Whoever has a pause from writing hears it before they look their words over (Forbidden); with words of danger they
    go on, as nobody is sent away with those."""
    speaker = must_belong(member, group)
    try:
        must_not_rest(member, speaker)
    except Forbidden:
        if judged(db, group, body, title).outcome is not Outcome.URGENT:
            raise
