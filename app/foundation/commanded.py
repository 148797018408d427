"""The database as a command has it: of the schema that is expected, or a sentence and the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from sqlalchemy.orm import Session

from app.foundation import schema
from app.foundation.db import Database, open_engine
from app.foundation.errors import Refusal
from app.foundation.settings import settings


@contextmanager
def database(*, writes: bool = True) -> Iterator[Session]:
    """A transaction, committed at its end. What is refused ends the command with the reasons, and nothing is written."""
    opened = Database(open_engine(settings()))
    try:
        if not schema.is_current(opened.engine):
            stop(
                "The database does not answer, or its schema is not the one this version expects. To look: hearth verify"
            )
        with opened.writing() if writes else opened.reading() as db:
            yield db
            if writes:
                db.commit()
    except Refusal as wrong:
        stop("\n".join([wrong.detail, *(f"{field}: {sentence}" for field, sentence in wrong.errors.items())]))
    finally:
        opened.engine.dispose()


def stop(why: str) -> NoReturn:
    """End a command that cannot go on, saying why."""
    typer.echo(why, err=True)
    raise typer.Exit(1)
