"""A write that is sent twice is done once."""

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any, Self

from anyio.to_thread import run_sync
from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from app.foundation.db import hold_now
from app.foundation.errors import Conflict, Unfit
from app.foundation.language import gettext as _
from app.foundation.sealing import derive, mac, pad, seal, unpad, unseal
from app.foundation.times import now
from app.foundation.web.transaction import Db
from app.members import queries
from app.members.deps import ApiMember
from app.members.member import AnyReader
from app.members.models import IdempotencyKey

IDEMPOTENT_HOURS = 25
"""24 hours, and up to one more: the moment of a request is not kept."""
ANSWER_SIZES = (8 * 1024, 64 * 1024, 256 * 1024)
LONGEST_KEY = 200


class Once:
    """A write with an Idempotency-Key: repeated, it gives the first answer again and does nothing twice.

    The key's row is written in the transaction of the act itself, so that there is never one without the other.
    """

    def __init__(self, db: Session, member: AnyReader, header: str, request: str) -> None:
        self.db, self.key_mac = db, ""
        if header:
            secret = bytes.fromhex(member.keyring.person_secret)
            self.key_mac = mac(secret, "idempotency", header)
            self.request_mac = mac(secret, "request", request)
            self._key = derive(secret, "idempotent answer")

    @classmethod
    def begun(cls, db: Session, member: AnyReader, header: str, request: str) -> Self:
        """A write that begins now. Raises Answered if it was done before, Conflict while it is being done."""
        found = cls(db, member, header, request)
        if found.key_mac and not hold_now(db, f"once {found.key_mac}"):
            raise Conflict(_("The first request with this Idempotency-Key is still running."))
        earlier = found.earlier()
        if earlier:
            raise Answered(*earlier)
        return found

    def earlier(self) -> tuple[int, Any] | None:
        """The answer that was given before. Raises Unfit if the key came with another request."""
        row = queries.idempotency_key(self.db, self.key_mac) if self.key_mac else None
        if row is None or row.expires_at <= now():
            return None
        if row.request_mac != self.request_mac:
            raise Unfit(
                _("This Idempotency-Key was used for another request."), {"Idempotency-Key": _("Use a new one.")}
            )
        status, body = json.loads(unpad(unseal(self._key, row.sealed_answer, self.key_mac)))
        return int(status), body

    def answered(self, status: int, body: Any) -> JSONResponse:
        """Keep this answer, and give it."""
        if self.key_mac:
            sealed = seal(self._key, pad(json.dumps([status, body]).encode(), ANSWER_SIZES), self.key_mac)
            expires = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=IDEMPOTENT_HOURS)
            self.db.merge(IdempotencyKey(key_mac=self.key_mac, request_mac=self.request_mac, sealed_answer=sealed,
                                         expires_at=expires))  # fmt: skip
            self.db.flush()
        return JSONResponse(body, status)

    def done(self) -> Response:
        """Like `answered`, where there is nothing to say."""
        self.answered(HTTPStatus.NO_CONTENT, None)
        return _empty()


def _empty() -> Response:
    return Response(status_code=HTTPStatus.NO_CONTENT)


class Answered(Exception):
    """Not a fault: this write was done before, and here is what was answered then."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__()
        self.answer = _empty() if status == HTTPStatus.NO_CONTENT else JSONResponse(body, status)


async def once(
    request: Request, db: Db, member: ApiMember, idempotency_key: Annotated[str, Header(max_length=LONGEST_KEY)] = ""
) -> Once:
    """For the doors of the API that write. A repeat is answered here, before the act."""
    body = (await request.body()).decode("utf-8", "replace")
    what = f"{request.method} {request.scope['path']} {body}"
    # In a thread if the database is asked, as for a locked row it may wait.
    return (
        await run_sync(Once.begun, db, member, idempotency_key, what) if idempotency_key else Once(db, member, "", what)
    )


OnceDep = Annotated[Once, Depends(once)]
