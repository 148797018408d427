"""A reader asks for a look: it counts once, leads to words alone, and is never lost."""

import pytest
from sqlalchemy import select

from app.desk import actions, casefile, flagging, queries
from app.desk.forms import DecisionForm, FlagForm
from app.foundation.errors import Unfit
from app.groups.models import Group
from app.members.member import Member
from app.moderation.models import Flag, FlagReason, Note, Tier
from app.notifications.models import Notice, NoticeKind
from app.stories.models import Story
from app.stories.queries import open_case
from tests.desk.conftest import Community

QUIET = "It was a long night, and I walked home sober."
DANGER = "I am going to kill myself tonight, I have the pills here."


def flagged(reason: str = "unkind", note: str = "") -> FlagForm:
    return FlagForm(reason=FlagReason(reason), note=note)


@pytest.fixture
def group(community: Community) -> Group:
    return community.group("evening", visibility="open")


@pytest.fixture
def story(community: Community, group: Group, author: Member) -> Story:
    return community.story(author, group, QUIET)


def decide(community: Community, story: Story, action: str, **more: str) -> None:
    staff = community.at_the_desk(f"Lamp {action}")
    case = community.case_about(story)
    actions.claim(community.db, staff, case)
    form = DecisionForm.model_validate({"action": action, "reason": "Looked.", **more})
    actions.decide(community.db, staff, case, form)


def test_a_flag_opens_a_case_about_the_words(community: Community, group: Group, story: Story) -> None:
    reader = community.member_of(group, "Soft Rain")
    assert open_case(community.db, story.id) is None
    receipt = flagging.flag(community.db, reader, story, flagged())
    case = community.case_about(story)
    flag = community.db.scalars(select(Flag)).one()
    assert receipt == flag.id[:8]
    assert (flag.case_id, flag.flagger) == (case.id, reader.memberships[0].id)
    assert (case.tier, case.number) == (Tier.REPORT, 1)
    assert story.shown is not None


def test_the_same_person_counts_once_joined_or_not(community: Community, group: Group, story: Story) -> None:
    reader = community.person()
    first = flagging.flag(community.db, reader, story, flagged())
    stored = community.db.scalars(select(Flag)).one()
    assert stored.flagger == reader.keyring.flag_mark(group.id)
    community.join(reader, group.id, "Soft Rain")
    assert flagging.flag(community.db, reader, story, flagged("other")) == first
    reader.memberships[0].is_left = True
    assert flagging.flag(community.db, reader, story, flagged("advice")) == first
    assert len(community.db.scalars(select(Flag)).all()) == 1
    other = flagging.flag(community.db, community.person(), story, flagged())
    assert other != first
    assert len({f.case_id for f in community.db.scalars(select(Flag))}) == 1


def test_words_in_which_somebody_is_recognised_are_covered_but_not_many_by_one_person(
    community: Community, group: Group, story: Story
) -> None:
    reader, other = community.person(), community.member_of(group, "Steady Oak")
    more = [community.story(other, group, f"{QUIET} {n}") for n in range(flagging.MOST_COVERED)]
    for one in (story, *more):
        flagging.flag(community.db, reader, one, flagged("confidentiality"))
    assert [one.is_covered for one in (story, *more)] == [True] * flagging.MOST_COVERED + [False]
    flagging.flag(community.db, community.person(), more[-1], flagged("unkind"))
    assert not more[-1].is_covered, (
        "no calendar is kept: nothing is promised, and only what tells who somebody is is covered"
    )
    flagging.flag(community.db, community.member_of(group, "Soft Rain"), more[-1], flagged("confidentiality"))
    assert more[-1].is_covered


def test_many_flags_of_another_kind_do_not_use_it_up(community: Community, group: Group, story: Story) -> None:
    reader, other = community.person(), community.member_of(group, "Steady Oak")
    for n in range(flagging.MOST_COVERED):
        flagging.flag(community.db, reader, community.story(other, group, f"{QUIET} {n}"), flagged("unkind"))
    flagging.flag(community.db, reader, story, flagged("confidentiality"))
    assert story.is_covered


def test_a_second_flag_that_tells_of_danger_is_still_heard(community: Community, story: Story) -> None:
    reader = community.person()
    flagging.flag(community.db, reader, story, flagged())
    flagging.flag(community.db, reader, story, flagged("danger"))
    assert community.case_about(story).tier is Tier.URGENT


@pytest.mark.parametrize(
    ("form", "tier"),
    [
        (flagged("danger"), Tier.URGENT),
        (flagged("other", DANGER), Tier.URGENT),
        (flagged("other", "It made me sad."), Tier.REPORT),
        (flagged("other", "Call me: 07700 900123"), Tier.REPORT),
    ],
)
def test_danger_goes_to_the_top(community: Community, story: Story, form: FlagForm, tier: Tier) -> None:
    flagging.flag(community.db, community.person(), story, form)
    assert community.case_about(story).tier is tier


