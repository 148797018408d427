"""Templates for new groups: texts to begin with, and which rules such a group asks a person to look at first. Whoever opens the
group changes both as they like."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from app.foundation.language import gettext as _

NAMES = ("secular", "twelve-step", "cultural", "medication-friendly")


class Template(NamedTuple):
    """A group as it could be. It has no name yet: that is its founder's to find."""

    key: str
    texts: dict[str, Any]
    """`kind`, `visibility`, `purpose` and `prompt`."""
    items: tuple[dict[str, str], ...]
    hold: tuple[str, ...]
    """Ids of rules that are made heavier."""


def template_name(key: str) -> str:
    return {
        "secular": _("Secular"),
        "twelve-step": _("Twelve steps"),
        "cultural": _("A culture or a language"),
        "medication-friendly": _("Medication is welcome"),
    }[key]


@cache
def template(key: str) -> Template | None:
    """None for a name that no template has."""
    if key not in NAMES:
        return None
    own = _read("templates", key)
    texts = _read("starter", own["like"]) if "like" in own else own
    kept = {name: texts[name] for name in ("kind", "visibility", "purpose", "prompt")}
    return Template(key, kept, tuple(texts["items"]), tuple(own["hold"]))


def _read(folder: str, name: str) -> dict[str, Any]:
    """Texts of a starter group, or of a template that is like none of them."""
    return tomllib.loads((files("app.groups") / folder / f"{name}.toml").read_text("utf-8"))
