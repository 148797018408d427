"""What an author and peers do: share, answer, change, take back, stand by somebody. One way in: the judge."""

from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.appeals import queries as appeals
from app.foundation.db import hold
from app.foundation.errors import Conflict, Forbidden, NotFound
from app.foundation.ids import new_id
from app.foundation.language import gettext as _
from app.foundation.times import today
from app.groups import queries as groups
from app.groups.models import Group
from app.log import actions as log
from app.log.queries import was_deleted
from app.members.member import AnySpeaker, Member
from app.moderation.models import Case, CaseStatus, Fate
from app.moderation.verdict import Outcome, Verdict
from app.notifications import actions as notifications
from app.stories import answering, drafts, fates, noting, pacing, placing, queries, quick
from app.stories.drafts import Draft
from app.stories.forms import ReplyForm, StoryForm
from app.stories.judging import judged
from app.stories.models import Placed, Reply, ReplyVersion, Story, StoryVersion, Support, SupportKind, join_notes
from app.stories.noting import with_notes
from app.stories.rules import asks_a_person, must_belong, must_not_rest, must_speak


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of words: a draft that only their author sees, or a story or reply with a fate. `placed`: a new reply."""

    id: str
    verdict: Verdict
    telling: Story | Reply | None = None
    draft: Draft | None = None
    placed: Placed | None = None

    @property
    def fate(self) -> Fate | None:
        """None for a draft."""
        written = self.placed or (self.telling and self.telling.latest)
        return written.fate if written else None

    @property
    def status(self) -> str:
        return self.fate.value if self.fate else "draft"


def share(db: Session, member: Member, group: Group, form: StoryForm, story_id: str = "") -> Sent:
    """Send a story through the gate. What its author can mend comes back as their draft, with every reason.

    Words of danger are taken however much was said: a person reads them, and help is shown.
    """
    author = must_belong(member, group)
    given, story_id = story_id, _free(db, story_id)
    verdict = judged(db, group, form.body, form.title)
    form = with_notes(form, verdict)
    if verdict.outcome is not Outcome.URGENT:
        must_not_rest(member, author)
        pacing.must_have_room(db, author, group, Story)
        pacing.must_be_new_words(db, author, form.body, title=form.title)
    if verdict.outcome is Outcome.REVISE and not form.as_is:
        return Sent(story_id, verdict, draft=drafts.keep(db, member, drafts.of_story(story_id, group, form, verdict)))
    story = Story(id=story_id, group_id=group.id, membership_id=author.id, last_number=0, reply_count=0, version=0)
    db.add(story)
    _add_story_version(db, story, form, verdict, to_person=pacing.is_an_echo(author, form.body))
    if given:
        drafts.drop(db, member, group.id, given)
    return Sent(story_id, verdict, story)


def change_story(db: Session, member: Member, story: Story, form: StoryForm) -> Sent:
    """An edit goes the way of a new story; readers keep the last version let out until it is let out too."""
    story = fates.in_hand(db, story)
    group = _group_of(db, member, story)
    author = must_belong(member, group)
    verdict = judged(db, group, form.body, form.title)
    form = with_notes(form, verdict)
    if verdict.outcome is not Outcome.URGENT:
        must_not_rest(member, author)
        pacing.must_be_awake(group)
    if verdict.outcome is Outcome.REVISE and not form.as_is:
        return Sent(story.id, verdict, draft=drafts.keep(db, member, drafts.of_story(story.id, group, form, verdict)))
    to_person = asks_a_person(story, form.body, form.title) or pacing.is_an_echo(author, form.body)
    _add_story_version(db, story, form, verdict, to_person=to_person)
    drafts.drop(db, member, group.id, story.id)
    return Sent(story.id, verdict, story)


def reply(db: Session, member: AnySpeaker, story_id: str, form: ReplyForm, reply_id: str = "") -> Sent:
    """Answer a story that one may read, through the same gate."""
    answered = quick.answerable(db.connection(), member, story_id)
    if answered is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    group = answered.ground
    author = must_belong(member, group)
    given, reply_id = reply_id, _free(db, reply_id)
    verdict = judged(db, group, form.body, wish=answered.wish)
    if verdict.outcome is not Outcome.URGENT:
        must_not_rest(member, author)
        answering.must_take_replies(db, answered, author)
        pacing.must_have_room(db, author, group, Reply)
        pacing.must_be_new_words(db, author, form.body, story_id=story_id)
    if verdict.outcome is Outcome.REVISE and not form.as_is:
        return Sent(
            reply_id, verdict, draft=drafts.keep(db, member, Draft(reply_id, group.id, story_id, body=form.body))
        )
    to_person = pacing.is_an_echo(author, form.body)
    placed = placing.put(db, answered, author, reply_id, form.body, verdict, to_person=to_person)
    tier = fates.tier_of(verdict, placed.fate)
    if tier:
        fates.open_case(db, db.get_one(Reply, reply_id), tier)
    if given:
        drafts.drop(db, member, group.id, given)
    return Sent(reply_id, verdict, placed=placed)


def change_reply(db: Session, member: Member, answer: Reply, form: ReplyForm) -> Sent:
    answer = fates.in_hand(db, answer)
    group = _group_of(db, member, answer)
    author = must_belong(member, group)
    verdict = judged(db, group, form.body, wish=quick.wish_of(db.connection(), answer.story_id))
    if verdict.outcome is not Outcome.URGENT:
        must_not_rest(member, author)
        pacing.must_be_awake(group)
    if verdict.outcome is Outcome.REVISE and not form.as_is:
        draft = Draft(answer.id, group.id, answer.story_id, body=form.body)
        return Sent(answer.id, verdict, draft=drafts.keep(db, member, draft))
    to_person = asks_a_person(answer, form.body) or pacing.is_an_echo(author, form.body)
    _add_reply_version(db, answer, form, verdict, to_person=to_person)
    drafts.drop(db, member, group.id, answer.id)
    return Sent(answer.id, verdict, answer)


def keep_draft(db: Session, member: Member, draft: Draft) -> Draft:
    """Put words away unsent. Nobody judges them, as nobody else can read them."""
    hold(db, f"telling {draft.id}")
    return drafts.keep(db, member, draft)


def withdraw(db: Session, member: Member, telling: Story | Reply) -> Draft:
    """Take back words that wait. They become their author's draft again; what was out before stays out."""
    telling = fates.in_hand(db, telling)
    version = telling.latest
    if version.fate is not Fate.HELD:
        raise Conflict(_("These words do not wait any more. Somebody has looked at them meanwhile."))
    draft = drafts.keep(db, member, noting.as_sent(db, telling))
    telling.versions.remove(version)  # type: ignore[arg-type]
    fates.wait_no_more(db, telling)
    if not telling.versions:
        db.delete(telling)
    db.flush()
    return draft


