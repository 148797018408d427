"""A stage for the table of who may do what: nine people before the doors, and what they hear at each."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from string import Template
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest
from fastapi import FastAPI
from sqlalchemy import event

from app.foundation.sealing import digest
from app.foundation.web import tickets
from app.foundation.web.csrf import masked
from app.members.member import csrf_secret
from app.members.sessions import parts

WHO = (
    "signed out", "member of another group", "member", "author", "moderator of another group", "moderator",
    "administrator", "limited", "deleted",
)  # fmt: skip
"""The order of the cells in a row."""
IN, IN_VAIN, SIGN_IN, NO, NOTHING = "y", "o", "s", "n", "-"
LET_IN = frozenset({200, 201, 202, 204, 303, 409, 422})
"""What is said once it is decided that one may: done, or not as things stand, or not in these words."""
OF_THE_STAGE = (
    "group", "slug", "story", "told", "held", "danger", "case", "danger_case", "danger_mark", "limited_case", "persona", "peer",
    "talk", "notice", "role_proposal", "duty", "entry",
)  # fmt: skip
"""What stands in an answer that shows anything of the group, or of what some of the nine alone may know."""
TIMEOUT = 30


_FILE = tomllib.loads((Path(__file__).parent / "who_may_asked.toml").read_text())
THINGS: dict[str, str] = _FILE.pop("things")
"""What stands in an address by the names of its parts, unless a row says something else."""
ASKED: dict[str, dict[str, Any]] = {row: asked for part in _FILE.values() for row, asked in part.items()}


def door_of(row: str) -> str:
    """A row is named by its door, and after a bar by the thing that is asked for, if that is another than usual."""
    return row.partition(" | ")[0]


class Answer(NamedTuple):
    status: int
    location: str
    words: str


def _begun(stream: HTTPResponse) -> bytes:
    """How long to wait before coming again, which each stream says first, and its first event."""
    heard = b""
    while heard.count(b"\n\n") < 2:
        piece = stream.read1()
        assert piece, heard
        heard += piece
    stream.close()
    return heard


@dataclass
class Stage:
    """Who comes to the doors, by the names of `WHO`, and what the doors lead to, by names that requests use."""

    url: str
    app: FastAPI
    tokens: dict[str, str] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    """What the last request wrote."""

    @cached_property
    def http(self) -> HTTPConnection:
        return HTTPConnection(urlsplit(self.url).netloc, timeout=TIMEOUT)

    def mark(self, who: str, row: str) -> str:
        """The cell of this row for one of the nine, as the program has it now."""
        door, asked = door_of(row), ASKED.get(row, {})
        self.changed.clear()
        answer = self.answer(who, door, asked)
        if answer.status == 401 or (answer.status == 303 and answer.location.startswith("/sign-in")):
            return SIGN_IN
        if answer.status in (403, 404):
            return NO if answer.status == 403 else NOTHING
        assert answer.status in LET_IN, (row, who, answer.status)
        if "changes" in asked:
            return IN if any(done.startswith(asked["changes"]) for done in self.changed) else IN_VAIN
        if asked.get("shows") or (door.startswith("GET ") and "{" not in door and "query" not in asked):
            return IN if self._shows(answer, asked) else IN_VAIN
        return IN

    def _shows(self, answer: Answer, asked: Mapping[str, Any]) -> bool:
        """Whether an answer has anything of the stage in it, beside what was asked for by name."""
        named = str(self._filled([asked.get(part, {}) for part in ("query", "form", "json")]))
        words = f"{answer.location} {answer.words}"
        return any(self.things[name] in words for name in OF_THE_STAGE if self.things[name] not in named)

    def answer(self, who: str, door: str, asked: Mapping[str, Any]) -> Answer:
        """What somebody hears at a door. A stream is heard up to its first event."""
        method, path = door.split(" ")
        path = re.sub(
            r"\{(\w+)\}", lambda name: self._filled(asked.get("path", {}).get(name[1]) or THINGS[name[1]]), path
        )
        path += f"?{urlencode(self._filled(asked['query']))}" if "query" in asked else ""
        token, headers, body = self.tokens.get(who, ""), self._filled(asked.get("headers", {})), ""
        if path.startswith("/api/"):
            headers |= {"authorization": f"Bearer {token}"} if token else {}
            if "json" in asked:
                headers["content-type"], body = "application/json", json.dumps(self._filled(asked["json"]))
        else:
            headers |= {"cookie": f"hearth={token}"} if token else {}
            if method == "POST":
                form = {**self._of_the_page(path, token), **self._filled(asked.get("form", {}))}
                headers |= {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
                body = urlencode(form)
        return self._heard(method, path, body, headers)

    def posted(self, who: str, path: str, **form: str) -> str:
        """What a page says to whoever posts this form, and is let in."""
        answer = self.answer(who, f"POST {path}", {"form": form})
        assert answer.status < 400, (who, path, answer)
        return answer.words

    def _heard(self, method: str, path: str, body: str, headers: dict[str, str]) -> Answer:
        """Over a connection that stays, with a client that adds nothing of its own: thousands of these are sent."""
        try:
            self.http.request(method, path, body, headers)
            found = self.http.getresponse()
        except ConnectionError:  # nobody said anything for so long that the server hung up
            self.http.close()
            self.http.request(method, path, body, headers)
            found = self.http.getresponse()
        is_endless = (found.getheader("content-type") or "").startswith("text/event-stream")
        words = _begun(found) if is_endless else found.read()
        if is_endless:
            self.http.close()
        return Answer(found.status, found.getheader("location") or "", words.decode("utf-8", "replace"))

    def _filled(self, asked: Any) -> Any:
        """`$name` becomes the thing of that name, wherever it stands."""
        if isinstance(asked, dict):
            return {name: self._filled(one) for name, one in asked.items()}
        if isinstance(asked, list):
            return [self._filled(one) for one in asked]
        return Template(asked).substitute(self.things) if isinstance(asked, str) else asked

    def _of_the_page(self, path: str, token: str) -> dict[str, str]:
        """What only the real page had: the session's token, and the tickets of what is to be sent."""
        split, signing = parts(token), self.app.state.house.keys.signing
        return {
            "csrf": masked(csrf_secret(split[1])) if split else "",
            "writing": tickets.issue(signing, f"writing {path.removesuffix('/reply')} {digest(token)}"),
            "ticket": tickets.issue(signing, "sign-up" if path == "/sign-up" else "notice from outside"),
        }

    @contextmanager
    def nothing_stays(self) -> Iterator[None]:
        """Whatever is done while this lasts is taken back where it would be committed, so that no request finds what
        another did."""
        engine = self.app.state.house.database.engine

        def note(_connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
            if cursor.rowcount > 0:
                self.changed.append(statement)

        event.listen(engine, "after_cursor_execute", note)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(engine.dialect, "do_commit", engine.dialect.do_rollback)
            yield
        event.remove(engine, "after_cursor_execute", note)
