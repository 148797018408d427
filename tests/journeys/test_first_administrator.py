"""From nothing to a place with people: the first start's link, a group of one's own, a moderator, an invited member."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Running, serve
from tests.people import Visitor


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Running]:
    yield from serve(tmp_path, f"sqlite:///{tmp_path}/hearth.db")


def test_the_first_link_makes_an_administrator_once(fresh: Running) -> None:
    administrator = fresh.visitor().sign_up(fresh.first_code)
    administrator.follow("I have kept them").follow("Desk")
    assert "Joining The desk" in administrator.text
    administrator.press("Join", suggested=_suggested(administrator), agree="yes")
    assert "What waits for a person" in administrator.text

    again = fresh.visitor().open(f"/come-in/{fresh.first_code}")
    again.press("Come in", which="own", passphrase="lantern bicycle orchard velvet", adult="yes")
    assert again.status == 422
    assert "cannot be used" in again.text

    _opens_a_group(administrator)
    _changes_its_guidelines(administrator)
    moderator = fresh.visitor().sign_up(_invitation(administrator, "Moderator", "The desk"))
    moderator.open("/desk").press("Join", suggested=_suggested(moderator), agree="yes")
    assert "What waits for a person" in moderator.text
    assert moderator.open("/desk/groups").status == 404

    invited = fresh.visitor().sign_up(_invitation(administrator, "Member", "Early risers"))
    invited.open("/groups").follow("Early risers").follow("Join this group")
    invited.press("Join", suggested=_suggested(invited), agree="yes")
    assert "What was the first hour like?" in invited.text
    stranger = fresh.visitor().sign_up().open("/groups")
    assert "Early risers" not in stranger.text
    assert json.loads(fresh.command("group", "show", "early-risers").stdout)["language"] == "de"
    assert fresh.command("verify").returncode == 0


def _opens_a_group(administrator: Visitor) -> None:
    administrator.open("/desk").follow("All groups").follow("Open a group")
    administrator.press(
        "Open the group", name="Early risers", slug="early-risers", kind="recovery", visibility="invited", language="de",
        purpose="For the hour before the day begins. Call 07700 900123 to join.", prompt="What was the first hour like?",
        item_title=["Kindness first", "", ""], item_text=["Write as you would like to be written to.", "", ""],
    )  # fmt: skip
    assert administrator.status == 422
    assert "phone number" in administrator.text
    chosen = [str(option["value"]) for option in administrator.page.select("select[name=language] option")]
    assert chosen[:2] == ["en", "es"], "those there are rules for come first"
    assert [str(o["value"]) for o in administrator.page.select("select[name=language] option[selected]")] == ["de"]
    administrator.press("Open the group", purpose="For the hour before the day begins.")
    assert "Early risers" in administrator.text


def _changes_its_guidelines(administrator: Visitor) -> None:
    administrator.follow("Early risers")
    titles = [str(i["value"]) for i in administrator.page.find_all("input", attrs={"name": "item_title"})]
    texts = [t.get_text().strip() for t in administrator.page.find_all("textarea", attrs={"name": "item_text"})]
    assert titles[0] == "Kindness first"
    administrator.press(
        "Save", item_title=[*titles[:-1], "No hurry"], item_text=[*texts[:-1], "Answers may take a day."]
    )
    administrator.open("/desk/groups").follow("Early risers")
    assert "No hurry" in str(administrator.page)


def _invitation(administrator: Visitor, role: str, group: str) -> str:
    administrator.open("/desk").follow("Invite somebody")
    chosen = {"role": _value(administrator, "role", role), "group": _value(administrator, "group", group)}
    administrator.press("Make an invitation", **chosen)
    found = re.search(r"/come-in/([0-9a-f]{32})", str(administrator.page))
    assert found, administrator.text
    return found.group(1)


def _value(visitor: Visitor, name: str, label: str) -> str:
    """The value behind a choice's label, radio or select."""
    for option in visitor.page.select(f"select[name={name}] option"):
        if label in option.get_text():
            return str(option["value"])
    for one in visitor.page.select(f"input[name={name}]"):
        if label in (one.find_parent("label") or one).get_text():
            return str(one["value"])
    raise AssertionError(visitor.text)


def _suggested(visitor: Visitor) -> str:
    return str(visitor.page.find_all("input", attrs={"name": "suggested"})[0]["value"])
