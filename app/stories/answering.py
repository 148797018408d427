"""Whether a story is answered: its author may want no more replies, and a moderator may slow a thread or close it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.errors import Forbidden, NotFound, TooMany
from app.foundation.language import gettext as _
from app.foundation.times import this_hour
from app.members.member import Member
from app.moderation.models import Case
from app.stories import fates
from app.stories.models import Answers, Reply, Story
from app.stories.pacing import RETRY_SECONDS, Author
from app.stories.quick import Answerable


def must_take_replies(db: Session, answered: Answerable, author: Author) -> None:
    """Raises Forbidden where no more replies are taken, TooMany for a second one within the hour where a thread goes
    slowly."""
    if answered.answers == Answers.CLOSED:
        raise Forbidden(_("A moderator closed this thread. Your words are still here."))
    if answered.is_quiet:
        raise Forbidden(_("Whoever wrote this wants no more replies for now. Your words are still here."))
    if answered.answers == Answers.SLOW and _said_this_hour(db, answered.id, author.id):
        raise TooMany(
            _("This thread goes slowly: one reply an hour from each. Your words are still here."), RETRY_SECONDS
        )


def _said_this_hour(db: Session, story_id: str, membership_id: str) -> bool:
    said = select(Reply.id).where(
        Reply.story_id == story_id, Reply.membership_id == membership_id, Reply.created_hour >= this_hour()
    )
    return db.scalars(said.limit(1)).first() is not None


def want_replies(db: Session, member: Member, story: Story, *, wants: bool) -> None:
    """An author opens or closes their own story for replies. Raises NotFound for somebody else's."""
    story = fates.in_hand(db, story)
    if not member.owns(story.membership_id):
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    if story.is_quiet == wants:
        story.is_quiet = not wants
        db.flush()
        fates.seen_anew(db, story.id, in_lists=False)


def answer_so(db: Session, case: Case, answers: Answers) -> bool:
    """From now on the story is answered so. Whether that is a change."""
    story = db.get(Story, case.story_id)
    if story is None or story.answers is answers:
        return False
    story.answers = answers
    db.flush()
    fates.seen_anew(db, story.id, in_lists=False)
    return True
