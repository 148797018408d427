"""How a refusal reaches the one who asked: problem+json for programs (RFC 9457), a kind page for people."""

import logging
from contextlib import suppress
from http import HTTPStatus
from time import monotonic
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, InterfaceError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from app.foundation.errors import (
    Asleep,
    Busy,
    Conflict,
    Forbidden,
    Foreign,
    NotFound,
    Refusal,
    SignedOut,
    TooMany,
    Unfit,
)
from app.foundation.faults import WritingStopped
from app.foundation.language import gettext as _
from app.foundation.typed import sentences
from app.foundation.web.csrf import must_be_ours
from app.foundation.web.forms import Filled, Posted, posted
from app.foundation.web.openapi import PROBLEM
from app.foundation.web.templates import page
from app.foundation.web.transaction import READING

API = "/api/"
BUTTON = "do"
"""Which button was pressed: no words."""
OUR_MISTAKES = (DataError, NotSupportedError, ProgrammingError)
"""What the database says when we asked wrongly: that will not be better soon."""
QUIET_SECONDS = 10
"""A database that is gone is said once in so long: a full disk must not be filled with saying so (U-4)."""
log = logging.getLogger("hearth")


def install(app: FastAPI) -> None:
    """Every way in which a request can fail, answered in one place."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(IntegrityError, _crossed)
    for gone in (DatabaseError, InterfaceError, PoolTimeout):
        app.add_exception_handler(gone, _unavailable)
    app.add_exception_handler(WritingStopped, _stopped)
    app.add_exception_handler(Exception, broken)


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)  # noqa: S101
    refusal = _asleep(request, refusal)
    headers = {"retry-after": str(refusal.retry_after_seconds)} if isinstance(refusal, Busy | TooMany) else {}
    if request.url.path.startswith(API):
        if isinstance(refusal, SignedOut):
            headers["www-authenticate"] = "Bearer"
        return problem(refusal.status, _(refusal.title), refusal.detail, refusal.errors, headers, refusal.kind)
    if isinstance(refusal, SignedOut):
        return _to_sign_in(request, refusal)
    if isinstance(refusal, Asleep):
        return _to_confirm(request, refusal)
    return _kind_page(
        request,
        refusal.status,
        _(refusal.title),
        refusal.detail,
        headers,
        refusal.way,
        is_foreign=isinstance(refusal, Foreign),
    )


def _asleep(request: Request, refusal: Refusal) -> Refusal:
    """What was refused only because a role sleeps says so."""
    missing = getattr(getattr(request.state, "powers", None), "missing", "")
    if not missing or isinstance(refusal, Asleep | Foreign) or not isinstance(refusal, NotFound | Forbidden):
        return refusal
    return Asleep(_("This needs your role, and that is asleep. A code of your second factor wakes it."), missing)


def problem(
    status: int,
    title: str,
    detail: str,
    errors: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    kind: str = Refusal.kind,
) -> JSONResponse:
    body: dict[str, Any] = {"type": kind, "title": title, "status": status, "detail": detail}
    if errors:
        body["errors"] = [{"field": name, "message": sentence} for name, sentence in errors.items()]
    return JSONResponse(body, status, headers, PROBLEM)


def _to_sign_in(request: Request, refusal: SignedOut) -> Response:
    if request.method in READING:
        return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", HTTPStatus.SEE_OTHER)
    kept = getattr(request.state, "posted", Posted()).kept
    if kept.keys() <= {BUTTON}:
        # Nothing to send once more, and the address may be one that only takes what is sent.
        return _sign_in_page(request, refusal, "/", {})
    return _sign_in_page(request, refusal, request.url.path, kept)


def _sign_in_page(request: Request, refusal: SignedOut, next_page: str, kept: dict[str, list[str]]) -> Response:
    return page(request, "members/sign-in.html", refusal.status, form=Filled(), next=next_page, kept=kept)


def _to_confirm(request: Request, refusal: Asleep) -> Response:
    if request.method in READING:
        way = f"/staff/{refusal.group_id}/confirm?next={quote(request.url.path)}"
        return RedirectResponse(way, HTTPStatus.SEE_OTHER)
    kept = getattr(request.state, "posted", Posted()).kept
    return page(
        request, "staff/confirm.html", refusal.status, form=Filled(), next=request.url.path, kept=kept,
        group_id=refusal.group_id, said=refusal.detail, ceremony=None, again=True,
    )  # fmt: skip


def _kind_page(
    request: Request,
    status: int,
    title: str,
    message: str,
    headers: dict[str, str],
    way: str = "",
    *,
    is_foreign: bool = False,
) -> Response:
    posted_form = getattr(request.state, "posted", Posted())
    kept = posted_form.kept
    answer = page(
        request,
        "error.html",
        status_code=status,
        status=status,
        title=title,
        message=message,
        kept=kept,
        action="" if is_foreign else request.url.path,
        token="" if is_foreign else posted_form.one("csrf"),
        onward=way,
    )
    answer.headers.update(headers)
    return answer


async def _unreadable(request: Request, wrong: Exception) -> Response:
    assert isinstance(wrong, RequestValidationError)  # noqa: S101
    if any(error["loc"][0] == "path" for error in wrong.errors()):
        return await _refused(request, NotFound(_("There is nothing here, or it is not yours to see.")))
    # The first part of a place says where it was read from; broken JSON has a position, not a field.
    errors = [{**e, "loc": () if e["type"] == "json_invalid" else e["loc"][1:]} for e in wrong.errors()]
    return await _refused(request, Unfit(_("Something needs another look."), sentences(errors)))


async def _http(request: Request, wrong: Exception) -> Response:
    assert isinstance(wrong, HTTPException)  # noqa: S101
    said = {
        400: (_("That could not be read"), _("The form or the JSON is broken off. Nothing was saved.")),
        403: (_(Forbidden.title), _("That is not possible here.")),
        404: (_(NotFound.title), _("There is nothing here, or it is not yours to see.")),
        405: (_("Not this way"), _("This page cannot be used like that.")),
        413: (_("That is too much at once"), _("A story has room for 10,000 characters. Nothing was saved.")),
    }
    title, detail = said.get(wrong.status_code, (HTTPStatus(wrong.status_code).phrase, _("That did not work.")))
    if request.url.path.startswith(API):
        return problem(wrong.status_code, title, detail, headers=dict(wrong.headers or {}))
    return _kind_page(request, wrong.status_code, title, detail, dict(wrong.headers or {}))


async def _crossed(request: Request, _wrong: Exception) -> Response:
    """Two requests at once wanted to write the same row, or one wrote about what the other took away."""
    log.error("rows crossed")
    detail = _("Something else happened to this at the same moment. Nothing was saved; please send it once more.")
    return await _refused(request, Conflict(detail))


async def _unavailable(request: Request, wrong: Exception) -> Response:
    if isinstance(wrong, OUR_MISTAKES):
        raise wrong
    _say("database not available")
    return await not_now(
        request, Busy(_("Hearth cannot save or read just now. Your words are still here. Try again soon."))
    )


async def _stopped(request: Request, _wrong: Exception) -> Response:
    return await not_now(
        request,
        Busy(_("Hearth can be read, but saves nothing until somebody has looked after it. Your words are still here.")),
    )


async def not_now(request: Request, refusal: Refusal) -> Response:
    """The typed words come back although nobody could look who sent them."""
    if request.method not in READING and not request.url.path.startswith(API):
        with suppress(HTTPException):
            request.state.posted = getattr(request.state, "posted", None) or await posted(request)
        try:
            must_be_ours(request)
        except Foreign as foreign:
            return await _refused(request, foreign)
    return await _refused(request, refusal)


def _say(what: str) -> None:
    if monotonic() - _said.get(what, -QUIET_SECONDS) >= QUIET_SECONDS:
        _said[what] = monotonic()
        log.error(what)


_said: dict[str, float] = {}
"""When a thing was last said, by the clock that nobody sets."""


async def broken(request: Request, _wrong: Exception) -> Response:
    """The same page for every fault. What it was stands in the log, without words."""
    detail = _("Something broke on our side. Nothing you did was wrong. What was saved before is still there.")
    if request.url.path.startswith(API):
        return problem(500, _("Something broke"), detail)
    return _kind_page(request, 500, _("Something broke"), detail, {})
