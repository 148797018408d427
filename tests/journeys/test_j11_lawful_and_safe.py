"""J11 (PRODUCT.md): a site operator comes from nothing to a lawful and safe place in an afternoon."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup

from app.log.models import LogAnchor
from app.log.rules import SITE
from tests.conftest import Running, serve
from tests.lawful.place import EVENINGS, OFFICE, at_the_desk, opened, signed
from tests.members.databases import fresh
from tests.people import NO_TLS, Person, Visitor
from tests.upkeep.site import hearth as run
from tests.upkeep.site import moved, settings_of

METHADONE = "Four months on methadone, and I sleep again."


@pytest.fixture(params=["sqlite", "postgres"])
def new(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    """A Hearth that was just started for the first time. Nobody comes in without an invitation until it is opened."""
    url = f"sqlite:///{tmp_path}/hearth.db"
    if request.param == "postgres":
        url = fresh(request.getfixturevalue("postgres"), "lawful")
    yield from serve(tmp_path, url, HEARTH_TRIAL="off", HEARTH_SEED="off")


def test_from_nothing_to_lawful_and_safe(new: Running, tmp_path: Path) -> None:
    administrator = _first_administrator(new)
    _refuses_to_open(administrator, new)
    _picks_templates(administrator)
    _a_rule_that_holds_what_is_fair_is_refused(administrator)
    opened(administrator, new)
    _is_open_to_anybody(administrator, new)
    _records_are_made_of_what_is_so(administrator, new)
    _comes_back_on_a_second_machine(new, tmp_path)
    _old_things_go_and_it_says_which(new)


def _first_administrator(new: Running) -> Visitor:
    """Step 1: one command, a link, a green page of health."""
    assert "It is a trial, and every page says so." in new.log.read_text()
    assert httpx.get(f"{new.url}/readyz", verify=NO_TLS).json() == {"status": "ok", "mode": "trial"}
    return at_the_desk(new)


def _refuses_to_open(administrator: Visitor, new: Running) -> None:
    """Step 2: it stays shut until helplines, guidelines and cover exist, and says what is missing."""
    assert "This place is being tried out." in administrator.page.get_text()
    administrator.follow("Set-up").press("Open it to members")
    assert administrator.status == 422
    linked = {str(link["href"]) for link in administrator.page.select(".mends a")}
    assert linked == {"#f-country", "#f-adults", "#f-hours", "#f-help", "#f-office", "#f-guidelines", "#f-cover"}
    assert all(administrator.page.select_one(f"[id='{href[1:]}']") for href in linked)
    refused = httpx.post(
        f"{new.url}/api/v1/accounts", json={"passphrase": "lantern bicycle orchard velvet canyon"}, verify=NO_TLS
    )
    assert refused.status_code == 422
    assert "not open yet" in refused.json()["errors"][0]["message"]

    administrator.open("/set-up").follow("When somebody is here").press("Save", zone="Europe/London")
    assert "Somebody has to be here at some hour" in administrator.text
    administrator.press("Save", begins=["18:00", "six", "", "", "", "", ""], ends=["22:00", "8", "", "", "", "", ""])
    assert administrator.status == 422
    assert administrator.page.select("input[name=begins]")[1]["value"] == "six"
    administrator.press("Save", **EVENINGS)
    administrator.follow("Who answers for it").press("Save", office="Margaret Thompson")
    assert "looks like a person’s name" in administrator.text
    administrator.open("/set-up").follow("What the groups agreed on")
    assert "There is no group yet." in administrator.text
    administrator.open("/set-up")
    assert "Monday to Tuesday 18:00–22:00, Friday 18:00–00:30 (London time)" in administrator.text


def _picks_templates(administrator: Visitor) -> None:
    """Step 3: groups from templates, with guidelines and rules to begin with."""
    wanted = {
        "Secular": ("Level ground", "secular"), "Twelve steps": ("Step by step", "twelve-step"),
        "A culture or a language": ("From home", "cultural"), "Medication is welcome": ("Steady", "medication-friendly"),
    }  # fmt: skip
    for template, (name, kind) in wanted.items():
        administrator.open("/desk").follow("All groups").follow("Open").follow(template)
        chosen = administrator.page.select_one("input[name=kind][checked]")
        assert chosen is not None
        assert chosen["value"] == kind
        administrator.press("Open the group", name=name, slug=f"{kind}-here")
        assert name in administrator.text, administrator.text
    administrator.follow("Steady").follow("The rules here")
    held = {str(one["value"]) for one in administrator.page.select("input[name=hold][checked]")}
    assert held == {"guideline.medicine", "guideline.stigma", "guideline.dosing"}


def _a_rule_that_holds_what_is_fair_is_refused(administrator: Visitor) -> None:
    administrator.follow("Make one").press(
        "Try and save", public_name="No names of substances", why="A name can pull somebody back.", severity="hold",
        message="You could say what it did to you.", guideline="kindness", words="methadone\nketamine",
        examples_hit="I miss the ketamine\nKetamine was my friend", examples_pass="I sleep at last\nIt is over for me",
    )  # fmt: skip
    assert administrator.status == 422
    assert METHADONE in administrator.text
    assert "because of “methadone”" in administrator.text
    administrator.press("Try and save", words="ketamine")
    assert "No names of substances" in administrator.text, administrator.text


def _is_open_to_anybody(administrator: Visitor, new: Running) -> None:
    assert "being tried out" not in administrator.page.get_text()
    assert httpx.get(f"{new.url}/readyz", verify=NO_TLS).json()["mode"] == "open"
    somebody = new.visitor().open("/").follow("Help now")
    assert somebody.text.index("116 123") < somebody.text.index("Where are you?")
    assert "Friday 18:00–00:30 (London time)" in somebody.page.get_text()
    somebody.sign_up()
    assert len(somebody.page.select(".codes li")) == 10
    log = administrator.open("/desk/log").text
    assert "opened this place to members" in log
    assert log.count("changed how this place is set up") == 7  # six steps, one of them twice


def _records_are_made_of_what_is_so(administrator: Visitor, new: Running) -> None:
    """Step 4: terms for people and programs, the policy, the records; what changes makes the assessment old."""
    reader = new.visitor().open("/").follow("Terms and records").follow("Terms, in plain words")
    assert f"{OFFICE} answers for this place." in reader.text
    assert "The law that holds: United Kingdom." in reader.text
    terms = httpx.get(f"{new.url}/terms.json", verify=NO_TLS).json()
    assert (terms["accountable"], terms["country"], terms["trial"]) == (OFFICE, "GB", False)
    assert terms["staffed"]["days"][4] == ["18:00", "00:30"]
    assert {rule["id"] for rule in terms["moderation"]["rules"]} >= {"crisis.intent", "confidentiality.phone"}
    assert [step["id"] for step in terms["restrictions"]][-1] == "pause-30"
    assert all(step["lasts"] in reader.text for step in terms["restrictions"])

    reader.follow("Terms and records").follow("Tell us of something illegal")
    assert (reader.path, reader.status) == ("/notice", 200)
    administrator.open("/records")
    assert "No risk assessment has been signed yet." in administrator.text
    signed(administrator)
    assert "Nothing waits for a review." in administrator.text
    administrator.open("/desk").follow("All groups").follow("Open").follow("Secular")
    administrator.press("Open the group", name="Behind the door", slug="behind-the-door", visibility="invited")
    administrator.open("/records")
    assert "The risk assessment is out of date. Changed since: Who can read." in administrator.text
    signed(administrator)

    file = administrator.open("/records/complaints")
    assert "Nothing has come in yet." in file.text


def _comes_back_on_a_second_machine(new: Running, folder: Path) -> None:
    """Step 5: without the keys nothing sealed opens; with them, everything works."""
    member = _writes(new)
    copy = folder / "copies" / "hearth.age"
    assert new.command("backup", str(copy)).returncode == 0
    elsewhere, alone = folder / "elsewhere", folder / "alone"
    for machine in (elsewhere, alone):
        machine.mkdir()
    without = settings_of(alone, f"sqlite:///{alone}/hearth.db")
    refused = run(without, "restore", str(copy))
    assert refused.returncode == 1
    assert not (alone / "hearth.db").exists() or OFFICE.encode() not in (alone / "hearth.db").read_bytes()
    shutil.rmtree(alone)

    secrets = new.secrets
    here = settings_of(secrets.parent, new.environment["HEARTH_DATABASE_URL"])
    there = moved(here, elsewhere, f"sqlite:///{elsewhere}/hearth.db")
    done = run(there, "restore", str(copy))
    assert done.returncode == 0, done.stderr
    served = serve(elsewhere, there.database_url, HEARTH_TRIAL="off")
    again = next(served)
    terms = httpx.get(f"{again.url}/terms.json", verify=NO_TLS).json()
    assert (terms["accountable"], terms["trial"]) == (OFFICE, False)
    came = httpx.post(
        f"{again.url}/api/v1/sessions",
        json={"sign_in_name": member.sign_in_name, "passphrase": "lantern bicycle orchard velvet canyon"},
        verify=NO_TLS,
    )
    token = {"Authorization": f"Bearer {came.json()['token']}"}
    mine = httpx.get(f"{again.url}/api/v1/me/stories", headers=token, verify=NO_TLS).json()["items"]
    assert [one["title"] for one in mine] == ["Nine o’clock"]
    with pytest.raises(StopIteration):
        next(served)


def _writes(new: Running) -> Person:
    member = new.person()
    member.join("secular-here")
    assert (
        member.share("secular-here", "Nine o’clock", "A quiet evening, and I am glad of it.")["status"] == "published"
    )
    return member


def _old_things_go_and_it_says_which(new: Running) -> None:
    """Step 6: what is due is done and said. Migrations forward and back are tried in tests/house/test_migrations.py."""
    done = new.command("tick", "--night")
    assert done.returncode == 0, done.stderr
    assert "acts were due" in done.stdout
    head = BeautifulSoup(httpx.get(f"{new.url}/transparency", verify=NO_TLS).text, "html.parser").get_text()
    with new.database.reading() as db:
        anchors = [one for one in db.query(LogAnchor) if one.chain == SITE]
    assert max(anchors, key=lambda one: one.number).hash in head
    assert new.command("verify").returncode == 0
