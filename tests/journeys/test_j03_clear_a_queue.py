"""J3 (PRODUCT.md), steps 1, 2, 3, 5 and 6: a moderator clears a queue, reads what they open, decides fairly, and hands over."""

import re

import pytest

from tests.api import village
from tests.api.pages import at_a_browser
from tests.api.village import ASKS, DANGER, QUIET, joined, opened, walked
from tests.conftest import Running
from tests.people import Person, Visitor

SENTENCE = "I read what you wrote about tonight. Leave out the asking, and the rest can go out."


@pytest.fixture
def slug(hearth: Running) -> str:
    return opened(hearth)


@pytest.fixture
def moderator(hearth: Running) -> Person:
    return village.moderator(hearth)


@pytest.fixture
def group_id(moderator: Person, slug: str) -> str:
    found: str = moderator.api.get(f"/groups/{slug}").json()["id"]
    return found


@pytest.fixture
def desk(hearth: Running, moderator: Person) -> Visitor:
    return at_a_browser(hearth, moderator)


def _acts(moderator: Person, slug: str, subject: str) -> list[str]:
    """What was done about something, the first act first."""
    items = walked(moderator.api, "/moderation/log", 50)
    return [e["act"] for e in reversed(items) if e["subject"] == subject and e["group"] == slug]


def test_heavy_words_are_opened_and_light_ones_come_with_the_case(
    hearth: Running, moderator: Person, desk: Visitor, slug: str, group_id: str
) -> None:
    author = joined(hearth, slug)
    heavy, light = author.share(slug, "Tonight", DANGER)["id"], author.share(slug, "Buying", ASKS, as_is=True)["id"]
    here = f"/desk?group={group_id}"
    page = desk.open(here)
    assert page.page.select_one("button[autofocus]") is not None
    assert re.search(r"\d+\+? heavy, \d+\+? light", page.text)
    assert "kill myself" not in page.text
    assert "oxy" not in page.text
    page.press("Take the next one")
    assert "Heavy to read" in page.text
    assert "kill myself" not in str(page.page)
    assert "Open the words first" in page.text
    assert _acts(moderator, slug, f"story:{heavy}") == ["case.claimed"]
    page.press("Open the words")
    assert "kill myself" in page.text
    assert _acts(moderator, slug, f"story:{heavy}") == ["case.claimed", "case.read"]
    page.press("Not mine today")

    page.open(f"{here}&weight=light").press("Take the next one")
    assert "buy some oxy" in page.text, "what is light is read with the case"
    assert author.personas[slug] in page.text
    assert _acts(moderator, slug, f"story:{light}") == ["case.claimed"]


@pytest.mark.measures("M-3")
def test_words_that_others_cannot_see_are_in_no_page_before_a_row_of_the_log(
    hearth: Running, moderator: Person, desk: Visitor, slug: str
) -> None:
    held = joined(hearth, slug).share(slug, "Buying", ASKS, as_is=True)["id"]
    case = moderator.case_about(f"story:{held}")["id"]
    assert "oxy" not in str(desk.open(f"/desk/cases/{case}").page)
    assert _acts(moderator, slug, f"story:{held}") == []
    assert "buy some oxy" in desk.press("Open the words").text
    assert "oxy" not in str(desk.open(f"/desk/cases/{case}").page), "read once, and not in hand: closed again"
    assert moderator.api.get(f"/moderation/cases/{case}").json()["words"]["body"] == ASKS
    assert _acts(moderator, slug, f"story:{held}") == ["case.read", "case.read"]
    flagged = joined(hearth, slug).share(slug, "An evening", QUIET)["id"]
    joined(hearth, slug).api.post("/flags", json={"subject": f"story:{flagged}", "reason": "other"})
    about = moderator.case_about(f"story:{flagged}")["id"]
    assert QUIET in desk.open(f"/desk/cases/{about}").text, "what all can read is no secret"
    assert _acts(moderator, slug, f"story:{flagged}") == []


def test_a_sentence_is_begun_with_and_never_sent_as_it_stands(
    hearth: Running, moderator: Person, desk: Visitor, slug: str
) -> None:
    author = joined(hearth, slug)
    story = author.share(slug, "Buying", ASKS, as_is=True)["id"]
    case = moderator.case_about(f"story:{story}")["id"]
    desk.open(f"/desk/cases/{case}").press("Take it")
    desk.press("Amounts, methods", action="return", guideline="kindness", reason="asks where to buy")
    begun = desk.page.find("textarea", attrs={"name": "note_to_author"})
    assert begun is not None
    assert "[how it is for them]" in begun.get_text()
    desk.press("Decide")
    assert desk.status == 422
    assert "A place in brackets is still empty" in desk.text
    for missing in ({"guideline": ""}, {"note_to_author": ""}):
        desk.press("Decide", **{"note_to_author": SENTENCE, "guideline": "kindness", **missing})
        assert desk.status == 422, missing
    desk.press("Decide", note_to_author=SENTENCE, guideline="kindness")
    assert desk.path == "/desk"
    told = author.api.get("/me/notices").json()["items"][0]["statement"]
    assert (told["by"], told["rule_title"]) == ("a person", "Be kind")
    assert SENTENCE in told["note_html"]
    assert _acts(moderator, slug, f"story:{story}") == ["case.claimed", "case.return"]


