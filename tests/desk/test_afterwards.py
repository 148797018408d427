"""What follows from a decision: for who wrote, for counts, and for what still waits."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.desk import actions, flagging, queries
from app.desk.forms import DecisionForm, FlagForm
from app.foundation.times import today
from app.groups.models import Group
from app.log.models import LogEntry
from app.members.member import Member
from app.members.models import Limit
from app.moderation.models import Action, Case, Fate, FlagReason, Tier
from app.notifications.models import Notice, NoticeKind
from app.stories import actions as stories
from app.stories.forms import ReplyForm
from app.stories.queries import open_case
from tests.desk.conftest import Community

PHONE = "It was a long night. Call me on 07700 900123 if you can."
QUIET = "It was a long night, and I walked home sober."


def decided(action: str, **more: object) -> DecisionForm:
    return DecisionForm.model_validate({"action": action, "reason": "I looked at it.", **more})


@pytest.fixture
def held(community: Community, group: Group, author: Member) -> Case:
    return community.case_about(community.story(author, group, PHONE))


def test_a_limit_stands_on_the_membership_that_wrote(
    community: Community, held: Case, staff: Member, author: Member
) -> None:
    actions.claim(community.db, staff, held)
    form = decided(
        "remove", guideline="kindness", note_to_author="Take a few days.", limit={"days": 7, "site_wide": True}
    )
    actions.decide(community.db, staff, held, form)
    limit = community.db.scalars(select(Limit)).one()
    assert (limit.membership_id, limit.is_site_wide) == (author.memberships[0].id, True)
    assert limit.until_day == today() + timedelta(days=7)
    assert limit.decision_id == held.decision_id
    kinds = [n.kind for n in community.db.scalars(select(Notice).order_by(Notice.number))]
    assert kinds == [NoticeKind.DECISION, NoticeKind.LIMIT]
    assert "membership.limited" in [e.act for e in community.db.scalars(select(LogEntry))]


def test_a_reply_that_comes_back_is_counted_once(
    community: Community, group: Group, author: Member, staff: Member
) -> None:
    story = community.story(author, group, QUIET)
    replier = community.member_of(group, "Soft Rain")
    answer = community.reply(replier, story, "I am with you.")
    assert story.reply_count == 1
    flagging.flag(community.db, author, answer, FlagForm(reason=FlagReason.UNKIND))
    case = community.case_about(answer)
    actions.claim(community.db, staff, case)
    actions.decide(
        community.db, staff, case, decided("remove", guideline="kindness", note_to_author="Say it softer, please.")
    )
    assert answer.latest.fate is Fate.REMOVED
    community.db.refresh(story)
    assert story.reply_count == 0
    stories.change_reply(community.db, replier, answer, ReplyForm(body="I walked that road too."))
    again = community.case_about(answer)
    actions.claim(community.db, staff, again)
    actions.decide(community.db, staff, again, decided("publish"))
    stories.change_reply(community.db, replier, answer, ReplyForm(body="I walked that road too, for years."))
    assert answer.shown is answer.latest
    community.db.refresh(story)
    assert story.reply_count == 1


def test_a_newer_version_that_waits_is_not_forgotten(
    community: Community, group: Group, author: Member, staff: Member
) -> None:
    story = community.story(author, group, QUIET)
    community.edit(author, story, PHONE)
    reader = community.member_of(group, "Soft Rain")
    flagging.flag(community.db, reader, story, FlagForm(reason=FlagReason.OTHER))
    first = community.case_about(story)
    assert first.number == 1
    assert first.tier is Tier.REPORT
    actions.claim(community.db, staff, first)
    actions.decide(community.db, staff, first, decided("keep"))
    second = community.case_about(story)
    assert second.id != first.id
    assert (second.number, second.tier) == (2, Tier.HELD)
    actions.claim(community.db, staff, second)
    actions.decide(community.db, staff, second, decided("publish"))
    assert open_case(community.db, story.id) is None
    assert story.shown is story.latest
    assert [d.action for d in queries.earlier_decisions(community.db, second)] == [Action.PUBLISH, Action.KEEP]
