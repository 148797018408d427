"""What an assessment rests on: who may come in, what there is to do here, who looks. One line of this list changing makes the
assessment out of date, and names the risks to look at again (SR-33)."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.foundation.language import gettext as _
from app.foundation.settings import Settings
from app.foundation.site import takes_anybody
from app.groups.models import Kind, Visibility
from app.groups.phrases import kind_name
from app.lawful.hours import in_words
from app.lawful.places import countries
from app.lawful.queries import FEWEST_SEATS, Choices, choices, live_groups, seats
from app.lawful.risks import EVERY_RISK
from app.moderation.rulebook import reads

HAS_PRIVATE_THREADS = False
HAS_PICTURES = False
HAS_MEETINGS = False
"""What this Hearth can do. Whoever builds one of these turns it here, and every signed assessment is out of date by that."""

CONTACT = ("children", "grooming", "harassment", "coercion", "fraud", "trafficking")
"""Where people who mean harm look for somebody to themselves."""
SEEN_BY_MANY = ("terrorism", "hate", "suicide", "drugs", "fraud", "interference", "intimate", "weapons")


class Fact(NamedTuple):
    """Something that is so here. `value` is compared; `said` is for people."""

    key: str
    name: str
    value: str
    said: str
    bears_on: tuple[str, ...]


def facts(db: Session, settings: Settings) -> list[Fact]:
    """All of them, as they are now."""
    chosen = choices(db)
    return [*_of_people(db, chosen), *_of_groups(db), *_of_what_can_be_done(settings), *_of_care(chosen, settings)]


def _of_people(db: Session, chosen: Choices) -> Iterator[Fact]:
    anybody = takes_anybody()
    yield Fact(
        "joining", _("Who may come in"), "anybody" if anybody else "invited",
        _("Anybody who says that they are 18 or older") if anybody else _("Those who have an invitation"),
        ("children", "grooming", "fraud", "drugs"),
    )  # fmt: skip
    code = chosen.country
    yield Fact(
        "country", _("Whose law and helplines"), code, countries().get(code, _("Not chosen yet")), tuple(EVERY_RISK)
    )
    is_enough = seats(db) >= FEWEST_SEATS
    yield Fact(
        "seats", _("People at the desk"), "two" if is_enough else "fewer",
        _("Two or more") if is_enough else _("Fewer than two: nobody can look at an appeal"), ("suicide", "harassment", "hate"),
    )  # fmt: skip


def _of_groups(db: Session) -> Iterator[Fact]:
    there = live_groups(db)
    seen = {group.visibility for group in there}
    names = {
        Visibility.OPEN: _("groups that everybody who came in can read"),
        Visibility.MEMBERS: _("groups that are read after joining"),
        Visibility.INVITED: _("groups that only invited people know of"),
    }
    yield _fact_of(
        "visibilities", _("Who can read"), [(one.value, names[one]) for one in Visibility if one in seen],
        tuple(dict.fromkeys((*SEEN_BY_MANY, *CONTACT))),
    )  # fmt: skip
    yield _fact_of(
        "kinds", _(
            "What the groups are for"
        ), [(one.value, kind_name(one)) for one in Kind if one in {g.kind for g in there}],
        ("drugs", "suicide", "coercion", "harassment"),
    )  # fmt: skip
    unread = sorted({group.language for group in there if not reads(group.language)})
    yield _fact_of(
        "languages", _("Languages without rules of their own"), [(one, one) for one in unread],
        ("suicide", "drugs", "hate", "harassment", "children"),
    )  # fmt: skip


def _fact_of(key: str, name: str, found: list[tuple[str, str]], bears_on: tuple[str, ...]) -> Fact:
    said = "; ".join(words for _value, words in found) or _("none")
    return Fact(key, name, ",".join(value for value, _words in found), said, bears_on)


def _of_what_can_be_done(settings: Settings) -> Iterator[Fact]:
    yield _switch("private-threads", _("Private threads between two people"), HAS_PRIVATE_THREADS, CONTACT)
    yield _switch(
        "pictures", _("Pictures and files"), HAS_PICTURES, ("children", "intimate", "pornography", "terrorism")
    )
    yield _switch("meetings", _("Live meetings in writing"), HAS_MEETINGS, ("suicide", "harassment", "hate"))
    yield _switch("news", _("New replies shown as they come"), settings.events_most > 0, ("harassment", "suicide"))
    yield _switch("search", _("Search inside a group"), True, ("drugs", "suicide", "harassment"))


def _of_care(chosen: Choices, settings: Settings) -> Iterator[Fact]:
    adults = str(chosen.of("adults").get("adults", ""))
    yield Fact(
        "adults", _("Adults only"), adults, {"yes": _("Yes"), "no": _("No")}.get(adults, _("Not chosen yet")),
        ("children", "grooming", "pornography"),
    )  # fmt: skip
    hours = chosen.hours
    yield Fact(
        "hours", _("When somebody is here"), str(hours.stored()) if hours else "",
        in_words(hours) if hours else _("Not chosen yet"), ("suicide", "harassment"),
    )  # fmt: skip
    yield _switch(
        "limits", _("Limits on how much one person can send"), settings.rate_limits, ("fraud", "hate", "drugs")
    )
    yield _switch(
        "guards", _("A second factor and practice for the desk"), settings.desk_guards, ("harassment", "coercion")
    )


def _switch(key: str, name: str, is_on: bool, bears_on: tuple[str, ...]) -> Fact:
    return Fact(key, name, "on" if is_on else "off", _("yes") if is_on else _("no"), bears_on)


def changed(before: dict[str, str], there: list[Fact]) -> list[Fact]:
    """What is not as it was when an assessment was signed, what was not known then too."""
    return [fact for fact in there if before.get(fact.key) != fact.value]


def bears_on(found: list[Fact]) -> list[str]:
    """The risks to look at again, in the order of the list."""
    named = {risk for fact in found for risk in fact.bears_on}
    return [risk for risk in EVERY_RISK if risk in named]
