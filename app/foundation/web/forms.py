"""What was typed: read once, checked, and never lost when something is missing."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Generic

from fastapi import Depends, Request
from starlette.datastructures import FormData

from app.foundation.errors import Unfit
from app.foundation.typed import Form, checked

MOST_FIELDS = 60
MOST_FIELD_BYTES = 256 * 1024
"""As it is sent: a story's 10,000 characters are 90,000 bytes in many scripts, and 120,000 in emoji."""
NEVER_KEPT = frozenset({"passphrase", "new_passphrase", "recovery_code", "csrf", "ticket", "code"})
"""Fields that are not put back into a page."""


@dataclass(slots=True)
class Posted:
    """A posted form as it came: every value of every field, in order."""

    fields: dict[str, list[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        return self.fields.get(name, [""])[-1]

    @property
    def kept(self) -> dict[str, list[str]]:
        """What can be shown back to its author: each value for itself, as it was typed."""
        return {name: list(values) for name, values in self.fields.items() if name not in NEVER_KEPT}


async def posted(request: Request) -> Posted:
    """The form of this request; empty when there is none."""
    if request.method != "POST":
        return Posted()
    async with request.form(max_fields=MOST_FIELDS, max_files=0, max_part_size=MOST_FIELD_BYTES) as data:
        found = Posted(_texts(data))
    request.state.posted = found
    return found


def _texts(data: FormData) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for name, value in data.multi_items():
        if isinstance(value, str):
            texts.setdefault(name, []).append(value)
    return texts


PostedForm = Annotated[Posted, Depends(posted)]


@dataclass(slots=True, eq=False)
class Filled(Generic[Form]):
    """A form to draw: what was typed, and for each field what is missing. Empty at the first visit."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read(model: type[Form], typed: Posted, **more: Any) -> Form:
    """Check a posted form. Raises Unfit with a sentence for each field that needs another look."""
    shape = model.model_fields
    values: dict[str, Any] = {}
    for name in shape:
        if name in typed.fields:
            many = "list" in str(shape[name].annotation)
            values[name] = typed.fields[name] if many else typed.one(name)
    return checked(model, {**values, **more})


def filled(typed: Posted, wrong: Unfit | None = None) -> Filled[Any]:
    """The form as it was typed, to be drawn again."""
    values = {n: v if len(v) > 1 else v[0] for n, v in typed.fields.items() if v and n not in NEVER_KEPT}
    return Filled(values, dict(wrong.errors) if wrong else {})
