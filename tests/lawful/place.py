"""An administrator at a browser, who makes a place ready."""

import re

from bs4 import Tag

from tests.conftest import Running
from tests.people import Visitor

OFFICE = "The board of the association"
EVENINGS = {"begins": ["18:00", "18:00", "", "", "18:00", "", ""], "ends": ["22:00", "22:00", "", "", "00:30", "", ""]}


def at_the_desk(hearth: Running, code: str = "") -> Visitor:
    """Somebody with a seat at the desk: the first administrator, or whoever has an invitation."""
    visitor = hearth.visitor().sign_up(code or hearth.first_code).open("/desk")
    suggested = [str(one["value"]) for one in visitor.page.select("input[name=suggested]")]
    return visitor.press("Join", suggested=suggested[0], agree="yes")


def invited(administrator: Visitor, hearth: Running) -> str:
    """A moderator's code, from the page."""
    administrator.open("/set-up").follow("Invite people to the desk")
    desk = next(i for i in administrator.page.select("input[name=group]") if "desk" in _label(i).lower())
    administrator.press("Make an invitation", role="moderator", group=str(desk["value"]))
    found = re.search(r"/come-in/([0-9a-f]{32})", str(administrator.page))
    assert found, administrator.text
    return found.group(1)


def _label(field: Tag) -> str:
    return (field.find_parent("label") or field).get_text()


def made_ready(administrator: Visitor, hearth: Running) -> None:
    """Every step of the set-up, and a second person at the desk."""
    administrator.open("/set-up").follow("Which country").press("Save", place="GB")
    administrator.follow("Whether it is for adults").press("Save", adults="yes")
    administrator.follow("When somebody is here").press("Save", zone="Europe/London", **EVENINGS)
    administrator.follow("Where people in danger").press("Save", looked="yes")
    administrator.follow("Who answers for it").press("Save", office=OFFICE)
    administrator.follow("What the groups agreed on").press("Save", looked="yes")
    at_the_desk(hearth, invited(administrator, hearth))


def opened(administrator: Visitor, hearth: Running) -> None:
    made_ready(administrator, hearth)
    administrator.open("/set-up").press("Open it to members")
    assert "This place is open to members." in administrator.text, administrator.text


def signed(administrator: Visitor) -> None:
    administrator.open("/records").follow("Risk assessment").press("Sign it", agree="yes")
    assert "Signed on" in administrator.text, administrator.text
