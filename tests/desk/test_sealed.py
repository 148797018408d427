"""What was reported is kept sealed, and opened by two roles together, with a line in the log and a word to its author."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.appeals.models import OpeningReason, Snapshot
from app.appeals.purging import past_openings
from app.desk import actions, flagging, sealed
from app.desk.forms import DecisionForm, FlagForm
from app.foundation.errors import Conflict, Forbidden, NotFound
from app.foundation.settings import settings
from app.foundation.times import now
from app.groups.models import Group
from app.log.models import LogEntry
from app.members.member import DESK, Member
from app.moderation.models import Case, FlagReason
from app.notifications.models import Notice, NoticeKind
from app.stories import past_cases
from app.stories.actions import erase
from app.stories.models import Story
from tests.desk.conftest import Community

WORDS = "I saw her at the bakery on the corner again."
CHANGED = "I slept badly, and I am still here."


@pytest.fixture
def story(community: Community, group: Group, author: Member) -> Story:
    return community.story(author, group, WORDS)


@pytest.fixture
def case(community: Community, group: Group, story: Story) -> Case:
    reader = community.member_of(group, "Soft Rain")
    flagging.flag(community.db, reader, story, FlagForm(reason=FlagReason.CONFIDENTIALITY))
    return community.case_about(story)


def acts(community: Community) -> list[str]:
    entries = community.db.scalars(select(LogEntry).where(LogEntry.act.startswith("sealed")).order_by(LogEntry.number))
    return [entry.act for entry in entries]


def test_two_roles_open_it_for_a_while_and_each_look_is_told(
    community: Community, author: Member, story: Story, case: Case
) -> None:
    db, moderator = community.db, community.at_the_desk("North Lamp")
    administrator = community.at_the_desk("High Lamp", "administrator")
    community.edit(author, story, CHANGED)
    with pytest.raises(Forbidden):
        sealed.look(db, moderator, case)
    sealed.ask(db, moderator, case, OpeningReason.NOTICE)
    for member in (moderator, community.at_the_desk("West Lamp"), author):
        with pytest.raises(Forbidden):
            sealed.agree(db, member, case)
    with pytest.raises(Conflict):
        sealed.ask(db, administrator, case, OpeningReason.LAW)
    assert db.scalars(select(Notice).where(Notice.kind == NoticeKind.SEALED)).all() == []
    sealed.agree(db, administrator, case)
    for member in (moderator, administrator):
        assert [(m.is_original, m.body) for m in sealed.look(db, member, case)] == [(False, WORDS)]
    with pytest.raises(Forbidden):
        sealed.look(db, community.at_the_desk("East Lamp"), case)
    told = db.scalars(select(Notice).where(Notice.kind == NoticeKind.SEALED)).all()
    assert [n.membership_id for n in told] == [author.memberships[0].id]
    with time_machine.travel(now() + timedelta(hours=settings().sealed_hours, minutes=1)):
        with pytest.raises(Forbidden):
            sealed.look(db, moderator, case)
        assert past_openings(db, 10) == 1
    assert acts(community) == ["sealed.asked", "sealed.agreed", "sealed.opened", "sealed.opened"]


def test_what_was_asked_lapses_with_the_role_and_with_the_day(community: Community, case: Case) -> None:
    db, first = community.db, community.at_the_desk("North Lamp")
    administrator = community.at_the_desk("High Lamp", "administrator")
    sealed.ask(db, first, case, OpeningReason.DANGER)
    with time_machine.travel(now() + timedelta(hours=sealed.ASKING_HOURS, minutes=1)), pytest.raises(Conflict):
        sealed.agree(db, administrator, case)
    first.memberships[0].roles = []
    db.flush()
    with pytest.raises(Conflict):
        sealed.agree(db, administrator, case)
    community.join(administrator, case.group_id, "Group Lamp", "moderator")
    with time_machine.travel(now() + timedelta(hours=sealed.ASKING_HOURS, minutes=1)):
        sealed.ask(db, administrator, case, OpeningReason.LAW)
        with pytest.raises(Forbidden):
            sealed.agree(db, administrator, case)


def test_it_outlives_an_edit_and_a_deletion_but_not_its_time(
    community: Community, author: Member, story: Story, case: Case, group: Group
) -> None:
    db = community.db
    community.edit(author, story, CHANGED)
    second = community.member_of(group, "Slow River")
    flagging.flag(db, second, story, FlagForm(reason=FlagReason.UNKIND))
    erase(db, author, story)
    first, administrator = community.at_the_desk("North Lamp"), community.at_the_desk("High Lamp", "administrator")
    sealed.ask(db, first, case, OpeningReason.LAW)
    sealed.agree(db, administrator, case)
    assert [m.body for m in sealed.look(db, first, case)] == [WORDS, CHANGED]
    assert WORDS.encode() not in b"".join(db.scalars(select(Snapshot.sealed)))
    assert past_cases.old_snapshots(db, 10) == 0
    with time_machine.travel(now() + timedelta(days=past_cases.ORIGINAL_DAYS + 1)):
        assert past_cases.old_snapshots(db, 10) == 2
        with pytest.raises(NotFound):
            sealed.ask(db, first, case, OpeningReason.LAW)


def test_what_was_blacked_out_is_opened_the_same_way(community: Community, story: Story, case: Case) -> None:
    db, first = community.db, community.at_the_desk("North Lamp")
    actions.claim(db, first, case)
    place = {"field": "body", "start": WORDS.index("the bakery"), "end": WORDS.index(" again")}
    form = DecisionForm.model_validate({"action": "redact", "reason": "Looked.", "redactions": [place]})
    actions.decide(db, first, case, form)
    db.refresh(story)
    assert "bakery" not in story.latest.body
    sealed.ask(db, first, case, OpeningReason.APPEAL)
    sealed.agree(db, community.at_the_desk("High Lamp", "administrator"), case)
    assert [(m.is_original, m.body) for m in sealed.look(db, first, case)] == [(True, WORDS), (False, WORDS)]


def test_five_hundred_flags_are_one_voice_one_copy_and_no_step_on_the_ladder(
    community: Community, author: Member, group: Group, story: Story
) -> None:
    """SR-37: a storm of flags on one reply leads to one case about words, and to nothing about a person."""
    db = community.db
    reply = community.reply(author, community.story(community.member_of(group, "Long Road"), group, CHANGED), WORDS)
    crowd = [community.member_of(group, f"Crowd {'aeiou'[n % 5]}{'bdfgkmprtv'[n // 5]}") for n in range(50)]
    for turn in range(10):
        for member in crowd:
            reason = list(FlagReason)[turn % 3]
            flagging.flag(db, member, reply, FlagForm(reason=reason))
    case = community.case_about(reply)
    assert db.scalar(select(func.count()).where(Case.subject_id == reply.id)) == 1
    assert db.scalar(select(func.count()).where(Snapshot.case_id == case.id)) == 1
    assert reply.shown is not None
    assert db.scalars(select(Notice).where(Notice.membership_id == author.memberships[0].id)).all() == []
    assert community.story(author, group, "Still here, and still welcome.").shown is not None
    staff = community.at_the_desk("North Lamp")
    actions.claim(db, staff, case)
    actions.decide(db, staff, case, DecisionForm.model_validate({"action": "keep", "reason": "Nothing is wrong."}))
    told = db.scalars(select(Notice.membership_id).where(Notice.kind == NoticeKind.FLAG_OUTCOME)).all()
    assert sorted(told) == sorted(m.memberships[0].id for m in crowd)
    from app.appeals.queries import removals

    assert removals(db, group.id, now().date() - timedelta(days=90), of=author.memberships[0].id) == 0
    assert staff.memberships[0].group_id == DESK
