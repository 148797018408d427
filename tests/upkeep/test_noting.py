"""A note in passing, that a reader leaves behind, waits for nobody who writes."""

import time

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from app.foundation.turns import Turn
from tests.upkeep.indoors import Indoors

MOST_SECONDS = 1.5
"""Of a tenth of a second, on a busy machine; without a bound it would be three, or five."""


def test_a_note_is_left_out_when_somebody_else_is_writing(house: Indoors) -> None:
    noted = update(Turn).values(held_by=None)
    house.sql("INSERT INTO turns (name) VALUES ('one')")
    with house.home.database.writing() as writer, house.home.database.noting() as reader:
        writer.execute(noted)
        begun = time.monotonic()
        with pytest.raises(OperationalError):
            reader.execute(noted)
        assert time.monotonic() - begun < MOST_SECONDS
