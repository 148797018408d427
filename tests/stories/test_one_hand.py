"""An author and a moderator at the same words: nobody lets out what nobody read, and nothing is taken back unseen."""

import threading

import pytest

from app.stories.models import StoryVersion
from tests.conftest import Running
from tests.people import Person

HELD = "You are pathetic and should be ashamed."
UNREAD = "You are worthless and everybody knows it."


@pytest.fixture
def author(hearth: Running) -> Person:
    person = hearth.person()
    person.join("evening-harbour")
    return person


def test_words_changed_under_a_moderators_eyes_are_taken_anew(hearth: Running, author: Person) -> None:
    moderator = hearth.moderator()
    story = author.share("evening-harbour", "Angry", HELD)
    assert story["status"] == "held"
    case = moderator.case_about(f"story:{story['id']}")["id"]
    assert moderator.api.post(f"/moderation/cases/{case}/claim").status_code == 200
    assert author.api.patch(f"/stories/{story['id']}", json={"body": UNREAD}).json()["status"] == "held"
    blind = moderator.api.post(f"/moderation/cases/{case}/decision", json={"action": "publish", "reason": "fine"})
    assert blind.status_code == 409
    fellow = hearth.person()
    fellow.join("evening-harbour")
    assert fellow.api.get(f"/stories/{story['id']}").status_code == 404
    assert moderator.decide(case, "publish").status_code == 200
    assert UNREAD in fellow.api.get(f"/stories/{story['id']}").json()["html"]


def test_what_a_person_took_down_is_read_by_a_person_again(hearth: Running, author: Person) -> None:
    moderator = hearth.moderator()
    story = author.share("evening-harbour", "An evening", "It was a long one.")["id"]
    hearth_reader = hearth.person()
    hearth_reader.join("evening-harbour")
    hearth_reader.api.post("/flags", json={"subject": f"story:{story}", "reason": "unkind"})
    case = moderator.case_about(f"story:{story}")["id"]
    gone = moderator.decide(case, "remove", guideline="kindness", note_to_author="It names too much of somebody else.")
    assert gone.status_code == 200
    for body in ("It was a long one.", "It was a very long one."):
        again = author.api.patch(f"/stories/{story}", json={"body": body})
        assert again.json()["status"] == "held"
    assert hearth_reader.api.get(f"/stories/{story}").status_code == 404
    assert moderator.case_about(f"story:{story}")["tier"] == "held"


def test_who_left_reads_their_own_story_and_nothing_more(hearth: Running, author: Person) -> None:
    story = author.share("evening-harbour", "Before I go", "I leave for a while.")["id"]
    fellow = hearth.person()
    fellow.join("evening-harbour")
    author.api.delete("/groups/evening-harbour/membership")
    fellow.reply(story, "Come back when you like.")
    own = author.api.get(f"/stories/{story}")
    assert own.status_code == 200
    assert own.json()["replies"]["items"] == []
    assert author.api.get(f"/stories/{story}/replies").status_code == 404
    assert author.api.delete(f"/stories/{story}").status_code == 204


def test_edits_and_decisions_at_once_leave_one_version_shown(hearth: Running, author: Person) -> None:
    moderator = hearth.moderator()
    for _round in range(3):
        story = author.share("evening-harbour", "Angry", HELD)["id"]
        case = moderator.case_about(f"story:{story}")["id"]
        moderator.api.post(f"/moderation/cases/{case}/claim")
        at_once = [
            threading.Thread(
                target=author.api.patch, args=(f"/stories/{story}",), kwargs={"json": {"body": "Calmer now."}}
            ),
            threading.Thread(
                target=moderator.api.post,
                args=(f"/moderation/cases/{case}/decision",),
                kwargs={"json": {"action": "publish", "reason": "fine"}},
            ),
        ]
        for one in at_once:
            one.start()
        for one in at_once:
            one.join()
        with hearth.database.reading() as db:
            shown = db.query(StoryVersion).filter_by(story_id=story, is_shown=True).count()
        assert shown <= 1
        assert author.api.get(f"/stories/{story}").status_code == 200


def test_replies_that_come_and_go_at_once_are_counted_right(hearth: Running, author: Person) -> None:
    story = author.share("evening-harbour", "Count", "How many are we tonight.")["id"]
    people = [hearth.person() for _ in range(6)]
    for person in people:
        person.join("evening-harbour")
    first = [person.reply(story, "Here.")["id"] for person in people[:3]]
    at_once = [
        threading.Thread(target=p.api.delete, args=(f"/replies/{r}",)) for p, r in zip(people, first, strict=False)
    ]
    at_once += [threading.Thread(target=person.reply, args=(story, "Here too.")) for person in people[3:]]
    for one in at_once:
        one.start()
    for one in at_once:
        one.join()
    told = author.api.get(f"/stories/{story}").json()
    assert told["reply_count"] == len(told["replies"]["items"]) == 3


def test_a_change_that_needed_mending_is_what_a_person_reads(hearth: Running, author: Person) -> None:
    story = author.share("evening-harbour", "Walks", "On Sundays.")["id"]
    mend = author.api.patch(f"/stories/{story}", json={"body": "On Sundays, call 07700 900123."})
    assert mend.json()["status"] == "draft"
    sent = author.api.patch(f"/stories/{story}", json={"as_is": True})
    assert sent.json()["status"] == "held"
    assert "07700" in sent.json()["body"]
    assert hearth.moderator().case_about(f"story:{story}")["tier"] == "held"
