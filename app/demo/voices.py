"""What made-up people do once they are in: tell, answer, stand by each other, mend, take back, flag; and decide, at the desk."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.appeals.models import Appeal
from app.demo.cast import Person
from app.demo.people import Door
from app.demo.telling import AS_IS, Fate, SecondLook, Story, Telling
from app.desk import actions as desk
from app.desk import appeals, flagging
from app.desk.appeal_forms import AnswerForm, AppealForm
from app.desk.forms import DecisionForm, FlagForm, Redaction
from app.desk.queries import case_for
from app.desk.rules import spans
from app.foundation.ids import new_id
from app.groups.models import Group
from app.groups.queries import guidelines_of
from app.members.member import Member
from app.moderation.judge import judge
from app.moderation.models import Action, Subject
from app.moderation.models import Fate as Stand
from app.moderation.verdict import Outcome
from app.stories import actions as stories
from app.stories import models, queries, reading
from app.stories.drafts import Draft
from app.stories.forms import ReplyForm, StoryForm

READ = {Action.PUBLISH: "read, and let out", Action.KEEP: "read, and left as it is"}
"""For the log, where a file gives no reason of its own."""


@dataclass(slots=True)
class Told:
    """A story or a reply on its way."""

    person: Person
    slug: str
    group_id: str
    telling: Telling
    written: datetime
    story: "Told | None" = None
    """What a reply answers."""
    id: str = field(default_factory=new_id)
    is_out: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where words stand after something was done: `stand` is None for a draft."""

    stand: Stand | None
    is_asked_about: bool = False
    """Whether a case is open about them."""


class Voices:
    """Each method is one act of one person, through the rooms' own actions and in transactions of its own."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def tell(self, told: Told) -> Standing:
        """Send a story or a reply through the gate for the first time; or put it away unsent, if its fate says so."""
        with self._door.acting(told.person) as (db, member):
            group = db.get_one(Group, told.group_id)
            if told.telling.fate is Fate.DRAFT and not _comes_back(db, group, told.telling):
                stories.keep_draft(db, member, _draft(told))
                return Standing(None)
            if told.story is None:
                sent = stories.share(db, member, group, _story_form(told, told.telling.body), told.id)
            else:
                sent = stories.reply(db, member, told.story.id, _reply_form(told, told.telling.body), told.id)
            return _standing(db, sent)

    def send_again(self, told: Told) -> Standing:
        """The second try, or an edit: with words that are mended."""
        words = told.telling.mended
        with self._door.acting(told.person) as (db, member):
            row = _row(db, told)
            if isinstance(row, models.Story):
                return _standing(db, stories.change_story(db, member, row, _story_form(told, words)))
            if isinstance(row, models.Reply):
                return _standing(db, stories.change_reply(db, member, row, _reply_form(told, words)))
            if told.story is None:
                group = db.get_one(Group, told.group_id)
                return _standing(db, stories.share(db, member, group, _story_form(told, words), told.id))
            return _standing(db, stories.reply(db, member, told.story.id, _reply_form(told, words), told.id))

    def take_back(self, told: Told) -> None:
        with self._door.acting(told.person) as (db, member):
            stories.withdraw(db, member, _there(db, told))

    def stand_by(self, person: Person, told: Told, kind: models.SupportKind) -> None:
        with self._door.acting(person) as (db, member):
            telling = _there(db, told)
            if telling.shown:
                stories.support(db, member, telling, kind)

    def look(self, person: Person, group_id: str) -> None:
        """See what there is in a group; what comes later is new."""
        with self._door.acting(person) as (db, member):
            reading.note(db, member, reading.look(group_id, db.get_one(Group, group_id).activity))

    def keep(self, person: Person, told: Told) -> None:
        """Find a story again later, and hear about further answers to it."""
        with self._door.acting(person) as (db, member):
            story = _story(db, member, told)
            reading.save(db, member, story.id)
            reading.follow(db, member, story.id, story.last_number)

    def rather_not_read(self, person: Person, told: Told) -> None:
        """Have the words of whoever told this folded from now on."""
        with self._door.acting(person) as (db, member):
            reading.mute(db, member, _there(db, told).membership_id)

    def fold(self, person: Person, note: models.ContentNote) -> None:
        """Have stories folded that touch on something."""

        def folded(chosen: reading.Reading) -> None:
            chosen.fold = [note.value]

        with self._door.acting(person) as (db, member):
            reading.choose(db, member, folded)

    def flag(self, person: Person, told: Told) -> None:
        asked = told.telling.flag
        assert asked is not None  # noqa: S101  (a telling with this fate has one)
        with self._door.acting(person) as (db, member):
            flagging.flag(db, member, _there(db, told), FlagForm(reason=asked.reason, note=asked.note))

    def decide(self, person: Person, told: Told, action: Action) -> None:
        """Take the case about these words in hand, and decide it: two acts, as for everybody."""
        with self._door.acting(person) as (db, member):
            case_id = self._claim(db, member, told)
        if case_id is None:
            return
        with self._door.acting(person) as (db, member):
            case = case_for(db, member, case_id, to_change=True)
            assert case is not None  # noqa: S101  (it was claimed a moment ago)
            desk.decide(db, member, case, _decision(db, told, action))

    def ask_again(self, told: Told) -> str:
        """Ask that another person looks at what was decided; the appeal's id."""
        look = told.telling.second_look
        assert look is not None  # noqa: S101  (a telling that gets here has one)
        kind = Subject.REPLY if told.story else Subject.STORY
        with self._door.acting(told.person) as (db, member):
            return appeals.appeal(db, member, AppealForm(subject=f"{kind}:{told.id}", text=look.text))[0].id

    def look_again(self, person: Person, appeal_id: str, look: SecondLook) -> None:
        """Answer an appeal with a sentence."""
        assert look.outcome is not None  # noqa: S101
        form = AnswerForm(outcome=look.outcome, note_to_author=look.sentence)
        with self._door.acting(person) as (db, member):
            appeals.answer(db, member, db.get_one(Appeal, appeal_id), form)

    def _claim(self, db: Session, member: Member, told: Told) -> str | None:
        found = queries.open_case(db, told.id)
        case = found and case_for(db, member, found.id, to_change=True)
        return desk.claim(db, member, case).id if case else None


