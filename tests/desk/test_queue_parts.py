"""What the queue makes of age, heaviness and what one wants to see; and who takes the next one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.desk import actions, casefile, claiming, cursors, flagging, queries, queue, showing
from app.desk.forms import FlagForm
from app.desk.queue import Stream, Wanted
from app.foundation.errors import Unfit
from app.foundation.settings import Settings
from app.groups.models import Group
from app.members.member import Member
from app.moderation.models import FlagReason, Tier
from app.stories.models import Story
from tests.desk.conftest import Community
from tests.desk.test_queue import MORNING, seen_by, waiting

PROMISE = Settings.model_fields["promise_minutes"].default


def test_what_waited_longer_than_promised_climbs_one_tier_and_pages_keep_their_order_meanwhile(
    community: Community,
) -> None:
    group = community.group("evening")
    author = community.member_of(group, "Quiet Heron").memberships[0]
    staff = community.at_the_desk("North Lamp")
    late, later = datetime.now(UTC) - timedelta(minutes=PROMISE + 9), datetime.now(UTC) - timedelta(minutes=PROMISE - 1)
    old = {tier: waiting(community, author, tier, 0) for tier in Tier}
    fresh = {tier: waiting(community, author, tier, 0) for tier in Tier}
    for cases, at in ((old, late), (fresh, later)):
        for nth, case in enumerate(cases.values()):
            case.opened_at = at + timedelta(seconds=nth)
    community.db.flush()
    expected = [
        old[Tier.URGENT], fresh[Tier.URGENT],  # nothing climbs to where somebody may be in danger
        old[Tier.REPORT], old[Tier.CONCERN], fresh[Tier.REPORT],
        old[Tier.HELD], fresh[Tier.CONCERN],
        fresh[Tier.HELD],
    ]  # fmt: skip
    assert seen_by(community, staff) == expected
    first = queue.page_of(community.db, staff, Wanted(), None, 5)
    assert first.next is not None
    in_two_minutes = first.next._replace(seen_at=first.next.seen_at + timedelta(minutes=2))
    rest = queue.page_of(community.db, staff, Wanted(), cursors.case(str(cursors.of_case(first.next))), 5).cases
    assert first.cases + rest == expected
    assert queue.page_of(community.db, staff, Wanted(), in_two_minutes, 5).cases != rest


def test_a_part_of_the_queue_is_seen_by_stream_group_kind_and_weight_and_counted(community: Community) -> None:
    evening, morning = community.group("evening"), community.group("morning")
    staff = community.at_the_desk("North Lamp")
    heron, wren = (community.member_of(g, "Quiet Heron") for g in (evening, morning))
    danger = community.case_about(community.story(heron, evening, "I am going to kill myself tonight."))
    phone = community.case_about(community.story(wren, morning, "My number: 07700 900100, call me."))
    words = community.story(heron, evening, "I baked bread, and it was quiet.")
    answer = community.reply(wren_in(community, evening), words, "You are a worthless junkie, go and die.")
    attack = community.case_about(answer)
    assert [c.is_heavy for c in (danger, phone, attack)] == [True, False, True]

    def found(**wanted: Any) -> set[str]:
        return {c.id for c in queue.page_of(community.db, staff, Wanted(**wanted), None, 50).cases}

    assert found(stream=Stream.URGENT) == {danger.id}
    assert found(stream=Stream.HELD) == {phone.id, attack.id}
    assert found(stream=Stream.REPORTS) == set()
    assert found(group_id=morning.id) == {phone.id}
    assert found(kind="reply") == {attack.id}
    assert found(weight="heavy") == {danger.id, attack.id}
    assert found(weight="light", group_id=morning.id, kind="story") == {phone.id}
    counts = queue.counts(community.db, staff)
    assert counts == {"urgent": 1, "reports": 0, "held": 2, "soon": 0, "heavy": 2, "light": 1}
    community.edit(heron, community.db.get_one(Story, danger.subject_id), "My number: 07700 900100.")
    assert danger.is_heavy, "what was urgent stays so until somebody looked"


def wren_in(community: Community, group: Group) -> Member:
    return community.member_of(group, "Loud Wren")


def test_the_next_one_is_free_not_ones_own_and_not_flagged_by_oneself(community: Community) -> None:
    group = community.group("evening")
    author = community.member_of(group, "Quiet Heron")
    staff, colleague = community.at_the_desk("North Lamp"), community.at_the_desk("West Lamp")
    community.join(staff, group.id, "Evening Moth")
    first, second = (waiting(community, author.memberships[0], Tier.HELD, n) for n in (1, 2))
    waiting(community, staff.memberships[-1], Tier.URGENT, 0)
    flagged = community.story(author, group, "I baked bread, and it was quiet.")
    flagging.flag(community.db, staff, flagged, FlagForm(reason=FlagReason.UNKIND))
    actions.claim(community.db, colleague, first)
    assert claiming.take_next(community.db, staff, Wanted()) is second
    assert claiming.take_next(community.db, staff, Wanted()) is None
    assert claiming.take_next(community.db, colleague, Wanted(weight="heavy")) is None
    first.claimed_until = MORNING
    assert claiming.take_next(community.db, staff, Wanted()) is first, "a claim that lapsed is free"


def test_a_word_for_the_next_one_is_judged_seen_and_kept_with_the_case(community: Community) -> None:
    group = community.group("evening")
    case = waiting(community, community.member_of(group, "Quiet Heron").memberships[0], Tier.HELD, 5)
    staff, colleague = community.at_the_desk("North Lamp"), community.at_the_desk("West Lamp")
    for number in (1, 2):
        actions.claim(community.db, staff, case)
        with pytest.raises(Unfit) as refused:
            claiming.release(community.db, staff, case, "It is Dave Carter from work, 07700 900100.")
        assert "note" in refused.value.errors
        claiming.release(community.db, staff, case, f"I wrote to them, <b>{number}</b>.")
    seen = queries.seen(community.db, [case])[0]
    assert seen.handover is not None
    assert (seen.handed_by, seen.handover.number) == ("North Lamp", 2)
    line = showing.line(community.db, case)
    assert line["handed"]["note_html"] == seen.handover.safe_html
    assert "I wrote to them" in seen.handover.html
    actions.claim(community.db, colleague, case)
    assert casefile.case_page(community.db, colleague, case)["case"]["handed_by"] == "North Lamp"
