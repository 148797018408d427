"""J9 (PRODUCT.md): somebody reports, somebody looks, both are told what they may know; another person looks again; and
somebody from outside is heard."""

import re

import pytest
from sqlalchemy import func, select

from app.appeals.models import Snapshot
from tests.conftest import Running
from tests.people import PASSPHRASE, Person, Visitor


def test_a_report_is_acknowledged_decided_and_answered(hearth: Running) -> None:
    moderator, author, reader, writer = hearth.moderator(), hearth.person(), hearth.person(), hearth.person()
    for person in (author, reader, writer):
        person.join("evening-harbour")
    story = writer.share("evening-harbour", "A hard week", "I only wanted to say it somewhere.")["id"]
    unkind = author.reply(story, "I do not think you are trying very hard, to be honest.")["id"]
    other = author.reply(story, "Everybody on your street will have seen it by now.")["id"]

    browser = _at_a_browser(hearth, reader).open(f"/stories/{story}")
    browser.open(f"/replies/{unkind}/flag")
    browser.press("Send", reason="unkind", note="They were asked to listen.")
    assert browser.status == 200, browser.text
    assert "A person will look" in browser.text
    assert browser.page.select("main strong")[0].get_text()
    browser.open(f"/replies/{other}/flag").press("Send", reason="confidentiality")
    assert "Until then the words are covered." in browser.text
    assert "A moderator is looking at these words." in _about(browser.open(f"/stories/{story}"), other)
    assert "A moderator is looking at these words." not in _about(browser, unkind)

    cases = {case["subject"]: case for case in moderator.api.get("/moderation/cases?limit=50").json()["items"]}
    about = cases[f"reply:{unkind}"]
    assert about["tier"] == "report"
    assert reader.personas["evening-harbour"] not in str(about)
    removed = moderator.decide(
        about["id"],
        "remove",
        guideline="kindness",
        note_to_author="They asked for somebody to listen. Try it from there.",
    )
    assert removed.status_code == 200, removed.text
    kept = moderator.decide(cases[f"reply:{other}"]["id"], "keep")
    assert kept.status_code == 200, kept.text

    assert reader.api.get(f"/replies/{unkind}").status_code == 404
    assert reader.api.get(f"/replies/{other}").status_code == 200
    assert "A moderator is looking" not in _about(browser.open(f"/stories/{story}"), other)
    again = {"subject": f"reply:{other}", "reason": "confidentiality"}
    assert writer.api.post("/flags", json=again).status_code == 202
    shown = _about(browser.open(f"/stories/{story}"), other)
    assert "A moderator is looking" not in shown, "a person has looked at these words"
    _reporter_hears_the_outcome_alone(reader)
    _author_gets_the_reasons(author, unkind)
    assert reader.personas["evening-harbour"] not in author.api.get("/me/notices").text


def test_the_same_person_counts_once_and_nobody_is_punished_by_numbers(hearth: Running) -> None:
    author, moderator = hearth.person(), hearth.moderator()
    author.join("evening-harbour")
    story = author.share("evening-harbour", "Ordinary", "A day like others.")["id"]
    crowd = [hearth.person() for _ in range(10)]
    for person in crowd:
        person.join("evening-harbour")
        for _again in range(2):
            said = person.api.post("/flags", json={"subject": f"story:{story}", "reason": "other"})
            assert said.status_code == 202
    assert author.api.get(f"/stories/{story}").json()["status"] == "published"
    assert crowd[0].api.get(f"/stories/{story}").status_code == 200
    assert author.share("evening-harbour", "Still here", "And still welcome.")["status"] == "published"
    assert moderator.case_about(f"story:{story}")["tier"] == "report"


