"""The nine of the table of who may do what, and those who do beforehand what has to be done."""

from app.members.models import Role
from tests.api.village import invitation, joined, moderator, opened
from tests.conftest import Running
from tests.people import Person


class Cast:
    """Two groups, and who is in them."""

    def __init__(self, hearth: Running) -> None:
        self.hearth = hearth
        self.slug, self.other = opened(hearth), opened(hearth)
        self.elsewhere, self.stranger = joined(hearth, self.other), joined(hearth, self.other)
        self.member, self.author, self.limited, self.deleted, self.peer = (joined(hearth, self.slug) for _ in range(5))
        self.moderator = self._with_role(Role.MODERATOR, self.slug)
        self.moderator_elsewhere = self._with_role(Role.MODERATOR, self.other)
        # They look after that group too: neither role is any good here.
        code = invitation(hearth, Role.FACILITATOR, self.other)
        self.moderator_elsewhere.join(self.other, invitation=code)
        assert len(self.moderator_elsewhere.api.get("/me").json()["memberships"][0]["roles"]) > 1
        self.administrator, self.other_administrator = (self._with_role(Role.ADMINISTRATOR) for _ in range(2))
        self.colleague = moderator(hearth)

    def _with_role(self, role: Role, slug: str = "") -> Person:
        person = self.hearth.person(invitation(self.hearth, role, slug))
        person.join(slug or "desk")
        return person

    def flagged(self, story: str) -> str:
        """The case about a story that somebody told of."""
        answer = self.peer.api.post("/flags", json={"subject": f"story:{story}", "reason": "other"})
        assert answer.status_code == 202, answer.text
        case: str = self.colleague.case_about(f"story:{story}")["id"]
        return case

    @property
    def nine(self) -> list[Person]:
        """Those of `WHO`, but for the first."""
        return [
            self.elsewhere, self.member, self.author, self.moderator_elsewhere, self.moderator, self.administrator,
            self.limited, self.deleted,
        ]  # fmt: skip


def token_of(person: Person) -> str:
    """Of their session: the same for a cookie."""
    return person.api.headers["authorization"].removeprefix("Bearer ")
