"""An answer that takes a while to make, made when the request's transaction is over: it keeps nobody from writing."""

from collections.abc import Callable

from anyio.to_thread import run_sync
from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class Later(Response):
    """Stands for the answer that `make` gives, in a thread, after what the door wrote was committed. `make` has no database."""

    def __init__(self, make: Callable[[], Response]) -> None:
        super().__init__()
        self._make = make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await run_sync(self._make)
        await answer(scope, receive, send)
