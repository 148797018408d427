"""Who is who: the personas of all groups dealt out to people. Nothing of this is stored but in their keyrings."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.demo.telling import DESK_FILE, Account, Book, Persona
from app.members.passphrases import offer

PEOPLE = 60
MOST_GROUPS = 3


@dataclass(slots=True)
class Person:
    """Somebody made up: an account to be, and a persona in each of a few groups."""

    account: Account | None = None
    personas: dict[str, Persona] = field(default_factory=dict)
    """By the group's slug."""
    passphrase: str = field(default_factory=offer)
    sign_in_name: str = ""
    account_id: str = ""
    account_key: bytes = b""

    @property
    def groups(self) -> int:
        return len(self.personas.keys() - {DESK_FILE})


def dealt(books: Sequence[Book], desk: Book, people: int, rng: random.Random) -> list[Person]:
    """So many people, each in one to three groups. Those with an account to be printed are as the files say.

    With few personas there are fewer people: nobody is without a group, but for the desk.
    """
    told = [(book.slug, persona) for book in (desk, *books) for persona in book.people]
    ready = {account: Person(account) for account in Account}
    for slug, persona in told:
        if persona.account:
            ready[persona.account].personas[slug] = persona
    others = [(slug, persona) for slug, persona in told if not persona.account]
    rng.shuffle(others)
    named = [person for person in ready.values() if person.personas]
    rest = [Person() for _ in range(min(people - len(named), len(others)))]
    for slug, persona in others:
        _least_busy(rest, slug).personas[slug] = persona
    return [*named, *(person for person in rest if person.personas)]


def _least_busy(people: list[Person], slug: str) -> Person:
    """Whoever has the fewest groups and is not in this one. More people come if all are in three."""
    free = [person for person in people if slug not in person.personas and person.groups < MOST_GROUPS]
    if not free:
        people.append(Person())
        return people[-1]
    return min(free, key=lambda person: person.groups)
