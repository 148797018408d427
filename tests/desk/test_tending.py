"""Who tends groups and invites, and how guidelines come from a page."""

import pytest
from pydantic import ValidationError

from app.desk.forms import ItemsPage
from app.desk.queries import tended_group, tended_groups
from app.desk.rules import can_invite, tends_as
from app.groups.forms import GroupTexts
from app.members.member import DESK
from app.members.models import Role
from app.members.rules import could_tend
from tests.desk.conftest import Community


def test_facilitators_tend_their_own_group_and_administrators_all(community: Community) -> None:
    evening, morning = community.group("evening"), community.group("morning")
    facilitator = community.member_of(evening, "Steady Oak", "facilitator")
    administrator = community.at_the_desk("North Lamp", "administrator")
    others = [
        community.person(),
        community.member_of(evening, "Soft Rain"),
        community.member_of(evening, "Old Elm", "moderator"),
        community.at_the_desk("West Lamp", "moderator"),
    ]
    assert tended_groups(community.db, facilitator) == [evening]
    assert tended_group(community.db, facilitator, morning.id) is None
    assert tends_as(facilitator, evening.id) is facilitator.memberships[0]
    assert tends_as(facilitator, morning.id) is None
    assert {g.id for g in tended_groups(community.db, administrator)} == {evening.id, morning.id, DESK}
    assert tended_group(community.db, administrator, morning.id) is morning
    assert tends_as(administrator, morning.id) is administrator.memberships[0]
    for member in others:
        assert tended_groups(community.db, member) == []
        assert tended_group(community.db, member, evening.id) is None
        assert not any(can_invite(member, group_id, role) for group_id in (evening.id, DESK) for role in Role)
    facilitator.memberships[0].is_left = True
    assert tended_groups(community.db, facilitator) == []


def test_the_way_is_shown_to_those_whose_role_may_sleep(community: Community) -> None:
    evening, morning = community.group("evening"), community.group("morning")
    facilitator = community.member_of(evening, "Steady Oak", "facilitator")
    administrator = community.at_the_desk("North Lamp", "administrator")
    others = [
        community.person(), community.member_of(evening, "Soft Rain"), community.member_of(evening, "Old Elm", "moderator"),
        community.at_the_desk("West Lamp", "moderator"),
    ]  # fmt: skip
    assert [could_tend(facilitator, group.id) for group in (evening, morning)] == [True, False]
    assert all(could_tend(administrator, group.id) for group in (evening, morning))
    assert not any(could_tend(member, evening.id) for member in others)


def test_facilitators_invite_members_and_nobody_else(community: Community) -> None:
    evening, morning = community.group("evening"), community.group("morning")
    facilitator = community.member_of(evening, "Steady Oak", "facilitator")
    administrator = community.at_the_desk("North Lamp", "administrator")
    places = [(group_id, role) for group_id in (evening.id, morning.id, DESK) for role in Role]
    assert [place for place in places if can_invite(facilitator, *place)] == [(evening.id, Role.MEMBER)]
    assert all(can_invite(administrator, *place) for place in places)


def test_guidelines_keep_their_ids_and_new_ones_get_their_own() -> None:
    page = ItemsPage(
        item_id=["kindness", "", "", "", "kindness", ""],
        item_title=["Be kind", "No advice!", "No advice", "Über uns", "Rest", " "],
        item_text=["Softly.", "Share.", "Share more.", "We.", "You may stop.", ""],
    )
    ids = [item["id"] for item in page.items]
    assert len(ids) == len(set(ids)) == 5
    assert ids[1:3] == ["no-advice", "no-advice-2"]
    GroupTexts.model_validate({"name": "Evening", "purpose": "Talk.", "prompt": "Today?", "items": page.items})


def test_a_new_guideline_does_not_take_the_id_of_one_further_down() -> None:
    page = ItemsPage(item_id=["", "rest"], item_title=["Rest", "Rest"], item_text=["New.", "Old."])
    assert [item["id"] for item in page.items] == ["rest-2", "rest"]


def test_an_emptied_guideline_is_taken_away() -> None:
    page = ItemsPage(item_id=["kindness", "rest"], item_title=["", "Rest"], item_text=["", "You may stop."])
    assert page.items == [{"id": "rest", "title": "Rest", "text": "You may stop."}]


def test_a_page_with_a_part_missing_is_not_taken() -> None:
    with pytest.raises(ValidationError):
        ItemsPage(item_id=["kindness"], item_title=["Be kind", "Rest"], item_text=["Softly.", "You may stop."])
