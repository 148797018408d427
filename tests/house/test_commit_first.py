"""What was answered is saved: the commit comes before the answer leaves (HOUSE, "Traps")."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.foundation.db import Database, open_engine
from app.foundation.errors import Conflict
from app.foundation.keys import Keys
from app.foundation.settings import Settings
from app.foundation.web import problems
from app.foundation.web.transaction import Db, House, one_transaction

TooLate = Annotated[Session, Depends(one_transaction)]
"""The same dependency as FastAPI scopes it by itself: what the house must not do."""


class Noting(Database):
    """A database that notes commits, and whose disk can be full."""

    def __init__(self, file: Path) -> None:
        super().__init__(open_engine(Settings(database_url=f"sqlite:///{file}")))
        self.happened: list[str] = []
        self.is_full = False

    def writing(self) -> Session:
        session = super().writing()
        really = session.commit

        def commit() -> None:
            self.happened.append("commit")
            if self.is_full:
                raise OperationalError("COMMIT", {}, Exception("disk full"))
            really()

        session.commit = commit  # type: ignore[method-assign]
        return session


class Listening:
    """Notes when an answer begins to leave."""

    def __init__(self, app: ASGIApp, happened: list[str]) -> None:
        self.app, self.happened = app, happened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def heard(message: Message) -> None:
            self.happened.append(message["type"])
            await send(message)

        await self.app(scope, receive, heard)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Noting]:
    made = Noting(tmp_path / "notes.db")
    with made.engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (words TEXT PRIMARY KEY) WITHOUT ROWID"))
    yield made
    made.engine.dispose()


@pytest.fixture
def client(database: Noting) -> TestClient:
    app = FastAPI()
    app.state.house = House(Settings(), Keys(b"p", b"s", b"k"), database)
    problems.install(app)

    @app.post("/api/note")
    def note(db: Db) -> dict[str, str]:
        return _noted(db)

    @app.post("/api/note-late")
    def note_late(db: TooLate) -> dict[str, str]:
        return _noted(db)

    @app.post("/api/think-again")
    def think_again(db: Db) -> Any:
        _noted(db)
        raise Conflict("Not after all.")

    app.add_middleware(Listening, happened=database.happened)
    return TestClient(app, raise_server_exceptions=False)


def _noted(db: Session) -> dict[str, str]:
    db.execute(text("INSERT INTO notes VALUES ('kept')"))
    return {"status": "saved"}


def _kept(database: Noting) -> int:
    with database.engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM notes")) or 0)


def test_the_commit_comes_before_the_answer(client: TestClient, database: Noting) -> None:
    assert client.post("/api/note").json() == {"status": "saved"}
    assert database.happened[:2] == ["commit", "http.response.start"]
    assert database.happened.count("commit") == 1
    assert _kept(database) == 1


def test_who_asked_is_not_told_it_was_saved_when_it_was_not(client: TestClient, database: Noting) -> None:
    database.is_full = True
    answer = client.post("/api/note")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "saved" not in answer.text
    assert _kept(database) == 0


def test_this_test_would_notice_a_commit_that_comes_too_late(client: TestClient, database: Noting) -> None:
    database.is_full = True
    answer = client.post("/api/note-late")
    assert answer.status_code == 200
    assert database.happened.index("http.response.start") < database.happened.index("commit")
    assert _kept(database) == 0


def test_a_refusal_takes_everything_back(client: TestClient, database: Noting) -> None:
    assert client.post("/api/think-again").status_code == 409
    assert "commit" not in database.happened
    assert _kept(database) == 0
