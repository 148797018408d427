"""One appeal for each decision, answered by somebody else; what is undone is undone whole (SR-31, SR-38, M-8)."""

from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest
import time_machine

from app.desk import actions, appeal_queries, appeals
from app.desk.appeal_forms import AnswerForm, AppealForm
from app.desk.forms import DecisionForm
from app.foundation.errors import Conflict, Forbidden, NotFound, Unfit
from app.foundation.settings import settings
from app.foundation.times import now
from app.stories import past_cases, purging
from tests.api.pages import at_a_browser
from tests.api.village import DANGER, QUIET, joined, moderator, opened, problem, walked
from tests.conftest import Running
from tests.desk.conftest import Community
from tests.members.together import at_once
from tests.people import Person

NAME = "Zephyrine Quillfeather"
WITH_NAME = f"It was {NAME} who drove me home, and I was glad."
REMOVE = {"guideline": "kindness", "note_to_author": "Say it softer, please."}
WHY = "I only told how it was, and nobody was meant by it."
YES = {"outcome": "overturned", "note_to_author": "You are right, and I am sorry for the wait."}
NO = {"outcome": "upheld", "note_to_author": "I read it twice. It could hurt somebody."}


def asked(person: Person, subject: str, text: str = WHY) -> httpx.Response:
    return person.api.post("/appeals", json={"subject": subject, "text": text})


def answered(staff: Person, appeal: str, **form: Any) -> httpx.Response:
    return staff.api.post(f"/moderation/appeals/{appeal}/answer", json=form)


def flagged_and(staff: Person, reader: Person, subject: str, action: str, **more: Any) -> None:
    assert reader.api.post("/flags", json={"subject": subject, "reason": "unkind"}).status_code == 202
    decided = staff.decide(staff.case_about(subject)["id"], action, **more)
    assert decided.status_code == 200, decided.text


def test_what_was_taken_down_is_out_again_with_all_that_followed(hearth: Running) -> None:
    """Both ways: a reply that was removed with a pause in all groups, and a story out of which words were taken."""
    slug, other = opened(hearth), opened(hearth)
    first, second = moderator(hearth), moderator(hearth)
    author, reader = joined(hearth, slug), joined(hearth, slug)
    author.join(other)
    story = author.share(slug, f"With {NAME}", WITH_NAME, as_is=True)["id"]
    spot = WITH_NAME.index(NAME)
    places = [{"field": "body", "start": spot, "end": spot + len(NAME)}, {"field": "title", "start": 5, "end": 27}]
    flagged_and(first, reader, f"story:{story}", "redact", redactions=places)
    assert NAME not in reader.api.get(f"/stories/{story}").text
    reply = author.reply(reader.share(slug, "Tonight", QUIET)["id"], "Oh, come on now.")["id"]
    flagged_and(first, reader, f"reply:{reply}", "remove", **REMOVE, limit={"days": 14, "site_wide": True})
    assert reader.api.get(f"/replies/{reply}").status_code == 404
    silent = author.api.post(f"/groups/{other}/stories", json={"title": "Here", "body": QUIET})
    assert silent.status_code == 403

    for subject in (f"story:{story}", f"reply:{reply}"):
        made = asked(author, subject)
        assert (made.status_code, made.json()["status"], made.json()["help"]) == (201, "open", []), made.text
        problem(answered(first, made.json()["id"], **YES), 403)
        problem(answered(second, made.json()["id"], outcome="overturned"), 422, "note_to_author")
        done = answered(second, made.json()["id"], **YES)
        assert (done.status_code, done.json()["status"]) == (200, "overturned"), done.text
        problem(answered(second, made.json()["id"], **NO), 409)
        problem(asked(author, subject), 409)
    shown = reader.api.get(f"/stories/{story}").json()
    assert shown["title"] == f"With {NAME}"
    assert NAME in shown["html"]
    assert reader.api.get(f"/replies/{reply}").status_code == 200
    assert author.share(other, "Here", QUIET)["status"] == "published"
    assert author.api.get("/me").json()["limits"] == []
    told = author.api.get("/me/notices?limit=50").json()["items"]
    answers = [n for n in told if n["kind"] == "appeal"]
    assert {n["subject"] for n in answers} == {f"story:{story}", f"reply:{reply}"}
    assert all("undid" in n["statement"]["what"] and "You are right" in n["statement"]["note_html"] for n in answers)
    again = [n for n in reader.api.get("/me/notices").json()["items"] if n["kind"] == "flag-again"]
    assert {n["subject"] for n in again} == {f"story:{story}", f"reply:{reply}"}
    assert [n["statement"] for n in again] == [None, None]
    acts = [e["act"] for e in walked(second.api, "/moderation/log", 50) if e["group"] == slug]
    assert acts.count("appeal.overturned") == 2
    assert "membership.unlimited" in acts


