"""What an operator is told when a command or a start cannot go on."""


class Trouble(Exception):
    """Why it stopped, as sentences for an operator. Nothing was changed, unless they say so."""

    def __init__(self, said: str, event: str = "") -> None:
        super().__init__(said)
        self.event = event
        """The class of what happened, for the log: no words, no paths."""
