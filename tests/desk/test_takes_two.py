"""What one moderator may not do alone (SECURITY.md, M-7, M-10)."""

from datetime import timedelta

import pytest
import time_machine

from app.appeals.models import Proposal, ProposalStatus
from app.appeals.purging import old_proposals
from app.desk import actions, agreeing, appeals
from app.desk.appeal_forms import AppealForm
from app.desk.forms import DecisionForm
from app.desk.proposing import MOST_ALONE
from app.foundation.errors import Conflict, Forbidden, Refusal
from app.foundation.settings import settings
from app.foundation.times import now
from app.groups.models import Group
from app.members.member import DESK, Member
from app.moderation.models import Case
from tests.api.pages import at_a_browser
from tests.api.village import DANGER, QUIET, joined, moderator, opened, problem, walked
from tests.conftest import Running
from tests.desk.conftest import Community

REMOVE = {
    "action": "remove",
    "guideline": "kindness",
    "note_to_author": "We are with you. Here is why this is not out.",
}


@pytest.mark.measures("M-7")
def test_a_second_person_agrees_or_says_why_not_and_nobody_is_both(hearth: Running) -> None:
    slug = opened(hearth)
    first, second = moderator(hearth), moderator(hearth)
    author, peer = joined(hearth, slug), joined(hearth, slug)
    danger = author.share(slug, "Tonight", DANGER)["id"]
    case = first.case_about(f"story:{danger}")["id"]
    pending = first.decide(case, **REMOVE)
    assert (pending.status_code, pending.json()["status"]) == (202, "open"), pending.text
    assert author.api.get(f"/stories/{danger}").json()["status"] == "held"
    problem(second.decide(case, "publish"), 409)
    assert second.api.post(f"/moderation/cases/{case}/release").status_code == 200
    waiting = second.api.get("/moderation/proposals").json()["items"]
    one = next(p for p in waiting if p["subject"] == f"case:{case}")
    assert (one["act"], one["by"], one["may_agree"]) == ("remove", first.personas["desk"], True)
    path = f"/moderation/proposals/{one['id']}"
    problem(first.api.post(f"{path}/agree"), 403)
    problem(author.api.post(f"{path}/agree"), 404)
    problem(second.api.post(f"{path}/decline", json={"sentence": " "}), 422, "sentence")
    assert second.api.post(f"{path}/decline", json={"sentence": "Let us answer them first."}).status_code == 204
    problem(second.api.post(f"{path}/agree"), 409)
    page = at_a_browser(hearth, first).open(f"/desk/cases/{case}")
    assert "Let us answer them first." in page.text

    assert first.decide(case, **REMOVE).status_code == 202
    browser = at_a_browser(hearth, second).open("/desk").follow("Takes two")
    assert REMOVE["note_to_author"] in browser.text
    form = next(b for b in browser.page.select("section.story") if f"/desk/cases/{case}" in str(b))
    button = form.find("button", string="I agree: do it")
    assert button is not None
    csrf = str(browser.page.select_one("#act [name=csrf]")["value"])  # type: ignore[index]
    answer = browser.http.post(str(button["formaction"]), data={"csrf": csrf})
    assert answer.status_code == 200
    assert author.api.get(f"/stories/{danger}").json()["status"] == "removed"
    log = [(e["act"], e["by"]) for e in walked(first.api, "/moderation/log", 50) if e["group"] == slug]
    assert ("case.agreed", second.personas["desk"]) in log
    assert ("case.remove", first.personas["desk"]) in log

    thread = author.share(slug, "A thread", QUIET)["id"]
    peer.reply(thread, "I hear you.")
    assert peer.api.post("/flags", json={"subject": f"story:{thread}", "reason": "other"}).status_code == 202
    assert first.decide(first.case_about(f"story:{thread}")["id"], **REMOVE).status_code == 200
    assert peer.api.get(f"/stories/{thread}").status_code == 404


@pytest.fixture
def first(community: Community) -> Member:
    return community.at_the_desk("North Lamp")


@pytest.fixture
def case(community: Community, group: Group, author: Member) -> Case:
    return community.case_about(community.story(author, group, DANGER))