def erase(db: Session, member: Member, telling: Story | Reply) -> None:
    """Delete one's own words for good. Decisions stay: there are no words in them."""
    drafts.drop(db, member, telling.group_id, telling.id)
    erase_words(db, fates.in_hand(db, telling))


def erase_words(db: Session, telling: Story | Reply) -> None:
    """Delete words in hand for good, with what was told about them and what was sealed of them."""
    fates.close_case(db, telling)
    if isinstance(telling, Reply):
        fates.take_in(db, telling)
        notifications.forget(db, reply_id=telling.id)
        appeals.forget(db, reply_id=telling.id)
        db.execute(delete(Support).where(Support.subject_id == telling.id))
        about = Case.subject_id == telling.id
    else:
        fates.seen_anew(db, telling.id)
        notifications.forget(db, story_id=telling.id)
        appeals.forget(db, story_id=telling.id)
        for case in queries.open_cases_under(db, telling.id):
            case.close(CaseStatus.WITHDRAWN)
        about = Case.story_id == telling.id
    fates.forget_beside(db, about)
    log.deleted(db, telling.id)
    db.delete(telling)
    db.flush()


def support(db: Session, member: Member, telling: Story | Reply, kind: SupportKind) -> None:
    """Stand by somebody. Doing it twice is doing it once."""
    membership = must_speak(member, _group_of(db, member, telling))
    hold(db, f"support {telling.id} {membership.id}")
    db.merge(Support(subject_id=telling.id, kind=kind, membership_id=membership.id, group_id=telling.group_id,
                     story_id=telling.story_id))  # fmt: skip
    fates.seen_anew(db, telling.story_id, in_lists=False)


def unsupport(db: Session, member: Member, telling: Story | Reply, kind: SupportKind) -> None:
    """Take a gesture back. Somebody who left may do so too."""
    membership = member.once_in(telling.group_id)
    if membership is None:
        raise Forbidden(_("You can read here. To write, join the group first."))
    gone = delete(Support).where(
        Support.subject_id == telling.id, Support.kind == kind, Support.membership_id == membership.id
    )
    db.execute(gone)
    fates.seen_anew(db, telling.story_id, in_lists=False)


def _add_story_version(
    db: Session, story: Story, form: StoryForm, verdict: Verdict, *, to_person: bool = False
) -> None:
    version = StoryVersion(
        number=_next_number(story), group_id=story.group_id, title=form.title, body=form.body,
        content_notes=join_notes(form.content_notes or []), answer_me_with=form.answer_me_with,
    )  # fmt: skip
    version.words_judged(verdict, story.group_id, today(), to_person=to_person)
    story.versions.append(version)
    fates.begin(db, story, verdict)


def _add_reply_version(
    db: Session, answer: Reply, form: ReplyForm, verdict: Verdict, *, to_person: bool = False
) -> None:
    version = ReplyVersion(number=_next_number(answer), group_id=answer.group_id, body=form.body)
    version.words_judged(verdict, answer.group_id, today(), to_person=to_person)
    answer.versions.append(version)
    fates.begin(db, answer, verdict)


def _next_number(telling: Story | Reply) -> int:
    return telling.versions[-1].number + 1 if telling.versions else 1


def _free(db: Session, telling_id: str) -> str:
    """The id to use: a form that is sent twice brings the same one, and is done once. An id whose words were deleted is
    not used again: a restored copy would take the new ones for those."""
    if telling_id:
        hold(db, f"telling {telling_id}")
    if telling_id and queries.exists(db, telling_id):
        raise Conflict(_("This was sent already. It is not there twice."))
    return telling_id if telling_id and not was_deleted(db, telling_id) else new_id()


def _group_of(db: Session, member: Member, telling: Story | Reply) -> Group:
    group = groups.readable_by(db, member, group_id=telling.group_id)
    if group is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return group
