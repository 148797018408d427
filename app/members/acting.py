"""Whoever writes most: who they are and what they do, in one thread (docs/decisions/0014-the-fast-lane.md)."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.foundation.times import today
from app.foundation.typed import read_json
from app.foundation.web.transaction import a_session, house
from app.members import queries, sessions
from app.members.deps import bearer_token, no_token, sat
from app.members.member import Speaker, Stands
from app.members.once import LONGEST_KEY, Once

Form = TypeVar("Form", bound=BaseModel)
Act = Callable[[Session, Speaker[Stands], Once, Form], Response]


class Acting:
    """The guard of a quick door that writes, for programs: nothing is done but by what it gives."""

    def __init__(self, request: Request, token: str, key: str, body: bytes) -> None:
        self._home = house(request)
        self._token, self._key, self._body = token, key, body
        self._media_type = request.headers.get("content-type", "")
        self._what = f"{request.method} {request.scope['path']} {body.decode('utf-8', 'replace')}"

    async def done(self, form: type[Form], act: Act[Form]) -> Response:
        """What `act` answers, once what it did is committed. Raises SignedOut if the token opens nothing, Unfit for a body
        that is no such form, and whatever `act` raises: then nothing was done."""
        async with a_session(self._home, writes=True, quickly=True) as db:
            return await self._home.quick.do(partial(self._do, db, form, act))

    def _do(self, db: Session, form: type[Form], act: Act[Form]) -> Response:
        speaker = self._speaker(db)
        typed = read_json(form, self._body, self._media_type)
        return act(db, speaker, Once.begun(db, speaker, self._key, self._what), typed)

    def _speaker(self, db: Session) -> Speaker[Stands]:
        found = sat(self._home, db, self._token)
        if found is None:
            raise no_token()
        seat, opened, session_key = found
        used = sessions.touched(seat, opened.times, opened.account_key)
        if used:
            queries.note_use(db, seat.id_hash, seat.sealed_times, used)
        stands = queries.stands_of(db, opened.keyring)
        return Speaker(
            opened.keyring, self._home.keys, seat.id_hash, session_key, opened.times.is_shared, stands,
            queries.limits_of(db, stands, today()), powers=opened.times.powers(self._home.settings),
        )  # fmt: skip


async def acting(
    request: Request,
    token: Annotated[str, Depends(bearer_token)],
    idempotency_key: Annotated[str, Header(max_length=LONGEST_KEY)] = "",
) -> Acting:
    return Acting(request, token, idempotency_key, await request.body())


ActingDep = Annotated[Acting, Depends(acting)]