def asked(community: Community, member: Member, case: Case) -> Proposal:
    actions.claim(community.db, member, case)
    form = DecisionForm.model_validate({**REMOVE, "reason": "Looked."})
    actions.decide(community.db, member, case, form)
    found = [p for p in agreeing.waiting(community.db, member) if p.subject_id == case.id]
    assert len(found) == 1
    return found[0]


def test_it_lapses_with_time_with_the_role_and_with_the_words(
    community: Community, author: Member, first: Member, case: Case, group: Group
) -> None:
    second = community.at_the_desk("West Lamp")
    one = asked(community, first, case)
    with time_machine.travel(now() + timedelta(days=settings().agree_days + 1)), pytest.raises(Conflict):
        agreeing.agree(community.db, second, one)
    role = first.memberships[0]
    for kept in ("roles", "is_left"):
        before = getattr(role, kept)
        setattr(role, kept, [] if kept == "roles" else True)
        community.db.flush()
        with pytest.raises(Conflict):
            agreeing.agree(community.db, second, one)
        assert one not in agreeing.waiting(community.db, second)
        setattr(role, kept, before)
        community.db.flush()
    story = author.memberships[0]
    from app.stories.models import Story

    telling = community.db.get_one(Story, case.subject_id)
    community.edit(author, telling, f"{DANGER} Please.")
    assert case.number == 2
    with pytest.raises(Conflict):
        agreeing.agree(community.db, second, one)
    assert case.is_open
    assert story.group_id == group.id
    again = asked(community, second, case)
    agreeing.agree(community.db, first, again)
    assert not case.is_open
    with time_machine.travel(now() + timedelta(days=400)):
        assert old_proposals(community.db, 10) == 2


def test_nobody_is_second_for_themselves_and_the_second_answers_no_appeal(
    community: Community, author: Member, first: Member, case: Case, group: Group
) -> None:
    one = asked(community, first, case)
    community.join(first, group.id, "Group Lamp", "moderator")
    community.join(author, DESK, "East Lamp", "moderator")
    plain = community.member_of(group, "Soft Rain", "facilitator")
    for member in (first, author, plain):
        with pytest.raises(Refusal):
            agreeing.agree(community.db, member, one)
    assert agreeing.find(community.db, author, one.id) is None
    second = community.at_the_desk("West Lamp")
    agreeing.agree(community.db, second, one)
    assert one.status is ProposalStatus.AGREED
    appeal, _help = appeals.appeal(community.db, author, AppealForm(subject=f"story:{case.subject_id}", text="Please."))
    for member in (first, second):
        with pytest.raises(Forbidden):
            appeals.may_answer(community.db, member, appeal)
    assert appeals.may_answer(community.db, community.at_the_desk("High Lamp", "administrator"), appeal)


def test_whoever_asked_takes_it_back_and_very_much_in_a_day_takes_two(
    community: Community, first: Member, case: Case, group: Group
) -> None:
    one = asked(community, first, case)
    with pytest.raises(Forbidden):
        agreeing.take_back(community.db, community.at_the_desk("West Lamp"), one)
    agreeing.take_back(community.db, first, one)
    with pytest.raises(Conflict):
        agreeing.agree(community.db, community.at_the_desk("South Lamp"), one)
    form = DecisionForm.model_validate({**REMOVE, "reason": "Looked."})
    open_ones = list[bool]()
    for n in range(MOST_ALONE + 1):
        writer = community.member_of(group, f"Writer {'aeu'[n % 3]}{'bdfgkmpt'[n // 3]}")
        held = community.case_about(community.story(writer, group, "Anybody know where I could buy oxy?"))
        actions.claim(community.db, first, held)
        actions.decide(community.db, first, held, form)
        open_ones.append(held.is_open)
    assert open_ones == [False] * MOST_ALONE + [True]


def test_the_rest_of_a_case_is_as_it_was(community: Community, first: Member, case: Case) -> None:
    """What is no removal takes one person, also of words that tell of danger."""
    actions.claim(community.db, first, case)
    actions.decide(community.db, first, case, DecisionForm.model_validate({"action": "publish", "reason": "Looked."}))
    assert not case.is_open
