"""Taking a case, deciding it, and what follows for those it concerns."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.desk import actions, answers, flagging, queries
from app.desk.forms import DecisionForm, FlagForm
from app.foundation.errors import Conflict, Forbidden, Refusal, Unfit
from app.foundation.sealing import unseal
from app.foundation.times import now
from app.groups.models import Group
from app.log.models import LogEntry
from app.log.queries import first_broken
from app.members.member import Member
from app.moderation.models import Case, CaseStatus, FlagReason
from app.notifications.models import Notice, NoticeKind
from app.stories.queries import note_explaining
from tests.desk.conftest import Community

PHONE = "It was a long night. Call me on 07700 900123 if you can."
QUIET = "It was a long night, and I walked home sober."
CLOSED = (Conflict, Forbidden)


def decided(action: str, **more: object) -> DecisionForm:
    return DecisionForm.model_validate({"action": action, "reason": "I looked at it.", **more})


@pytest.fixture
def held(community: Community, group: Group, author: Member) -> Case:
    return community.case_about(community.story(author, group, PHONE))


@pytest.mark.measures("M-12")
def test_a_case_is_in_one_hand_at_a_time(community: Community, held: Case, staff: Member) -> None:
    colleague = community.at_the_desk("West Lamp")
    actions.claim(community.db, staff, held)
    assert queries.seen(community.db, [held])[0].holder == "North Lamp"
    with pytest.raises(Conflict):
        actions.claim(community.db, colleague, held)
    with pytest.raises(Conflict):
        actions.release(community.db, colleague, held)
    with pytest.raises(Conflict):
        actions.decide(community.db, colleague, held, decided("publish"))
    actions.release(community.db, staff, held)
    assert queries.seen(community.db, [held])[0].holder is None
    actions.claim(community.db, colleague, held)
    assert held.holder(now()) == colleague.memberships[0].id


@pytest.mark.measures("M-12")
def test_a_claim_lapses_and_can_be_made_longer(community: Community, held: Case, staff: Member) -> None:
    colleague = community.at_the_desk("West Lamp")
    actions.claim(community.db, staff, held)
    held.claimed_until = now() + timedelta(seconds=5)
    actions.claim(community.db, staff, held)
    assert held.holder(now() + timedelta(minutes=9)) == staff.memberships[0].id
    held.claimed_until = now() - timedelta(seconds=1)
    with pytest.raises(Conflict):
        actions.decide(community.db, staff, held, decided("publish"))
    actions.claim(community.db, colleague, held)
    assert held.claimed_by == colleague.memberships[0].id


def test_nobody_decides_what_they_do_not_hold(community: Community, held: Case, staff: Member) -> None:
    with pytest.raises(Conflict):
        actions.decide(community.db, staff, held, decided("publish"))
    assert held.is_open


def test_words_let_out_are_out_and_their_author_is_told(
    community: Community, group: Group, author: Member, staff: Member, held: Case
) -> None:
    reader = community.member_of(group, "Soft Rain")
    assert queries.flaggable(community.db, reader, f"story:{held.subject_id}") is None
    actions.claim(community.db, staff, held)
    actions.decide(community.db, staff, held, decided("publish", note_to_author="Welcome. It is good that you wrote."))
    story = queries.flaggable(community.db, reader, f"story:{held.subject_id}")
    assert story is not None
    assert story.shown is not None
    assert held.status is CaseStatus.DECIDED
    assert held.opened_at.hour == held.opened_at.minute == 0
    notice = community.db.scalars(select(Notice)).one()
    assert (notice.membership_id, notice.kind) == (author.memberships[0].id, NoticeKind.DECISION)
    assert notice.decision_id == held.decision_id
    note = note_explaining(community.db, held.decision_id or "")
    assert note is not None
    assert "good that you wrote" in note.html
    assert "looked" not in note.html
    with pytest.raises(Conflict):
        actions.claim(community.db, staff, held)


def test_the_log_tells_of_each_act_and_holds_no_words(community: Community, held: Case, staff: Member) -> None:
    actions.claim(community.db, staff, held)
    actions.release(community.db, staff, held)
    actions.claim(community.db, staff, held)
    actions.decide(
        community.db,
        staff,
        held,
        decided("return", guideline="kindness", note_to_author="Please leave the number out."),
    )
    told = [e for e in community.db.scalars(select(LogEntry).order_by(LogEntry.number)) if e.act.startswith("case.")]
    assert [e.act for e in told] == ["case.claimed", "case.released", "case.claimed", "case.return"]
    assert {e.subject for e in told} == {f"story:{held.subject_id}"}
    assert {e.by_membership_id for e in told} == {staff.memberships[0].id}
    assert told[-1].reason == "kindness"
    assert first_broken(community.db) is None
    shown = answers.entries(community.db, told)
    assert [e.by for e in shown] == ["North Lamp"] * 4
    assert shown[1].previous_hash == shown[0].hash


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"action": "return", "note_to_author": "Please."}, "guideline"),
        ({"action": "remove", "note_to_author": "Please.", "guideline": "no-such-item"}, "guideline"),
        ({"action": "remove", "guideline": "kindness"}, "note_to_author"),
        ({"action": "remove", "guideline": "kindness", "note_to_author": "  "}, "note_to_author"),
        ({"action": "return", "guideline": "kindness", "note_to_author": "Ring me: 07700 900123."}, "note_to_author"),
        ({"action": "redact"}, "redactions"),
        ({"action": "redact", "redactions": [{"field": "body", "start": 3, "end": 999}]}, "redactions"),
        ({"action": "keep"}, "action"),
        ({"action": "publish", "limit": {"days": 7}}, "guideline"),
    ],
)
def test_a_decision_must_have_what_its_action_needs(
    community: Community, held: Case, staff: Member, form: dict[str, object], field: str
) -> None:
    actions.claim(community.db, staff, held)
    with pytest.raises(Unfit) as refused:
        actions.decide(community.db, staff, held, decided(**form))  # type: ignore[arg-type]
    assert list(refused.value.errors) == [field]
    assert all(refused.value.errors.values())
    assert held.is_open
    assert community.db.scalars(select(Notice)).all() == []


def test_words_taken_out_are_gone_and_the_original_is_sealed(
    community: Community, held: Case, staff: Member, author: Member
) -> None:
    actions.claim(community.db, staff, held)
    start = PHONE.index("07700")
    places = [{"field": "body", "start": start, "end": start + 12}, {"field": "title", "start": 0, "end": 7}]
    actions.decide(community.db, staff, held, decided("redact", redactions=places))
    words = queries.words_of(community.db, held)
    assert words is not None
    assert words.is_shown
    assert "900123" not in words.body + words.html
    assert words.body == "It was a long night. Call me on […] if you can."
    assert held.sealed_original is not None
    original = json.loads(unseal(author.keys.sealing, held.sealed_original, f"original {held.id}"))
    assert original == {"title": "Tonight", "body": PHONE}
    assert queries.seen(community.db, [held])[0].findings == []


def test_a_redacted_reply_has_no_title(community: Community, group: Group, author: Member, staff: Member) -> None:
    story = community.story(author, group, QUIET)
    case = community.case_about(community.reply(community.member_of(group, "Soft Rain"), story, PHONE))
    actions.claim(community.db, staff, case)
    with pytest.raises(Unfit):
        actions.decide(
            community.db, staff, case, decided("redact", redactions=[{"field": "title", "start": 0, "end": 1}])
        )


def test_nobody_decides_about_own_words_or_an_own_flag(
    community: Community, group: Group, author: Member, staff: Member
) -> None:
    community.join(staff, group.id, "Evening Moth")
    own = community.case_about(community.story(staff, group, PHONE))
    story = community.story(author, group, QUIET)
    flagging.flag(community.db, staff, story, FlagForm(reason=FlagReason.UNKIND))
    flagged = community.case_about(story)
    for case in (own, flagged):
        for act in (actions.claim, actions.release):
            with pytest.raises(Forbidden):
                act(community.db, staff, case)
        with pytest.raises(Forbidden):
            actions.decide(community.db, staff, case, decided("publish"))
    colleague = community.at_the_desk("West Lamp")
    actions.claim(community.db, colleague, flagged)
    actions.decide(community.db, colleague, flagged, decided("keep"))
    assert story.shown is not None


def test_a_member_without_a_role_can_do_nothing(community: Community, held: Case, group: Group) -> None:
    for member in (
        community.member_of(group, "Soft Rain", "facilitator"),
        community.at_the_desk("East Lamp", "member"),
    ):
        with pytest.raises(Refusal) as refused:
            actions.claim(community.db, member, held)
        assert isinstance(refused.value, CLOSED)
