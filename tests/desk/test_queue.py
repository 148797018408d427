"""What waits, in which order, and for whom."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from app.desk import answers, cursors, queries
from app.foundation.errors import Unfit
from app.foundation.ids import new_id
from app.groups import ruling
from app.groups.rule_forms import RulesForm
from app.members.member import Member
from app.members.models import Membership
from app.moderation.models import Case, CaseStatus, Decision, Fate, Subject, Tier
from app.moderation.verdict import Outcome
from app.stories.models import Story, StoryVersion
from tests.api.village import DIETS
from tests.desk.conftest import Community

MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)


def waiting(community: Community, author: Membership, tier: Tier, minutes: int) -> Case:
    group_id = author.group_id
    story = Story(id=new_id(), group_id=group_id, membership_id=author.id, last_number=0, reply_count=0)
    words = StoryVersion(number=1, group_id=group_id, title="Tonight", body="Words.", html="<p>Words.</p>")
    words.decide(Decision(id=new_id(), group_id=group_id, fate=Fate.HELD, outcome=Outcome.HOLD, findings=[]))
    story.versions.append(words)
    case = Case(
        id=new_id(), group_id=group_id, kind=Subject.STORY, subject_id=story.id, story_id=story.id, number=1,
        membership_id=author.id, tier=tier, opened_at=MORNING + timedelta(minutes=minutes),
    )  # fmt: skip
    community.db.add_all([story, case])
    community.db.flush()
    return case


def test_the_most_urgent_comes_first_then_the_oldest(community: Community) -> None:
    group = community.group("evening")
    author = community.member_of(group, "Quiet Heron").memberships[0]
    expected = [
        waiting(community, author, tier, minutes)
        for tier in (Tier.URGENT, Tier.REPORT, Tier.CONCERN, Tier.HELD)
        for minutes in (1, 30)
    ]
    later = waiting(community, author, Tier.HELD, 0)
    expected.insert(6, later)
    staff = community.at_the_desk("North Lamp")
    assert [c.id for c in queries.queue(community.db, staff, "open", None, 50)] == [c.id for c in expected]


def test_pages_follow_each_other_without_a_gap_or_a_repeat(community: Community) -> None:
    group = community.group("evening")
    author = community.member_of(group, "Quiet Heron").memberships[0]
    for n in range(11):
        waiting(community, author, list(Tier)[n % 4], n // 6)
    staff = community.at_the_desk("North Lamp")
    whole = [c.id for c in queries.queue(community.db, staff, "open", None, 50)]
    walked, cursor = list[str](), ""
    while found := queries.queue(community.db, staff, "open", cursors.case(cursor), 2):
        walked += [c.id for c in found]
        cursor = cursors.of_case(found[-1])
    assert walked == whole
    assert len(whole) == 11


@pytest.mark.parametrize("cursor", ["?", "bm90LWpzb24", cursors.of_entry("site", 3), "W10", "WzAsIngiLCJ5Il0"])
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(Unfit):
        cursors.case(cursor)


def test_a_group_moderator_sees_that_group_alone_and_nobody_their_own_words(community: Community) -> None:
    evening, morning = community.group("evening"), community.group("morning")
    author = community.member_of(evening, "Quiet Heron")
    moderator = community.member_of(evening, "Steady Oak", "moderator")
    desk = community.at_the_desk("North Lamp")
    others = waiting(community, author.memberships[0], Tier.HELD, 0)
    own = waiting(community, moderator.memberships[0], Tier.HELD, 1)
    elsewhere = waiting(community, community.join(desk, morning.id, "Soft Rain"), Tier.HELD, 2)

    def seen_by(member: Member) -> set[str]:
        return {c.id for c in queries.queue(community.db, member, "open", None, 50)}

    assert seen_by(moderator) == {others.id}
    assert seen_by(desk) == {others.id, own.id}
    assert seen_by(author) == set()
    assert seen_by(community.at_the_desk("West Lamp", "administrator")) == {others.id, own.id, elsewhere.id}
    assert seen_by(community.at_the_desk("East Lamp", "member")) == set()
    assert queries.case_for(community.db, desk, elsewhere.id) is None
    assert queries.case_for(community.db, moderator, others.id) is others


def test_what_was_decided_waits_no_more(community: Community) -> None:
    group = community.group("evening")
    case = waiting(community, community.member_of(group, "Quiet Heron").memberships[0], Tier.HELD, 5)
    staff = community.at_the_desk("North Lamp")
    case.close(CaseStatus.DECIDED)
    community.db.flush()
    assert queries.queue(community.db, staff, "open", None, 50) == []
    assert queries.queue(community.db, staff, "decided", None, 50) == [case]
    assert queries.queue(community.db, staff, "withdrawn", None, 50) == []


def test_mine_are_those_in_ones_own_hand_now(community: Community) -> None:
    group = community.group("evening")
    author = community.member_of(group, "Quiet Heron").memberships[0]
    one, other, lapsed = (waiting(community, author, Tier.HELD, n) for n in range(3))
    staff, colleague = community.at_the_desk("North Lamp"), community.at_the_desk("West Lamp")
    soon = datetime.now(UTC) + timedelta(minutes=5)
    one.claimed_by, one.claimed_until = staff.memberships[0].id, soon
    other.claimed_by, other.claimed_until = colleague.memberships[0].id, soon
    lapsed.claimed_by, lapsed.claimed_until = staff.memberships[0].id, MORNING
    community.db.flush()
    assert queries.queue(community.db, staff, "mine", None, 50) == [one]


def test_a_long_queue_takes_as_many_look_ups_as_a_short_one(community: Community) -> None:
    group = community.group("evening")
    names = ["Quiet Heron", "Slow Kettle", "Tin Roof", "Loud Wren"]
    staff = community.at_the_desk("North Lamp")
    ruling.change(community.db, None, group, RulesForm.model_validate({"version": 0, "own": [DIETS]}))
    for author in [community.member_of(group, name) for name in names]:
        for n in range(3):
            community.story(author, group, f"My diet and my number: 07700 90010{n}, call me.")
    counts = []
    for limit in (1, 12):
        community.db.expire_all()
        asked = list[str]()
        listen = lambda *told, asked=asked: asked.append(told[2])  # noqa: E731
        event.listen(community.db.get_bind(), "before_cursor_execute", listen)
        cases = queries.queue(community.db, staff, "open", None, limit)
        shown = answers.cases(community.db, queries.seen(community.db, cases))
        event.remove(community.db.get_bind(), "before_cursor_execute", listen)
        assert len(shown) == limit
        assert all(len(case.findings) == 2 and case.persona in names for case in shown)
        assert {DIETS["message"]} < {finding["message"] for case in shown for finding in case.findings}
        counts.append(len([sql for sql in asked if sql.startswith(("SELECT", "WITH"))]))
    assert counts[0] == counts[1]