def test_several_things_in_one_decision_and_a_note_before_words_while_they_are_looked_at(
    hearth: Running, moderator: Person, desk: Visitor, slug: str
) -> None:
    writer, peer, reader = (joined(hearth, slug) for _one in range(3))
    story = writer.share(slug, "An evening", QUIET)["id"]
    answer = peer.reply(story, "You could simply try harder, like the rest of us.")["id"]
    for _again in range(3):
        joined(hearth, slug).api.post("/flags", json={"subject": f"reply:{answer}", "reason": "unkind"})
    case = moderator.case_about(f"reply:{answer}")["id"]
    page = desk.open(f"/desk/cases/{case}").press("Take it")
    assert "3 readers ask for a look. They are one voice" in page.text
    assert QUIET in page.text, "the story around it"
    page.press("Put them behind a note")
    seen = at_a_browser(hearth, reader).open(f"/stories/{story}")
    folded = seen.page.select_one(f"#reply-{answer} details .words")
    assert folded is not None
    assert "try harder" in folded.get_text()
    assert "A moderator is looking at these words." in seen.text

    page.press(
        "Decide", action="keep", guideline="kindness", thread="slow", limit_days="1", reason="a word was enough",
        note_to_author="They asked for somebody to listen. Tell them how it was for you, when you are back.",
    )  # fmt: skip
    assert page.path == "/desk", page.text
    assert seen.open(f"/stories/{story}").page.select_one(f"#reply-{answer} details .words") is None
    assert reader.api.post(f"/stories/{story}/replies", json={"body": "I hear you."}).status_code == 201
    again = reader.api.post(f"/stories/{story}/replies", json={"body": "And once more: I hear you."})
    assert (again.status_code, "one reply an hour" in again.text) == (429, True)
    assert peer.api.post(f"/stories/{story}/replies", json={"body": "Sorry."}).status_code == 403
    acts = _acts(moderator, slug, f"reply:{answer}")
    assert acts == ["case.claimed", "case.covered", "case.keep", "thread.slow"]

    reader.api.post("/flags", json={"subject": f"story:{story}", "reason": "other"})
    desk.open(f"/desk/cases/{moderator.case_about(f'story:{story}')['id']}").press("Take it")
    desk.press("Decide", action="keep", guideline="kindness", thread="closed", reason="it went round in circles")
    told = next(n for n in writer.api.get("/me/notices").json()["items"] if n["kind"] == "decision")
    assert told["statement"]["facts"] == ["A moderator closed the replies under it. What is there stays."]
    peer.api.post("/flags", json={"subject": f"story:{story}", "reason": "other"})
    desk.open(f"/desk/cases/{moderator.case_about(f'story:{story}')['id']}").press("Take it")
    desk.press("Decide", action="keep", guideline="kindness", thread="slow", reason="they made up")

    writer_at = at_a_browser(hearth, writer).open(f"/stories/{story}").press("No more replies for now")
    assert "You wanted no more replies." in writer_at.text
    assert reader.api.post(f"/stories/{story}/replies", json={"body": "A last word."}).status_code == 403
    assert reader.api.post(f"/stories/{story}/replies", json={"body": DANGER}).json()["status"] == "held"


def test_the_next_shift_finds_a_word_and_nobody_acts_about_themselves(
    hearth: Running, moderator: Person, desk: Visitor, slug: str, group_id: str
) -> None:
    story = joined(hearth, slug).share(slug, "Buying", ASKS, as_is=True)["id"]
    case = moderator.case_about(f"story:{story}")["id"]
    desk.open(f"/desk/cases/{case}").press("Take it").follow("with a word for the next one")
    refused = desk.press("Give it back", note="It is Dave Carter, 07700 900100.")
    assert refused.status == 422
    assert "07700 900100" in str(refused.page.find("textarea"))
    refused.press("Give it back", note="I asked them what they need. Look again tonight.")
    colleague = village.moderator(hearth)
    there = at_a_browser(hearth, colleague).open(f"/desk?group={group_id}&stream=held")
    assert f"{moderator.personas['desk']} left a word for you" in there.text
    there.open(f"/desk/cases/{case}").press("Take it")
    assert "Look again tonight" in there.text
    assert f"{colleague.personas['desk']} has it in hand" in desk.open(f"/desk/cases/{case}").text

    colleague.join(slug)
    own = colleague.share(slug, "Buying", ASKS, as_is=True)["id"]
    about = moderator.case_about(f"story:{own}")["id"]
    for path in ("", "/claim", "/release"):
        ask = colleague.api.post if path else colleague.api.get
        assert ask(f"/moderation/cases/{about}{path}").status_code == 404


@pytest.mark.measures("M-1")
def test_the_desk_knows_the_persona_of_this_group_alone(
    hearth: Running, moderator: Person, desk: Visitor, slug: str
) -> None:
    author, elsewhere = joined(hearth, slug), opened(hearth)
    author.join(elsewhere, "Umbral Thistlecap")
    story = author.share(slug, "Buying", ASKS, as_is=True)["id"]
    author.share(elsewhere, "Another self", "Only there I speak of canarybird.")
    with hearth.database.reading() as db:
        from app.members.models import Membership

        rows = [m for m in db.query(Membership) if m.persona in author.personas.values()]
    secret = [author.sign_in_name, author.personas[elsewhere], "canarybird"]
    for row in rows:
        secret += [row.id, row.claim_hash, row.nullifier]
    case = moderator.case_about(f"story:{story}")["id"]
    moderator.api.post(f"/moderation/cases/{case}/claim")
    pages = [
        str(desk.open(path).page) for path in ("/desk", f"/desk/cases/{case}", f"/desk/cases/{case}/back", "/desk/log")
    ]
    calls = [
        moderator.api.get(path).text
        for path in ("/moderation/cases?limit=50", f"/moderation/cases/{case}", "/moderation/log")
    ]
    assert author.personas[slug] in pages[1]
    assert [(n, found) for n, page in enumerate(pages + calls) for found in secret if found in page] == []
