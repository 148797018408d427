"""What waits, in which order, and for whom."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from app.desk import answers, cursors, queries, queue
from app.desk.queue import Status, Wanted
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

MORNING = datetime.now(UTC) - timedelta(minutes=60)
"""Not so long ago that what came then has waited longer than promised."""


def seen_by(community: Community, member: Member, status: Status = "open") -> list[Case]:
    return queue.page_of(community.db, member, Wanted(status), None, 50).cases


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


@pytest.mark.measures("M-12")
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
    assert [c.id for c in seen_by(community, staff)] == [c.id for c in expected]


def test_pages_follow_each_other_without_a_gap_or_a_repeat(community: Community) -> None:
    group = community.group("evening")
    author = community.member_of(group, "Quiet Heron").memberships[0]
    for n in range(11):
        waiting(community, author, list(Tier)[n % 4], n // 6)
    staff = community.at_the_desk("North Lamp")
    whole = [c.id for c in seen_by(community, staff)]
    walked = list[str]()
    cursor: str | None = ""
    while cursor is not None:
        page = queue.page_of(community.db, staff, Wanted(), cursors.case(cursor), 2)
        walked += [c.id for c in page.cases]
        cursor = cursors.of_case(page.next)
    assert walked == whole
    assert len(whole) == 11


@pytest.mark.parametrize(
    "cursor",
    ["?", "bm90LWpzb24", cursors.of_entry("site", 3), "W10", "WzAsIngiLCJ5Il0", "WzAsImEiLCIxOTAwLTAxLTAxIiwieSJd"],
)
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

    def ids(member: Member) -> set[str]:
        return {c.id for c in seen_by(community, member)}

    assert ids(moderator) == {others.id}
    assert ids(desk) == {others.id, own.id}
    assert ids(author) == set()
    assert ids(community.at_the_desk("West Lamp", "administrator")) == {others.id, own.id, elsewhere.id}
    assert ids(community.at_the_desk("East Lamp", "member")) == set()
    assert queries.case_for(community.db, desk, elsewhere.id) is None
    assert queries.case_for(community.db, moderator, others.id) is others


def test_what_was_decided_waits_no_more(community: Community) -> None:
    group = community.group("evening")
    case = waiting(community, community.member_of(group, "Quiet Heron").memberships[0], Tier.HELD, 5)
    staff = community.at_the_desk("North Lamp")
    case.close(CaseStatus.DECIDED)
    community.db.flush()
    assert seen_by(community, staff) == []
    assert seen_by(community, staff, "decided") == [case]
    assert seen_by(community, staff, "withdrawn") == []


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
    assert seen_by(community, staff, "mine") == [one]


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
        cases = queue.page_of(community.db, staff, Wanted(), None, limit).cases
        shown = answers.cases(community.db, queries.seen(community.db, cases))
        event.remove(community.db.get_bind(), "before_cursor_execute", listen)
        assert len(shown) == limit
        assert all(len(case.findings) == 2 and case.persona in names for case in shown)
        assert {DIETS["message"]} < {finding["message"] for case in shown for finding in case.findings}
        counts.append(len([sql for sql in asked if sql.startswith(("SELECT", "WITH"))]))
    assert counts[0] == counts[1]
