"""J9 (PRODUCT.md), steps 1 and 3: somebody reports, somebody looks, both are told what they may know."""

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
    assert reader.api.post("/flags", json={"subject": f"reply:{other}", "reason": "confidentiality"}).status_code == 202

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


def _reporter_hears_the_outcome_alone(reader: Person) -> None:
    told = reader.api.get("/me/notices").json()["items"]
    assert [n["kind"] for n in told] == ["flag-outcome", "flag-outcome"]
    assert all(n["statement"] is None for n in told)


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