def _comes_back(db: Session, group: Group, telling: Telling) -> bool:
    verdict = judge(guidelines_of(db, group), telling.body, getattr(telling, "title", ""))
    return verdict.outcome is Outcome.REVISE


def _draft(told: Told) -> Draft:
    if isinstance(told.telling, Story):
        form = _story_form(told, told.telling.body)
        notes = [str(note) for note in told.telling.notes]
        return Draft(told.id, told.group_id, "", form.title, form.body, notes, form.answer_me_with)
    return Draft(told.id, told.group_id, told.story.id if told.story else "", body=told.telling.body)


def _story_form(told: Told, body: str) -> StoryForm:
    story = told.telling
    assert isinstance(story, Story)  # noqa: S101
    return StoryForm(
        title=story.title, body=body, content_notes=story.notes, answer_me_with=story.wish, as_is=_as_is(told)
    )


def _reply_form(told: Told, body: str) -> ReplyForm:
    return ReplyForm(body=body, as_is=_as_is(told))


def _as_is(told: Told) -> bool:
    return told.telling.fate in AS_IS


def _story(db: Session, member: Member, told: Told) -> models.Story:
    """The story to answer, found through whoever answers it."""
    found = queries.story_for(db, member, told.id)
    assert found is not None  # noqa: S101  (it was out when this reply was put on the agenda)
    return found


def _row(db: Session, told: Told) -> models.Story | models.Reply | None:
    return db.get(models.Reply, told.id) if told.story else db.get(models.Story, told.id)


def _there(db: Session, told: Told) -> models.Story | models.Reply:
    row = _row(db, told)
    assert row is not None  # noqa: S101
    return row


def _standing(db: Session, sent: stories.Sent) -> Standing:
    if sent.fate is None:
        return Standing(None)
    return Standing(sent.fate, queries.open_case(db, sent.id) is not None)


def _decision(db: Session, told: Told, action: Action) -> DecisionForm:
    telling = told.telling
    is_as_written = telling.fate.action is action
    written: dict[str, Any] = {"reason": READ.get(action, "read")}
    if is_as_written:
        written = {"reason": telling.reason, "guideline": telling.guideline, "note_to_author": telling.sentence}
    if action is Action.REDACT:
        words = _there(db, told).latest
        found = spans([], [], "\n".join(telling.take_out), getattr(words, "title", ""), words.body)
        written["redactions"] = [Redaction(field=s.field, start=s.start, end=s.end) for s in found]
    return DecisionForm(action=action, **written)