def test_nobody_flags_their_own_words(community: Community, author: Member, story: Story) -> None:
    with pytest.raises(Unfit):
        flagging.flag(community.db, author, story, flagged())
    assert open_case(community.db, story.id) is None


def test_staff_read_what_a_flagger_says_but_not_who_somebody_is(
    community: Community, group: Group, story: Story
) -> None:
    for note in ("It made me sad.", DANGER, "Her number is 07700 900123."):
        flagging.flag(community.db, community.member_of(group, f"Reader {len(note)}"), story, flagged("other", note))
    assert len(community.db.scalars(select(Note).where(Note.flag_id.is_not(None))).all()) == 3
    staff = community.at_the_desk("West Lamp")
    shown = casefile.case_page(community.db, staff, community.case_about(story))
    flags = shown["flags"]
    assert (flags["count"], flags["outside"]) == (3, 0)
    assert [reason["count"] for reason in flags["reasons"]] == [3]
    heavy = {note["is_heavy"]: note["note_html"] for note in flags["notes"]}
    assert len(flags["notes"]) == 2
    assert "made me sad" in heavy[False]
    assert "kill myself" in heavy[True]
    assert "900123" not in str(shown)
    assert "Reader" not in str(shown)


def test_those_who_joined_hear_what_came_of_it(
    community: Community, group: Group, author: Member, story: Story
) -> None:
    joined = community.member_of(group, "Soft Rain")
    flagging.flag(community.db, joined, story, flagged())
    flagging.flag(community.db, community.person(), story, flagged())
    decide(community, story, "remove", guideline="kindness", note_to_author="Say it softer, please.")
    told = {(n.membership_id, n.kind) for n in community.db.scalars(select(Notice))}
    assert told == {
        (author.memberships[0].id, NoticeKind.DECISION),
        (joined.memberships[0].id, NoticeKind.FLAG_OUTCOME),
    }


def test_words_that_were_kept_can_be_flagged_anew_once_they_change(
    community: Community, group: Group, author: Member, story: Story
) -> None:
    reader = community.member_of(group, "Soft Rain")
    receipt = flagging.flag(community.db, reader, story, flagged())
    decide(community, story, "keep")
    assert flagging.flag(community.db, reader, story, flagged()) == receipt
    assert open_case(community.db, story.id) is None
    community.edit(author, story, "I slept badly, and I am still here.")
    assert flagging.flag(community.db, reader, story, flagged("advice")) == receipt
    assert community.case_about(story).number == 2
    assert [f.reason for f in community.db.scalars(select(Flag))] == [FlagReason.ADVICE]


def test_an_edit_does_not_shake_a_flag_off(community: Community, group: Group, author: Member, story: Story) -> None:
    reader = community.member_of(group, "Soft Rain")
    flagging.flag(community.db, reader, story, flagged())
    case = community.case_about(story)
    community.edit(author, story, "Call me on 07700 900123.")
    assert (community.case_about(story), case.number) == (case, 1)
    community.edit(author, story, "I slept badly, and I am still here.")
    assert (community.case_about(story), case.number) == (case, 3)


def test_danger_in_a_newer_version_comes_before_a_flag_and_the_flag_comes_after(
    community: Community, group: Group, author: Member, story: Story
) -> None:
    reader = community.member_of(group, "Soft Rain")
    flagging.flag(community.db, reader, story, flagged())
    first = community.case_about(story)
    community.edit(author, story, DANGER)
    assert (community.case_about(story), first.number, first.tier) == (first, 2, Tier.URGENT)
    decide(community, story, "return", guideline="kindness", note_to_author="We are here. Please write to us again.")
    second = community.case_about(story)
    assert (second.number, second.tier) == (1, Tier.REPORT)
    assert queries.joined_flaggers(community.db, second) == [reader.memberships[0].id]
    assert NoticeKind.FLAG_OUTCOME not in {n.kind for n in community.db.scalars(select(Notice))}
    decide(community, story, "keep")
    assert NoticeKind.FLAG_OUTCOME in {n.kind for n in community.db.scalars(select(Notice))}


def test_what_cannot_be_read_cannot_be_flagged(community: Community, group: Group, author: Member) -> None:
    held = community.story(author, group, "Call me on 07700 900123.")
    closed = community.group("inner-room", visibility="members")
    hidden = community.story(community.member_of(closed, "Old Elm"), closed, QUIET)
    reader = community.person()
    for subject in (f"story:{held.id}", f"story:{hidden.id}", "story:", "", "limit:1", f"reply:{held.id}"):
        assert queries.flaggable(community.db, reader, subject) is None
