"""What a Hearth has, whether it serves or a command looks after it."""

from app.foundation.db import Database
from app.foundation.keys import Keys
from app.foundation.settings import Settings


class Home:
    """Settings, keys and the open database: all that an act of the clock needs."""

    def __init__(self, settings: Settings, keys: Keys, database: Database) -> None:
        self.settings = settings
        self.keys = keys
        self.database = database
