"""L10 (PRODUCT.md): wishes are written on a good day, and read once, by whoever answers on a bad one."""

from tests.api.pages import at_a_browser
from tests.api.village import walked
from tests.conftest import Running
from tests.journeys.rows import is_in_the_rows
from tests.people import PASSPHRASE, Person, Visitor

GROUP, OTHER = "evening-harbour", "kitchen-table"
DANGER = "I have the pills in front of me tonight"
WEARY = "Sometimes I wish I was dead."
HELPS = "Ask me about the allotment, marigold4711canary"
HURTS = "Do not tell me it gets better"


def _with_wishes(hearth: Running) -> tuple[Person, Visitor]:
    person = hearth.person()
    person.join(GROUP)
    page = at_a_browser(hearth, person).open("/mine").follow("My wishes, for a bad day")
    page.press("Keep it", helps=HELPS, hurts=HURTS, if_quiet="nudge")
    assert HELPS in page.text
    return person, page


def _at_case(hearth: Running, moderator: Person, subject: str) -> Visitor:
    return at_a_browser(hearth, moderator).open(f"/desk/cases/{moderator.case_about(subject)['id']}")


def test_they_are_given_by_one_press_and_read_once(hearth: Running) -> None:
    member, page = _with_wishes(hearth)
    duty, other = hearth.moderator(), hearth.moderator()

    # Words without danger ask for nothing, and nobody can open anything.
    quiet = member.share(GROUP, "A walk", "It rained.")["id"]
    assert "My wishes" not in page.open(f"/stories/{quiet}").text
    assert page.http.post(f"/stories/{quiet}/wishes", data=_token(page)).status_code == 404
    held = member.share(GROUP, "Tonight", DANGER)["id"]
    desk = _at_case(hearth, duty, f"story:{held}").press("I am reading this now")
    assert "Open their wishes" not in desk.text
    assert desk.http.post(f"{desk.path}/wishes", data=_token(desk)).status_code == 409
    assert not _is_kept_open(hearth)

    # The author is asked, once there are words of danger; one press gives them, another takes them back.
    page.open(f"/stories/{held}").press("Give my wishes along")
    assert "They are with your words now, sealed." in page.text
    page.press("Take my wishes back")
    assert "Open their wishes" not in desk.open(desk.path).text
    page.press("Give my wishes along")
    assert not _is_kept_open(hearth)

    # Whoever has the case in hand opens them, one time.
    elsewhere = at_a_browser(hearth, other).open(desk.path)
    assert "Open their wishes" not in elsewhere.text
    assert elsewhere.http.post(f"{desk.path}/wishes", data=_token(elsewhere)).status_code == 409
    case = desk.open(desk.path).path
    assert HELPS not in desk.text
    desk.press("Open their wishes")
    assert HELPS in desk.text and HURTS in desk.text
    assert "Write me a line here after a few days" in desk.text
    desk.open(case)
    assert HELPS not in desk.text
    assert "were opened and read" in desk.text
    assert desk.http.post(f"{case}/wishes", data=_token(desk)).status_code == 409

    # It is in the log, and the member is told.
    log = walked(duty.api, "/moderation/log", 50)
    assert [e["subject"] for e in log if e["act"] == "case.wishes"].count(f"story:{held}") == 1
    page.open("/notices").follow("A moderator opened and read the wishes you gave along")
    assert "opened and read" in page.text

    # The member can throw them away, and has them in what they take along until then.
    assert member.api.get("/me/export", headers={"X-Passphrase": PASSPHRASE}).json()["wishes"][0]["helps"] == HELPS
    page.open("/mine/wishes").follow("Throw it away").press("Throw them away")
    assert member.api.get("/me/export", headers={"X-Passphrase": PASSPHRASE}).json()["wishes"] == []
    assert "Give my wishes" not in page.open(f"/stories/{held}").text


def test_words_that_are_out_ask_too_and_a_decided_case_keeps_none(hearth: Running) -> None:
    member, page = _with_wishes(hearth)
    moderator = hearth.moderator()
    told = member.share(GROUP, "Evenings", WEARY)
    assert told["status"] == "published"
    page.open(f"/stories/{told['id']}").follow("See what they write, and what you can give along")
    page.press("Give my wishes along")
    fellow = hearth.person()
    fellow.join(GROUP)
    assert fellow.api.get(f"/stories/{told['id']}").status_code == 200
    assert at_a_browser(hearth, fellow).open(f"/stories/{told['id']}/care").status == 404
    desk = _at_case(hearth, moderator, f"story:{told['id']}").press("Take it")
    assert "Open their wishes" in desk.text
    assert moderator.decide(desk.path.rsplit("/", 1)[1], "keep").status_code == 200
    assert desk.http.post(f"{desk.path}/wishes", data=_token(desk)).status_code == 409
    assert "Give my wishes" not in page.open(f"/stories/{told['id']}").text
    assert not _is_kept_open(hearth)


def _token(page: Visitor) -> dict[str, str]:
    field = page.page.select_one("form#act input[name=csrf]")
    assert field is not None
    return {"csrf": str(field["value"])}


def _is_kept_open(hearth: Running) -> bool:
    return any(is_in_the_rows(hearth, table, "marigold4711canary") for table in ("crises", "private_rows", "accounts"))
