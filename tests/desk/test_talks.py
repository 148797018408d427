"""A private word between a member and moderators, a question that flags nobody, and another name: over HTTP, on both databases."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.api import village
from tests.api.pages import at_a_browser
from tests.api.village import ASKS, DANGER, PHONE, QUIET, joined, opened, walked
from tests.conftest import Running
from tests.people import PASSPHRASE, Person, Visitor


@pytest.fixture
def slug(hearth: Running) -> str:
    return opened(hearth)


@pytest.fixture
def moderator(hearth: Running) -> Person:
    return village.moderator(hearth)


def _case(desk: Visitor, group: str, kind: str) -> Visitor:
    """Take the first case of this kind in a group, from its queue."""
    return desk.open(f"/desk?group={group}&kind={kind}").press("Take the next one")


def _group(person: Person, slug: str) -> str:
    found: str = person.api.get(f"/groups/{slug}").json()["id"]
    return found


def test_a_question_flags_nobody_is_answered_and_goes_on(hearth: Running, moderator: Person, slug: str) -> None:
    member, stranger = joined(hearth, slug), joined(hearth, slug)
    group = _group(member, slug)
    page = at_a_browser(hearth, member).open(f"/groups/{group}").follow("Ask a moderator something")
    page.press("Send it", body=PHONE)
    assert page.status == 422
    assert "07700 900123" in str(page.page.find("textarea")), "what was typed is kept"
    page.press("Send it", body="May I speak about my job here?")
    talk = page.path
    assert "May I speak about my job here?" in page.text
    assert at_a_browser(hearth, stranger).open(talk).status == 404

    desk = at_a_browser(hearth, moderator)
    _case(desk, group, "question")
    assert "Nobody is flagged." in desk.text
    assert "May I speak about my job here?" in desk.text
    case = desk.path.rsplit("/", 1)[1]
    refused = moderator.api.post(f"/moderation/cases/{case}/decision", json={"action": "keep", "reason": "nothing"})
    assert refused.status_code == 409
    desk.press("Send this word", body="Her name is Dave Carter, 07700 900100.")
    assert desk.status == 422
    desk.press("Send this word", body="You may, without saying where it is.").press("This is settled")
    assert desk.path == "/desk"
    notice = member.api.get("/me/notices").json()["items"][0]
    assert (notice["kind"], notice["subject"]) == ("word", f"talk:{talk.rsplit('/', 1)[1]}")
    page.open("/notices").follow("has a word for you")
    assert page.path == talk
    assert "without saying where it is" in page.text
    page.press("Send it", body="Thank you. And may I say which trade?")
    assert "which trade" in _case(desk, group, "question").text, "an answer to a settled question calls somebody again"
    page.press("Send it", body=DANGER)
    assert "You are not alone with this." in page.text
    assert page.page.select(".lifelines li")
    assert moderator.api.get(f"/moderation/cases/{desk.path.rsplit('/', 1)[1]}").json()["tier"] == "urgent"
    held = member.api.get("/me/export", headers={"X-Passphrase": PASSPHRASE}).json()["talks"]
    assert [len(one["words"]) for one in held] == [4]
    page.open("/settings/export").press("Go on", passphrase=PASSPHRASE).follow("Take the file")
    assert page.answer is not None
    with ZipFile(BytesIO(page.answer.content)) as taken:
        assert "without saying where it is" in taken.read("talks-1.html").decode()
    note = "I asked them to wait. Somebody else, please."
    case = f"/moderation/cases/{desk.path.rsplit('/', 1)[1]}"
    moderator.api.post(f"{case}/claim")
    assert moderator.api.post(f"{case}/release", json={"note": note}).status_code == 200
    own = moderator.api.get("/me/export", headers={"X-Passphrase": PASSPHRASE}).json()
    assert [note in one["html"] for one in own["handovers"]] == [True]
    assert ["without saying where it is" in one["html"] for one in own["letters_as_staff"]] == [True]


def test_a_moderator_has_a_private_word_beside_a_case(hearth: Running, moderator: Person, slug: str) -> None:
    author = joined(hearth, slug)
    story = author.share(slug, "Buying", ASKS, as_is=True)["id"]
    case = moderator.case_about(f"story:{story}")["id"]
    desk = at_a_browser(hearth, moderator).open(f"/desk/cases/{case}").press("Take it")
    desk.press("Send this word", body="I read your words. What do you need tonight?")
    page = at_a_browser(hearth, author).open("/mine").follow("Between you and moderators").follow("About your words")
    page.press("Send it", body="Somebody who listens.")
    assert "Somebody who listens." in desk.open(f"/desk/cases/{case}").text
    assert author.api.get(f"/stories/{story}").json()["status"] == "held", "a word decides nothing"
    acts = [e["act"] for e in walked(moderator.api, "/moderation/log", 50) if e["group"] == slug]
    assert acts[:2] == ["talk.word", "case.claimed"]


def test_a_program_asks_and_answers_too(hearth: Running, moderator: Person, slug: str) -> None:
    member, stranger = joined(hearth, slug), joined(hearth, slug)
    asked = member.api.post(f"/groups/{slug}/talks", json={"body": "May I speak about my job here?"})
    assert asked.status_code == 201, asked.text
    talk = asked.json()["id"]
    assert stranger.api.post(f"/me/talks/{talk}", json={"body": "Mine."}).status_code == 404
    assert hearth.person().api.post(f"/groups/{slug}/talks", json={"body": "Let me in."}).status_code == 404
    case = moderator.case_about(f"question:{talk}")["id"]
    path = f"/moderation/cases/{case}"
    assert moderator.api.post(f"{path}/talk", json={"body": "You may."}).status_code == 409, "nobody has it in hand"
    moderator.api.post(f"{path}/claim")
    said = moderator.api.post(f"{path}/talk", json={"body": "You may."}).json()["words"]
    assert [(one["by"], one["is_moderator"]) for one in said] == [(None, False), (moderator.personas["desk"], True)]
    assert member.api.get(path).status_code == 403
    assert moderator.api.post(f"{path}/settle", json={}).status_code == 204
    assert [one["words"] for one in member.api.get("/me/talks").json()["items"]] == [said]
    story = member.share(slug, "An evening", QUIET)["id"]
    assert stranger.api.put(f"/stories/{story}/quiet").status_code == 404
    assert member.api.put(f"/stories/{story}/quiet").status_code == 204
    assert stranger.api.post(f"/stories/{story}/replies", json={"body": "I hear you."}).status_code == 403
    assert member.api.delete(f"/stories/{story}/quiet").status_code == 204
    assert stranger.api.post(f"/stories/{story}/replies", json={"body": "I hear you."}).status_code == 201


def test_a_name_that_gives_somebody_away_is_changed_and_never_given_again(
    hearth: Running, moderator: Person, slug: str
) -> None:
    member, reader = hearth.person(), joined(hearth, slug)
    member.join(slug, "Umbral Thistlecap")
    story = member.share(slug, "An evening", QUIET)["id"]
    answered = reader.share(slug, "Another evening", QUIET + " So was I.")["id"]
    member.reply(answered, "I was there too.")
    group = _group(member, slug)
    eyes = at_a_browser(hearth, reader)
    assert "Umbral Thistlecap" in eyes.open(f"/stories/{answered}").text, "drawn and kept under the old name"
    page = at_a_browser(hearth, member).open(f"/groups/{group}").follow("My name here gives me away")
    page.press("Send it", body="My sister knows it.")
    assert not page.page.find_all("input", attrs={"name": "suggested"}), "a moderator looks first"
    talk = page.path
    desk = at_a_browser(hearth, moderator)
    waits = desk.open(f"/desk?group={group}&kind=persona").text
    assert "A member asks" in waits
    assert "A reader asks" not in waits
    _case(desk, group, "persona").press("Let them choose another name")
    offered = [str(i["value"]) for i in page.open(talk).page.find_all("input", attrs={"name": "suggested"})]
    assert len(offered) == 3
    assert page.press("Take this name", suggested="Dave Carter").status == 422
    page.press("Take this name", suggested=offered[0])
    for path in (f"/stories/{story}", f"/stories/{answered}", f"/groups/{group}"):
        text = eyes.open(path).text
        assert offered[0] in text, path
        assert "Umbral Thistlecap" not in text, path
    version = member.api.get(f"/groups/{slug}").json()["guidelines"]["version"]
    other = hearth.person()
    wanted = {"guidelines_version": version, "persona": "Umbral Thistlecap"}
    assert other.api.put(f"/groups/{slug}/membership", json=wanted).status_code == 422
    csrf = page.open(talk).page.find("input", attrs={"name": "csrf"})
    assert csrf is not None
    again = page.http.post(f"{talk}/name", data={"csrf": str(csrf["value"]), "suggested": offered[1]})
    assert again.status_code == 409, "one wish, one name"
