"""A membership leaves for good: its words go, or stay without its name (SECURITY.md part 3, "Erasing the account")."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, not_, select, update
from sqlalchemy.orm import Session

from app.appeals import queries as appeals
from app.foundation.ids import new_id
from app.foundation.times import now
from app.groups import actions as groups
from app.log import actions as log
from app.members.models import Departure, Limit, Membership
from app.moderation.models import Case, Fate, Flag, Note
from app.notifications import actions as notifications
from app.stories import choices, fates
from app.stories.actions import erase_words
from app.stories.choices import ERASE_ALL, Choice, Knows
from app.stories.in_turn import WORDS_AT_ONCE, in_hand_together, lock_stories, seen_in
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion, Support
from app.stories.queries import is_out
from app.stories.talks import forget_talks

MOST_HOURS = 20
"""A membership leaves at a random moment within so many hours, so that it is gone within the day."""
ROWS_AT_ONCE = 100
"""Rows in one transaction that nobody else waits for: flags, notices, sealed originals."""


def queue(db: Session, membership: Membership, *, keeps_words: bool, exceptions: Sequence[str] = ()) -> None:
    """Let a membership leave within the day. `exceptions` are stories with which it is the other way round.

    Asked for again, the new choice holds and the moment stays.
    """
    choice, waiting = Choice(keeps_words, tuple(exceptions)), db.get(Departure, membership.id)
    if waiting and choice == _choice_of(waiting):
        return
    _let_go(db, membership, choice, waiting.expires_at if waiting else _by_chance())
    log.deleted(db, membership.id)
    choices.note(db, membership.id, choice)


def _let_go(db: Session, membership: Membership, choice: Choice, at: datetime) -> None:
    departure = db.get(Departure, membership.id) or Departure(membership_id=membership.id, group_id=membership.group_id)
    departure.keeps_words, departure.exceptions = choice.keeps_words, list(choice.exceptions)
    departure.expires_at, departure.renewed_to = at, None
    db.add(departure)
    db.flush()


def _choice_of(departure: Departure) -> Choice:
    return Choice(departure.keeps_words, tuple(departure.exceptions))


def _by_chance() -> datetime:
    return now() + timedelta(seconds=secrets.SystemRandom().uniform(0, MOST_HOURS * 3600))


def leave_again(db: Session, membership: Membership, knows: Knows, knew: Knows) -> bool:
    """A copy was restored that is older than this departure, or than the last choice for it: let the membership leave
    now, as its owner chose. One that waited for its moment when the copy was made waits for it still, with that choice.
    Whether it left. `knew`: by the copy's own journal.

    Where the choice is not known, nothing stays: words that shall go do not come back (D-6).
    """
    stories = list(db.scalars(select(Story.id).where(Story.membership_id == membership.id)))
    choice, chosen_then = (choices.last(known, membership.id, stories) for known in (knows, knew))
    waiting = db.get(Departure, membership.id)
    if membership.is_gone and not waiting and choice == chosen_then:
        return False
    if waiting and choice is None:
        choice = _choice_of(waiting)
    _let_go(db, membership, choice or ERASE_ALL, waiting.expires_at if waiting else now())
    if waiting and waiting.expires_at > now():
        return False
    while not step(db, membership.id):
        db.flush()
    return True


def erase_what_stayed(db: Session, membership: Membership) -> None:
    """Whoever holds the claim secret takes back the words that were kept. They go with the next tick."""
    queue(db, membership, keeps_words=False)
    departure = db.get_one(Departure, membership.id)
    departure.expires_at = now()


def has_words(db: Session, membership_id: str) -> bool:
    """Whether stories or replies of this membership are there, seen by others or not."""
    kinds: tuple[type[Story | Reply], ...] = (Story, Reply)
    return any(db.scalar(select(kind.id).where(kind.membership_id == membership_id).limit(1)) for kind in kinds)


def keeps_something(db: Session, membership_id: str, *, keeps_words: bool, exceptions: Sequence[str]) -> bool:
    """Whether anything of a membership would stay under this choice."""
    choice = Departure(membership_id=membership_id, keeps_words=keeps_words, exceptions=list(exceptions))
    stories = select(Story.id).where(Story.membership_id == membership_id, _stays(choice))
    replies = select(Reply.id).where(Reply.membership_id == membership_id, is_out(ReplyVersion, Reply))
    return bool(db.scalar(stories.limit(1)) or (keeps_words and db.scalar(replies.limit(1))))


def own_among(db: Session, membership_id: str, story_ids: Sequence[str]) -> list[str]:
    """Those of the stories that this membership wrote."""
    return list(db.scalars(select(Story.id).where(Story.membership_id == membership_id, Story.id.in_(story_ids))))


def due(db: Session) -> list[str]:
    """Memberships whose moment has come."""
    return list(db.scalars(select(Departure.membership_id).where(Departure.expires_at <= now())))


def step(db: Session, membership_id: str) -> bool:
    """Do the next part of a departure, a transaction's worth. True once the membership is gone.

    Every part touches this membership alone, and can be done again.
    """
    departure = db.get(Departure, membership_id, with_for_update=True)
    if departure is None:
        return True
    if any(part(db, departure) for part in (PARTS if departure.renewed_to is None else LAST)):
        return False
    db.delete(departure)
    db.flush()
    return True


def _erase_some(db: Session, departure: Departure) -> bool:
    stories = select(Story).where(Story.membership_id == departure.membership_id, not_(_stays(departure)))
    replies = select(Reply).where(Reply.membership_id == departure.membership_id)
    if departure.keeps_words:
        replies = replies.where(not_(is_out(ReplyVersion, Reply)))
    tellings: list[Story | Reply] = [
        *db.scalars(stories.order_by(Story.id).limit(WORDS_AT_ONCE)),
        *db.scalars(replies.order_by(Reply.id).limit(WORDS_AT_ONCE)),
    ]
    # A reply under one of these stories goes with it.
    gone = {telling.id for telling in tellings if isinstance(telling, Story)}
    alone = [one for one in tellings[:WORDS_AT_ONCE] if isinstance(one, Story) or one.story_id not in gone]
    for telling in in_hand_together(db, alone):
        erase_words(db, telling)
    return bool(tellings)


def _stays(departure: Departure) -> ColumnElement[bool]:
    """Which stories stay: those that readers see, by the choice for all and its exceptions."""
    excepted = Story.id.in_(departure.exceptions)
    return is_out(StoryVersion, Story) & (not_(excepted) if departure.keeps_words else excepted)


def _strip_some(db: Session, departure: Departure) -> bool:
    """Of words that stay, only the form that readers see does: earlier ones, and a change that waits, go."""
    unseen_of = select(StoryVersion.story_id).where(not_(StoryVersion.is_shown))
    unseen_by = select(ReplyVersion.reply_id).where(not_(ReplyVersion.is_shown))
    mine = departure.membership_id
    stories = select(Story).where(Story.membership_id == mine, Story.id.in_(unseen_of)).order_by(Story.id)
    replies = select(Reply).where(Reply.membership_id == mine, Reply.id.in_(unseen_by)).order_by(Reply.id)
    found = [*db.scalars(stories.limit(WORDS_AT_ONCE)), *db.scalars(replies.limit(WORDS_AT_ONCE))]
    for kept in in_hand_together(db, found):
        if kept.latest.fate is Fate.HELD:
            fates.wait_no_more(db, kept)
        for version in [v for v in kept.versions if not v.is_shown]:
            kept.versions.remove(version)  # type: ignore[arg-type]
        db.flush()
    return bool(found)


def _take_back_some_gestures(db: Session, departure: Departure) -> bool:
    if departure.keeps_words:
        return False
    membership_id = departure.membership_id
    around = select(Story.id).where(Story.group_id == departure.group_id)
    given = select(Support.story_id).where(Support.story_id.in_(around), Support.membership_id == membership_id)
    stories = list(db.scalars(given.distinct().order_by(Support.story_id).limit(WORDS_AT_ONCE)))
    db.execute(delete(Support).where(Support.membership_id == membership_id, Support.story_id.in_(stories)))
    for story_id in stories:
        fates.seen_anew(db, story_id, in_lists=False)
    return bool(stories)


def _let_go_of_some_flags(db: Session, departure: Departure) -> bool:
    """Somebody may still have to look: a flag stays, without whoever gave it."""
    own = select(Flag).where(Flag.flagger == departure.membership_id).order_by(Flag.id).limit(ROWS_AT_ONCE)
    flags = list(db.scalars(own))
    if not departure.keeps_words:
        db.execute(delete(Note).where(Note.flag_id.in_([flag.id for flag in flags])))
    for flag in flags:
        flag.flagger = new_id()
    return bool(flags)


def _forget_some_notices(db: Session, departure: Departure) -> bool:
    return notifications.forget_some(db, departure.membership_id, ROWS_AT_ONCE) > 0


def _forget_some_talks(db: Session, departure: Departure) -> bool:
    return forget_talks(db, departure.membership_id, WORDS_AT_ONCE)


def _forget_some_originals(db: Session, departure: Departure) -> bool:
    sealed = select(Case.id).where(Case.membership_id == departure.membership_id, Case.sealed_original.is_not(None))
    found = list(db.scalars(sealed.order_by(Case.id).limit(ROWS_AT_ONCE)))
    db.execute(update(Case).where(Case.id.in_(found)).values(sealed_original=None))
    return bool(found)


def _give_up_the_name(db: Session, departure: Departure) -> bool:
    """What is left of a membership: its place in the group's list of names that nobody may have again."""
    mine = departure.membership_id
    db.execute(delete(Limit).where(Limit.membership_id == mine))
    appeals.forget_all(db, mine)
    groups.leave_for_good(db, db.get_one(Membership, mine), keeps_words=has_words(db, mine))
    departure.renewed_to = ""
    return True


def _show_some_without_the_name(db: Session, departure: Departure) -> bool:
    stories = seen_in(db, departure.membership_id, departure.renewed_to or "")
    lock_stories(db, stories)
    for story_id in stories:
        fates.seen_anew(db, story_id)
        departure.renewed_to = story_id
    return bool(stories)


PARTS = (
    _erase_some,
    _strip_some,
    _take_back_some_gestures,
    _let_go_of_some_flags,
    _forget_some_notices,
    _forget_some_talks,
    _forget_some_originals,
    _give_up_the_name,
)
"""Of a departure, in their order, and once its name is given up. Each does a bounded piece and says whether there was one."""
LAST = (_show_some_without_the_name,)