@pytest.mark.measures("M-8")
def test_what_was_decided_is_looked_at_again_by_somebody_else_and_undone(hearth: Running) -> None:
    """Steps 2 to 4, on pages."""
    first, second = hearth.moderator(), hearth.moderator()
    author, reader, writer = hearth.person(), hearth.person(), hearth.person()
    for person in (author, reader, writer):
        person.join("evening-harbour")
    story = writer.share("evening-harbour", "A hard week", "I only wanted to say it somewhere.")["id"]
    words = "I do not think you are trying very hard, to be honest."
    reply = author.reply(story, words)["id"]
    assert reader.api.post("/flags", json={"subject": f"reply:{reply}", "reason": "unkind"}).status_code == 202
    assert _copies(hearth, first.case_about(f"reply:{reply}")["id"]) == 1
    gone = first.decide(
        first.case_about(f"reply:{reply}")["id"], "remove", guideline="kindness", note_to_author="It sounds like blame.",
        limit={"days": 1},
    )  # fmt: skip
    assert gone.status_code == 200, gone.text

    page = _at_a_browser(hearth, author).open("/notices")
    page.follow("A moderator looked at your words")
    for said in (
        "took your words down",
        "Nobody is looked down on",
        "It sounds like blame.",
        "a person was asked to look",
        "For good",
    ):
        assert said in page.text, said
    page.follow("Ask that another person looks again").press("Ask for a second look", text="I meant it as a push.")
    assert "Another person answers, by" in page.text

    stays_away = _at_a_browser(hearth, first).open("/desk/appeals")
    mine = next(a for a in _appeals(second) if a["subject"] == f"reply:{reply}")
    assert "You decided this first" in stays_away.open(f"/desk/appeals/{mine['id']}").text
    assert not [b for b in stays_away.page.find_all("button") if "Answer" in b.get_text()]
    desk = _at_a_browser(hearth, second).open("/desk").follow("Second looks").open(f"/desk/appeals/{mine['id']}")
    assert "I meant it as a push." in desk.text
    assert words in desk.text
    desk.press("Answer", outcome="overturned", note_to_author="")
    assert desk.status == 422
    desk.press("Answer", outcome="overturned", note_to_author="It was a push, and a fair one.")
    assert desk.path == "/desk/appeals"

    assert reader.api.get(f"/replies/{reply}").status_code == 200
    assert author.api.get("/me").json()["limits"] == []
    told = page.open("/notices").text
    assert "It was a push, and a fair one." in told
    assert "no longer counts against you" in told
    assert "by another person. The words are out." in _at_a_browser(hearth, reader).open("/notices").text
    assert reader.personas["evening-harbour"] not in told


def test_somebody_from_outside_is_heard_and_follows_it(hearth: Running) -> None:
    """Step 5."""
    moderator, author = hearth.moderator(), hearth.person()
    author.join("evening-harbour")
    story = author.share("evening-harbour", "Sunday", "The shop on the corner sells it to anybody.")["id"]
    outsider = hearth.visitor().open("/").follow("Tell us of something illegal")
    where = f"{hearth.url}/stories/{story}"
    outsider.press("Send it", where=where, reason="selling", text="This advertises a shop.", good_faith="yes")
    reference = re.search(r"/notice/[0-9a-f]{32}", outsider.text)
    assert reference is not None, outsider.text
    assert moderator.decide(moderator.case_about(f"story:{story}")["id"], "keep").status_code == 200
    assert "The words stay as they are" in hearth.visitor().open(reference.group()).text


def _about(thread: Visitor, reply: str) -> str:
    shown = thread.page.select_one(f"#reply-{reply}")
    assert shown is not None
    return shown.get_text()


def _appeals(staff: Person) -> list[dict[str, str]]:
    found: list[dict[str, str]] = staff.api.get("/moderation/appeals?limit=50").json()["items"]
    return found


def _copies(hearth: Running, case: str) -> int:
    with hearth.database.reading() as db:
        return db.scalar(select(func.count()).where(Snapshot.case_id == case)) or 0


def _reporter_hears_the_outcome_alone(reader: Person) -> None:
    told = reader.api.get("/me/notices").json()["items"]
    assert [n["kind"] for n in told] == ["flag-outcome", "flag-outcome"]
    assert all(n["statement"] is None for n in told)
    assert sorted(n["text"].rpartition("caring. ")[2] for n in told) == [
        "The words stay as they are.", "The words were taken down."
    ]  # fmt: skip


def _author_gets_the_reasons(author: Person, removed: str) -> None:
    told = [n for n in author.api.get("/me/notices").json()["items"] if n["subject"] == f"reply:{removed}"]
    assert len(told) == 1
    statement = told[0]["statement"]
    assert "took your words down" in statement["what"]
    assert statement["by"] == "a person"
    assert statement["rule_title"]
    assert "somebody to listen" in statement["note_html"]


def _at_a_browser(hearth: Running, reader: Person) -> Visitor:
    visitor = hearth.visitor().open("/sign-in")
    return visitor.press("Sign in", sign_in_name=reader.sign_in_name, passphrase=PASSPHRASE)