def test_a_pause_alone_is_appealed_by_its_own_name_and_what_stands_stays(hearth: Running) -> None:
    slug = opened(hearth)
    first, second = moderator(hearth), moderator(hearth)
    author, reader = joined(hearth, slug), joined(hearth, slug)
    reply = author.reply(reader.share(slug, "Tonight", QUIET)["id"], "Oh, come on now.")["id"]
    flagged_and(first, reader, f"reply:{reply}", "remove", **REMOVE, limit={"days": 7})
    notice = next(n for n in author.api.get("/me/notices").json()["items"] if n["kind"] == "limit")
    limit = author.api.get("/me").json()["limits"][0]["id"]
    assert notice["subject"] == notice["statement"]["appeal"]["subject"] == f"limit:{limit}"
    assert "not write" in notice["statement"]["what"]

    page = at_a_browser(hearth, author).open("/notices").follow("For a while you can read")
    assert page.path == f"/appeals/limit/{limit}"
    page.press("Ask for a second look", text="")
    assert page.status == 422
    page.press("Ask for a second look", text=WHY)
    assert "Somebody else will look again" in page.text
    page.open(f"/replies/{reply}").follow("Ask that another person looks again")
    page.press("Ask for a second look", text=WHY)
    assert "Another person answers, by" in page.text

    for subject in (f"limit:{limit}", f"reply:{reply}"):
        problem(asked(reader, subject), 404)
        problem(asked(author, subject), 409)
    for subject in ("story:nowhere", "limit:nowhere", "thread:1", ""):
        problem(asked(author, subject), 404)
    waiting = {a["subject"]: a for a in second.api.get("/moderation/appeals?limit=50").json()["items"]}
    assert waiting[f"limit:{limit}"]["may_answer"] is True
    assert waiting[f"limit:{limit}"]["html"].strip() == f"<p>{WHY}</p>"
    seen = {a["subject"]: a["may_answer"] for a in first.api.get("/moderation/appeals?limit=50").json()["items"]}
    assert seen[f"limit:{limit}"] is False
    desk = at_a_browser(hearth, second).open(f"/desk/appeals/{waiting[f'limit:{limit}']['id']}")
    desk.press("Answer", outcome="overturned", note_to_author="A week was long for that.")
    assert desk.path == "/desk/appeals"
    assert answered(second, waiting[f"reply:{reply}"]["id"], **NO).json()["status"] == "upheld"
    assert author.api.get("/me").json()["limits"] == []
    assert author.api.get(f"/replies/{reply}").json()["status"] == "removed"
    browser = at_a_browser(hearth, author).open(f"/replies/{reply}")
    assert "What was decided stays as it is" in browser.text
    assert "Ask that another person" not in browser.text
    problem(asked(author, f"reply:{reply}"), 409)
    problem(author.api.get("/moderation/appeals"), 403)


def test_danger_in_an_appeal_brings_help_and_comes_first(hearth: Running) -> None:
    slug = opened(hearth)
    first, author, reader = moderator(hearth), joined(hearth, slug), joined(hearth, slug)
    subjects = []
    for n in range(2):
        reply = author.reply(reader.share(slug, f"Tonight {n}", QUIET)["id"], f"Oh, come on now, {n}.")["id"]
        flagged_and(first, reader, f"reply:{reply}", "remove", **REMOVE)
        subjects.append(f"reply:{reply}")
    assert asked(author, subjects[0], "Ring me on 07700 900123, then I explain.").status_code == 201
    urgent = asked(author, subjects[1], DANGER)
    assert urgent.status_code == 201
    assert urgent.json()["help"]
    found = first.api.get("/moderation/appeals?limit=50").json()["items"]
    mine = [a for a in found if a["subject"] in subjects]
    assert [a["urgent"] for a in mine] == [True, False]
    assert "900123" not in str(mine)
    assert "may be in danger" in at_a_browser(hearth, first).open("/desk").text


