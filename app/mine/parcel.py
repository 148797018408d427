"""An export as one file, made on request, sent, and gone (SECURITY.md, D-1): JSON, or a zip with readable pages too."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import Any
from weakref import WeakSet
from zipfile import ZIP_DEFLATED, ZipFile

from app.foundation.errors import Busy
from app.foundation.language import gettext as _
from app.foundation.web.templates import STATIC_FILES, drawn
from app.mine.export import Export

NAME = "notes.zip"
"""Says nothing of what is in it."""
IN_MEMORY = 16 * 1024 * 1024
"""Bytes. A larger export goes to a temporary file that has no name and is gone when it was sent."""
BITE = 64 * 1024
MOST_AT_ONCE = 4
"""Exports on their way in one process; one at a time is being made."""
ON_A_PAGE = 50
"""Stories, replies or notices on one page of the zip."""
_making = Lock()


class Parcel:
    """A finished export. It is sent once; then nothing of it is left."""

    def __init__(self, fill: Callable[[Any], None]) -> None:
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (closed when it was sent, or forgotten)
        fill(self._file)
        self.size = self._file.tell()
        self._file.seek(0)

    def __iter__(self) -> Iterator[bytes]:
        try:
            with self._file as file:
                while bite := file.read(BITE):
                    yield bite
        finally:
            _on_their_way.discard(self)


_on_their_way: WeakSet[Parcel] = WeakSet()
"""Weak: one whose sending never began, as nobody waited for it, is forgotten."""


def as_json(export: Export) -> Parcel:
    """Everything as one JSON object. Raises Busy while another export is being made."""

    def fill(file: Any) -> None:
        for piece in _pieces(export):
            file.write(piece.encode("utf-8", "surrogatepass"))

    return _made(fill)


def as_zip(export: Export) -> Parcel:
    """The JSON, and pages to read without any program but a browser. Raises Busy while another one is being made."""

    def fill(file: Any) -> None:
        with ZipFile(file, "w", ZIP_DEFLATED) as box:
            with box.open("data.json", "w", force_zip64=True) as data:
                for piece in _pieces(export):
                    data.write(piece.encode("utf-8", "surrogatepass"))
            box.write(STATIC_FILES / "hearth.css", "page.css")
            for name, html in _pages(export):
                box.writestr(name, html.encode("utf-8", "surrogatepass"))

    return _made(fill)


def _made(fill: Callable[[Any], None]) -> Parcel:
    if len(_on_their_way) >= MOST_AT_ONCE or not _making.acquire(blocking=False):
        raise Busy(_("Somebody else is taking their things along right now. Try again in a minute."))
    try:
        parcel = Parcel(fill)
    finally:
        _making.release()
    _on_their_way.add(parcel)
    return parcel


def _pieces(export: Export) -> Iterator[str]:
    yield f'{{\n"place": {_json(export.place())}'
    for name, things in export.lists().items():
        yield f',\n"{name}": ['
        for number, thing in enumerate(things()):
            yield f"{',' if number else ''}\n{_json(thing)}"
        yield "\n]"
    yield f',\n"reading": {_json(export.reading())}\n}}\n'


def _json(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False)


def _pages(export: Export) -> Iterator[tuple[str, str]]:
    """Names and texts of the pages. The first one leads to all others, so it is made last."""
    titles = {
        "stories": _("What you wrote"), "replies": _("What you answered"), "drafts": _("Drafts"),
        "notices": _("Notices"), "support": _("Gestures"), "flags": _("What you told moderators"),
        "wishes": _("My wishes, for a bad day"), "answers": _("What moderators wrote to you"),
        "appeals": _("What you asked to be looked at again"), "talks": _("You and the moderators"),
    }  # fmt: skip
    lists = export.lists()
    made = dict[str, list[str]]()
    for kind, title in titles.items():
        made[kind] = []
        for number, things in enumerate(_in_bites(lists[kind]()), 1):
            name = f"{kind}-{number}.html"
            made[kind].append(name)
            yield name, drawn("mine/taken/list.html", kind=kind, title=title, number=number, things=things)
    places = list(lists["memberships"]())
    yield "index.html", drawn(
        "mine/taken/index.html", place=export.place(), memberships=places, reading=export.reading(),
        made=[(title, made[kind]) for kind, title in titles.items() if made[kind]],
    )  # fmt: skip


def _in_bites(things: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(things)
    while bite := list(islice(rest, ON_A_PAGE)):
        yield bite
