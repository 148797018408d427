"""What may be typed, and what is said when it cannot be taken. Knows nothing of the web."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

from app.foundation.language import gettext as _


def _readable(words: str) -> str:
    if "\0" in words or any("\ud800" <= c <= "\udfff" for c in words):
        raise ValueError(_("There is a sign in here that cannot be read. Typing it anew helps."))
    return words.replace("\r\n", "\n").replace("\r", "\n")


Words = Annotated[str, AfterValidator(_readable)]
"""Typed text: whole Unicode without NUL and lone surrogates, line ends as newlines."""


class Typed(BaseModel):
    """A form. Unknown fields are refused (W-14)."""

    model_config = ConfigDict(extra="forbid")


def sentences(errors: list[Any]) -> dict[str, str]:
    """Pydantic's errors as sentences, by field."""
    found: dict[str, str] = {}
    for error in errors:
        place = [str(part) for part in error["loc"] if part not in ("body", "query", "path", "header")]
        found.setdefault(".".join(place) or "form", _sentence(error))
    return found


def _sentence(error: Any) -> str:
    limits = error.get("ctx") or {}
    match error["type"]:
        case "missing" | "string_too_short" | "string_pattern_mismatch":
            least = limits.get("min_length", 1)
            if least > 1:
                return _("This needs at least %(least)s characters.") % {"least": least}
            return _("There are no words here yet.")
        case "string_too_long":
            return _("This is longer than %(most)s characters. Nothing is lost; it needs to be shorter.") % {
                "most": limits["max_length"]
            }
        case "too_long":
            return _("These are more than %(most)s.") % {"most": limits["max_length"]}
        case "value_error":
            return str(limits["error"])
        case "extra_forbidden":
            return _("Hearth does not know this field.")
        case "json_invalid":
            return _("This is not JSON that can be read.")
        case "enum" | "literal_error" | "bool_parsing" | "bool_type":
            return _("Choose one of those offered.")
        case "string_unicode":
            return _("There is a sign in here that cannot be read. Typing it anew helps.")
        case _:
            return _("This is not in a form that can be read.")