def test_at_the_same_moment_there_is_one_appeal_and_one_answer(hearth: Running) -> None:
    slug = opened(hearth)
    first, author, reader = moderator(hearth), joined(hearth, slug), joined(hearth, slug)
    others = [moderator(hearth) for _ in range(3)]
    reply = author.reply(reader.share(slug, "Tonight", QUIET)["id"], "Oh, come on now.")["id"]
    flagged_and(first, reader, f"reply:{reply}", "remove", **REMOVE)
    made = at_once([lambda: asked(author, f"reply:{reply}")] * 4)
    assert sorted(one.status_code for one in made) == [201, 409, 409, 409]
    appeal = next(one.json()["id"] for one in made if one.status_code == 201)
    tries = [partial(answered, staff, appeal, **form) for staff, form in zip(others, (YES, NO, YES), strict=True)]
    done = at_once(tries)
    assert sorted(one.status_code for one in done) == [200, 409, 409]
    answer = next(one.json()["status"] for one in done if one.status_code == 200)
    assert reader.api.get(f"/replies/{reply}").status_code == (200 if answer == "overturned" else 404)
    assert [n["kind"] for n in author.api.get("/me/notices").json()["items"]].count("appeal") == 1


@pytest.fixture
def decided(community: Community) -> dict[str, Any]:
    group = community.group("evening")
    author, staff = community.member_of(group, "Quiet Heron"), community.at_the_desk("North Lamp")
    story = community.story(author, group, "It was a long night. Call me on 07700 900123.")
    case = community.case_about(story)
    actions.claim(community.db, staff, case)
    form = DecisionForm.model_validate({"action": "return", "reason": "Looked.", **REMOVE})
    actions.decide(community.db, staff, case, form)
    return {"group": group, "author": author, "staff": staff, "story": story, "case": case}


def form(story: Any, text: str = WHY) -> AppealForm:
    return AppealForm(subject=f"story:{story.id}", text=text)


def test_the_time_for_it_ends_and_words_stay_while_an_answer_is_awaited(
    community: Community, decided: dict[str, Any]
) -> None:
    days, last = settings().appeal_days, now() + timedelta(days=settings().appeal_days)
    assert days < purging.UNREAD_DAYS
    with time_machine.travel(last + timedelta(days=1)), pytest.raises(Unfit) as late:
        appeals.appeal(community.db, decided["author"], form(decided["story"]))
    assert list(late.value.errors) == ["subject"]
    with time_machine.travel(last):
        made, _help = appeals.appeal(community.db, decided["author"], form(decided["story"]))
    with time_machine.travel(now() + timedelta(days=60)):
        assert purging.unread_words(community.db, 10) == 0
        assert past_cases.old_originals(community.db, 10) == 0
        answer = AnswerForm.model_validate(YES)
        appeals.answer(community.db, community.at_the_desk("West Lamp"), made, answer)
    assert decided["story"].shown is not None


def test_nobody_answers_about_themselves_and_an_administrator_answers_where_there_is_one_moderator(
    community: Community, decided: dict[str, Any]
) -> None:
    author, group, story = decided["author"], decided["group"], decided["story"]
    community.join(author, "6f1d0a8e5b7c4e92a3d4c81b9e07f256", "East Lamp", "moderator")
    made, _help = appeals.appeal(community.db, author, form(story))
    assert appeal_queries.find(community.db, author, made.id) is None
    plain = community.member_of(group, "Soft Rain", "facilitator")
    for member in (author, decided["staff"], plain):
        with pytest.raises(Forbidden):
            appeals.answer(community.db, member, made, AnswerForm.model_validate(YES))
    with pytest.raises(NotFound):
        appeals.appeal(community.db, plain, form(story))
    administrator = community.at_the_desk("High Lamp", "administrator")
    appeals.answer(community.db, administrator, made, AnswerForm.model_validate(NO))
    with pytest.raises(Conflict):
        appeals.answer(community.db, administrator, made, AnswerForm.model_validate(YES))


def test_words_that_are_gone_take_what_was_asked_with_them_and_a_newer_version_stays(
    community: Community, decided: dict[str, Any]
) -> None:
    author, story = decided["author"], decided["story"]
    made, _help = appeals.appeal(community.db, author, form(story))
    community.edit(author, story, QUIET)
    assert story.shown is not None
    appeals.answer(community.db, community.at_the_desk("West Lamp"), made, AnswerForm.model_validate(YES))
    community.db.refresh(story)
    assert (story.shown.number, story.shown.body) == (2, QUIET)
    other = community.story(author, decided["group"], "Ring me on 07700 900123.", title="Later")
    case = community.case_about(other)
    actions.claim(community.db, decided["staff"], case)
    removed = DecisionForm.model_validate({"action": "remove", "reason": "Looked.", **REMOVE})
    actions.decide(community.db, decided["staff"], case, removed)
    gone, _help = appeals.appeal(community.db, author, form(other))
    from app.stories.actions import erase

    erase(community.db, author, other)
    assert appeal_queries.find(community.db, decided["staff"], gone.id) is None
