"""A prepared statement that fails does so as any other would: what a fault means is decided in one place (U-11)."""

from typing import Any

import pytest
from sqlalchemy import bindparam, event, exc, func, select

from app.foundation.prepared import Prepared, insertion
from app.members.models import Account, PrivateRow
from tests.conftest import Running

_ROW = insertion(PrivateRow)
_COUNTED = Prepared(select(func.count()).where(Account.id >= bindparam("least")))


def test_what_the_database_refuses_is_said_as_ever(hearth: Running) -> None:
    with hearth.database.writing() as db:
        _ROW.run(db.connection(), tag="a" * 32, id="b" * 32, sealed=b"x")
        with pytest.raises(exc.IntegrityError):
            _ROW.run(db.connection(), tag="a" * 32, id="b" * 32, sealed=b"x")


def test_a_fault_that_comes_with_the_rows_is_told_to_the_house(on_sqlite: Running) -> None:
    opened, told = on_sqlite.database, list[str]()
    event.listen(opened.engine, "handle_error", lambda happened: told.append(str(happened.original_exception)))
    with opened.reading() as db:
        driver: Any = db.connection().connection.dbapi_connection
        driver.set_progress_handler(lambda: 1, 1)
        try:
            with pytest.raises(exc.OperationalError):
                _COUNTED.rows(db.connection(), least="")
        finally:
            driver.set_progress_handler(None, 1)
    assert told == ["interrupted"]
