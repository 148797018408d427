"""By what words are judged here: their group's guidelines, and the wish of whom they answer."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.groups import queries as groups
from app.groups.models import Ground, Group
from app.moderation.judge import judge
from app.moderation.verdict import Verdict
from app.stories.models import AnswerMeWith


def judged(db: Session, group: Group | Ground, body: str, title: str = "", *, wish: str | None = None) -> Verdict:
    """A story's words, or a reply's to an author who wished to be answered so (L4).

    Same words, same guidelines, same wish, same verdict: so it need not be stored.
    """
    asked = groups.guidelines_of(db, group)
    if wish == AnswerMeWith.LISTENING:
        asked = replace(asked, listening=True)
    return judge(asked, body, title)
