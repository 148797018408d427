"""The kinds of harm that an illegal-content risk assessment asks about, and what stands against each here.

The kinds follow what the British Online Safety Act lists as priority offences, the longest list of its sort; who is under
another law has most of them too. The words are ours, and no legal advice."""

from typing import NamedTuple

from app.foundation.language import gettext as _

EVERY_RISK = (
    "suicide", "drugs", "harassment", "hate", "coercion", "children", "grooming", "intimate", "pornography", "fraud",
    "proceeds", "trafficking", "immigration", "weapons", "terrorism", "interference", "animals",
)  # fmt: skip
"""The likeliest in a peer group first."""
LIKELIER = {"suicide": "high", "drugs": "medium", "harassment": "medium", "hate": "medium", "coercion": "medium",
            "children": "medium", "grooming": "medium", "fraud": "medium"}  # fmt: skip
"""What is offered as a first answer; all others begin as low. Whoever signs chooses."""
LEVELS = ("negligible", "low", "medium", "high")


class Risk(NamedTuple):
    """A kind of harm: how it could happen here, and what stands against it."""

    key: str
    name: str
    how: str
    against: str


def level_name(level: str) -> str:
    return {
        "negligible": _("Negligible"), "low": _("Low"), "medium": _("Medium"), "high": _("High"),
    }[level]  # fmt: skip


def offered(key: str) -> str:
    return LIKELIER.get(key, "low")


def risks() -> list[Risk]:
    """All of them, in the order of the list."""
    found = {risk.key: risk for risk in (*_close_to_home(), *_of_contact(), *_of_what_is_shown(), *_of_crime())}
    return [found[key] for key in EVERY_RISK]


def _close_to_home() -> list[Risk]:
    return [
        Risk(
            "suicide", _("Encouraging suicide or self-harm"),
            _("Somebody in despair is told how, or asked to go along."),
            _(
                "Words of danger wait for a person and show help at once. Methods, plans and pacts are held by"
                " rules about danger, which no group can switch off."
            ),
        ),
        Risk(
            "drugs", _("Selling or passing on drugs"),
            _("Somebody asks for, offers or points to a supply, prescribed medicine too."),
            _("A rule holds asking and offering. Numbers, handles and links are stopped before they go out."),
        ),
        Risk(
            "harassment", _("Threats, stalking and harassment"),
            _("Somebody follows a person from thread to thread, or threatens them."),
            _(
                "Made-up names that differ from group to group; threats are held; every word can be pointed "
                "out; pauses from writing, in one group or in all."
            ),
        ),
        Risk(
            "hate", _("Hatred"),
            _("Contempt for people because of what they are."),
            _("A rule holds contempt; guidelines of every group ask for kindness; anybody can ask for a look."),
        ),
        Risk(
            "coercion", _("Controlling somebody close"),
            _("A partner or a relative reads along, or makes somebody sign in."),
            _(
                "Discreet titles and addresses, a way out on every page, nothing kept on a shared device, no "
                "names that lead elsewhere."
            ),
        ),
    ]  # fmt: skip


def _of_contact() -> list[Risk]:
    return [
        Risk(
            "children", _("Harm to children"),
            _("Pictures or links of abuse are passed on, or a child takes part."),
            _(
                "No pictures and no files. Links wait. Everybody says at the door that they are 18 or older, "
                "and anybody can tell a moderator of somebody who seems younger."
            ),
        ),
        Risk(
            "grooming", _("Winning a child’s trust for harm"),
            _("An adult looks for somebody young who needs help, and leads them elsewhere."),
            _("No private messages. Ways to be reached outside are stopped before words go out. Adults only."),
        ),
        Risk(
            "trafficking", _("Trafficking and exploiting adults"),
            _("Offers of work, a place to stay or money to somebody in need."),
            _("Offers and ways to be reached outside are held by rules."),
        ),
        Risk(
            "fraud", _("Fraud"),
            _("False treatment, loans, tips, collections for somebody who does not exist."),
            _("Selling, recruiting and links are held. Nobody can write to somebody alone."),
        ),
    ]  # fmt: skip


def _of_what_is_shown() -> list[Risk]:
    return [
        Risk(
            "intimate", _("Intimate pictures of others"), _("Somebody’s picture is shown against their will."),
            _("No pictures and no files; links wait; names of others are stopped before words go out."),
        ),
        Risk(
            "pornography", _("Extreme pornography"), _("It is shown or linked to."), _("No pictures and no files; links wait."),
        ),
        Risk(
            "terrorism", _("Terrorism"), _("Calls to violence, or links to them."),
            _("Threats are held; links wait; anybody can point out words, also without a place here."),
        ),
        Risk(
            "interference", _("Foreign interference"), _("Many made-up voices push one thing."),
            _(
                "Limits on how much one person and one network can send; no lists of what is liked most, so "
                "nothing to push."
            ),
        ),
        Risk(
            "animals", _("Cruelty to animals"), _("It is shown or encouraged."), _("No pictures and no files; threats are held."),
        ),
    ]  # fmt: skip


def _of_crime() -> list[Risk]:
    return [
        Risk(
            "proceeds", _("Money from crime"), _("Accounts or cards are offered or asked for."),
            _("Asking, offering and ways to be reached outside are held."),
        ),
        Risk(
            "immigration", _("Unlawful immigration and its helpers"), _("Crossings are offered for money."),
            _("Offers and ways to be reached outside are held."),
        ),
        Risk(
            "weapons", _("Firearms, knives and other weapons"), _("They are offered or asked for."),
            _("Asking and offering are held; words that show danger to others go to a person."),
        ),
    ]  # fmt: skip
