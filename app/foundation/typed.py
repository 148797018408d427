"""What may be typed, and what is said when it cannot be taken. Knows nothing of the web."""

import json
import re
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from app.foundation.errors import Refusal, Unfit
from app.foundation.language import gettext as _

UNREADABLE = re.compile("[\0\ud800-\udfff]")


def _readable(words: str) -> str:
    if UNREADABLE.search(words):
        raise ValueError(_("There is a sign in here that cannot be read. Typing it anew helps."))
    return words.replace("\r\n", "\n").replace("\r", "\n")


Words = Annotated[str, AfterValidator(_readable)]
"""Typed text: whole Unicode without NUL and lone surrogates, line ends as newlines."""


class Shaped(BaseModel):
    """What is told, and what has a shape of its own within a form. Made ready when it is first asked, as most shapes of the
    house never are by one worker: all of them together are a sixth of a start, and 2 MiB."""

    model_config = ConfigDict(defer_build=True)


class Typed(Shaped):
    """A form. Unknown fields are refused (W-14)."""

    model_config = ConfigDict(extra="forbid")


Form = TypeVar("Form", bound=BaseModel)
JSON = "application/json"


def checked(model: type[Form], values: Any) -> Form:
    """A form with these values. Raises Unfit with a sentence for each field that needs another look."""
    try:
        return model.model_validate(values)
    except ValidationError as wrong:
        raise Unfit(_("Something needs another look."), sentences(wrong.errors())) from wrong


def read_json(model: type[Form], raw: bytes, media_type: str) -> Form:
    """A form from the body of a request. Raises Unfit, and Refusal for what no reader of JSON takes."""
    if media_type.partition(";")[0].strip().casefold() != JSON:
        raise Unfit(_("Something needs another look."), {"form": _no_json()})
    try:
        return checked(model, json.loads(raw or b"null"))
    except json.JSONDecodeError as wrong:
        raise Unfit(_("Something needs another look."), {"form": _no_json()}) from wrong
    except (ValueError, RecursionError) as wrong:
        raise Refusal(_("The form or the JSON is broken off. Nothing was saved.")) from wrong


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
            return _no_json()
        case "enum" | "literal_error" | "bool_parsing" | "bool_type":
            return _("Choose one of those offered.")
        case "string_unicode":
            return _("There is a sign in here that cannot be read. Typing it anew helps.")
        case _:
            return _("This is not in a form that can be read.")


def _no_json() -> str:
    return _("This is not JSON that can be read.")
