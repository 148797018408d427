"""What may be typed, and what is said when it cannot be taken. Knows nothing of the web."""

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from app.foundation.errors import Unfit
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


Form = TypeVar("Form", bound=BaseModel)


def checked(model: type[Form], values: dict[str, Any]) -> Form:
    """A form with these values. Raises Unfit with a sentence for each field that needs another look."""
    try:
        return model.model_validate(values)
    except ValidationError as wrong:
        raise Unfit(_("Something needs another look."), sentences(wrong.errors())) from wrong


def sentences(errors: list[Any]) -> dict[str, str]:
    """Pydantic's errors as sentences, by field; `form` for what concerns the whole."""
    found: dict[str, str] = {}
    for error in errors:
        found.setdefault(".".join(map(str, error["loc"])) or "form", _sentence(error))
    return found


def _sentence(error: Any) -> str:
    limits = error.get("ctx") or {}
    match error["type"]:
        case "missing" | "too_short" | "string_too_short" | "string_pattern_mismatch":
            least = limits.get("min_length", 1)
            if least > 1:
                return _("This needs at least %(least)s characters.") % {"least": least}
            return _("There are no words here yet.")
        # A limit that stands behind a validator of ours loses its "string_" in Pydantic.
        case "string_too_long" | "too_long" if isinstance(error["input"], str):
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
