"""What can be refused, in words a member understands. Raised anywhere, answered at the edge."""

from collections.abc import Mapping


class Refusal(Exception):
    """Hearth says no, kindly. Whatever the request had begun to write is rolled back."""

    status = 400
    title = "That did not work"
    kind = "about:blank"
    """By which a program knows it (RFC 9457, `type`)."""

    def __init__(self, detail: str, errors: Mapping[str, str] | None = None, way: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.way = way
        """Where a person can put it right; empty if nowhere in particular."""
        self.errors = dict(errors or {})
        """Field name to sentence, for input that can be mended."""


class SignedOut(Refusal):
    """Nobody is signed in, or no longer."""

    status = 401
    title = "Please sign in"


class Forbidden(Refusal):
    """Seen, but not theirs to do."""

    status = 403
    title = "That is not possible here"


class Foreign(Forbidden):
    """A form that another site sent. Its words are not offered back: they are not this person's."""


class Asleep(Forbidden):
    """A role that sleeps in this session, or was not confirmed just now: a second factor wakes it."""

    title = "Your role is asleep"
    kind = "urn:hearth:confirmation-needed"

    def __init__(self, detail: str, group_id: str) -> None:
        super().__init__(detail)
        self.group_id = group_id


class NotFound(Refusal):
    """What one may not see does not exist."""

    status = 404
    title = "This leads nowhere"


class Conflict(Refusal):
    """Somebody was quicker, or something changed meanwhile."""

    status = 409
    title = "Something changed meanwhile"


class Repeated(Refusal):
    """The same words once more."""

    status = 409
    title = "Sent already"


class Unfit(Refusal):
    """Typed words that cannot be taken as they are."""

    status = 422
    title = "Something needs another look"


class Busy(Refusal):
    """Too much at once. Trying again soon will do."""

    status = 503
    title = "One moment"
    retry_after_seconds = 5


class Unsure(Busy):
    """The database went away during the commit: saved or not, nobody knows. Sending it once more does it once."""

    title = "Not sure it was saved"


class TooMany(Refusal):
    """More than one place or member asks in so short a time."""

    status = 429
    title = "A little slower"

    def __init__(self, detail: str, retry_after_seconds: int, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(detail, errors)
        self.retry_after_seconds = retry_after_seconds


class BrokenSeal(Exception):
    """A sealed thing does not open: a wrong key, or bytes that were changed."""
