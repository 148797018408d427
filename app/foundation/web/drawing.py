"""How templates become pages: our sentences are translated when a template is compiled, once, not each time it is drawn."""

from collections.abc import MutableMapping
from typing import Any

from jinja2 import Environment, nodes

from app.foundation.language import gettext

SAYS = ("_", "gettext")


class Drawing(Environment):
    """A Jinja environment for a site that speaks one language. Three things are done once instead of at each drawing:
    sentences without gaps are looked up, files are asked whether they changed, globals are put together
    (docs/decisions/0014-the-fast-lane.md has the figures)."""

    def _generate(self, source: nodes.Template, *args: Any, **more: Any) -> str:
        for call in list(source.find_all(nodes.Call)):
            sentence = _sentence(call)
            if sentence is not None:
                # A call with a filled place is one node; it becomes another in place, as nobody knows its parent.
                call.__class__ = nodes.MarkSafe  # type: ignore[assignment]
                call.__dict__.clear()
                nodes.MarkSafe.__init__(call, nodes.Const(gettext(sentence) % {}), environment=self)
        return super()._generate(source, *args, **more)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def _sentence(call: nodes.Call) -> str | None:
    """The sentence of a call that says one and fills nothing in."""
    if not (isinstance(call.node, nodes.Name) and call.node.name in SAYS and len(call.args) == 1):
        return None
    first = call.args[0]
    is_plain = not (call.kwargs or call.dyn_args or call.dyn_kwargs) and isinstance(first, nodes.Const)
    return str(first.value) if is_plain and isinstance(first, nodes.Const) else None
