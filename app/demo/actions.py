"""How the demo is filled: act after act in the order of time, each through the rooms' own actions.

The judge has its word in all of it. What it makes otherwise than a file says stays as the judge says.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine

from app.demo.agenda import Agenda
from app.demo.backstage import desk
from app.demo.caretakers import Caretakers
from app.demo.cast import PEOPLE, Person, dealt
from app.demo.people import Door
from app.demo.plot import Plot
from app.demo.telling import DESK_FILE, OLDEST_DAYS, WITH_FLAG, Account, Book, Story
from app.demo.voices import Told, Voices
from app.foundation import times
from app.foundation.errors import Conflict
from app.groups import actions as groups
from app.groups.queries import named_by_slug
from app.members.member import DESK
from app.members.models import Role
from app.notifications import actions as notifications
from app.stories.models import ContentNote
from app.upkeep import actions as upkeep

SEED = 7
"""Who answers whom and when is the same each time; ids, keys and passphrases never are."""
DAYS_BEFORE = 5
"""Between the first administrator and the first story."""
QUIET_SINCE_DAYS = 60
"""Those who only read came in within so many days."""
READ_DAYS_AGO = 3
"""The printed accounts have read their notices up to then."""
SAVED_STORIES = 3


class Demo:
    """An empty database on its way to a living place. `ready` are the people whose accounts are printed."""

    def __init__(self, door: Door, books: Sequence[Book], people: int = PEOPLE) -> None:
        rng = random.Random(SEED)  # noqa: S311  (made-up lives, nothing secret)
        self._door, self._books, self._rng = door, books, rng
        self.now = times.now()
        self._begins = self.now - timedelta(days=OLDEST_DAYS + DAYS_BEFORE)
        self._agenda = Agenda(self._begins, self.now)
        self._desk = desk()
        self._people = dealt(books, self._desk, people, rng)
        self._voices = Voices(door)
        self._plot = Plot(self._agenda, self._voices, self._people, rng)
        self._caretakers = Caretakers(door, self._agenda, self._desk, self._people, rng)
        self.ready = {person.account: person for person in self._people if person.account}
        self.whole = len(self._people) + sum(len(book.tellings) for book in books)
        """How many people and stories and replies there will be."""

    @property
    def people(self) -> int:
        return len(self._people)

    def fill(self, owner: Engine) -> Iterator[int]:
        """Let it all happen. Gives again and again how many of `whole` there are. Raises Conflict, before it does
        anything, for a database that has members."""
        with times.as_of(self._begins):
            first_code = self._prepare(owner)
        self._agenda.at(self._begins, partial(self._sign_up, self._host, first_code))
        for person in self._people:
            if person is not self._host:
                self._agenda.at(self._first_day(person), partial(self._sign_up, person))
        for book in self._books:
            for story in book.stories:
                within = timedelta(minutes=self._rng.randrange(60))
                self._plot.begin(book.slug, self._group_ids[book.slug], story, story.moment(self.now) + within)
        self._caretakers.begin(self._group_ids)
        for _act in self._agenda.run():
            yield sum(bool(person.account_id) for person in self._people) + len(self._plot.told)

    @property
    def _host(self) -> Person:
        """The first administrator, who invites the others where an invitation is needed."""
        return self.ready[Account.ADMINISTRATOR]

    def _prepare(self, owner: Engine) -> str:
        home = self._door.home
        code = upkeep.prepare(home.database, owner, home.settings.model_copy(update={"seed": False}))
        if code is None:
            raise Conflict("This database has members. The demo fills an empty one.")
        with home.database.writing() as db:
            groups.seed(db, frozenset(book.slug for book in self._books if not named_by_slug(db, book.slug)))
            db.commit()
            found = {book.slug: named_by_slug(db, book.slug) for book in self._books}
        self._group_ids = {slug: group.id for slug, group in found.items() if group} | {DESK_FILE: DESK}
        return code

    def _first_day(self, person: Person) -> datetime:
        return min(self._first_word(slug, persona.name) for slug, persona in person.personas.items()) - timedelta(
            hours=6
        )

    def _first_word(self, slug: str, name: str) -> datetime:
        """When somebody is first needed in a group; whoever never speaks there came in some time lately."""
        if slug == DESK_FILE:
            return self._begins + timedelta(days=int(name != self._host.personas[DESK_FILE].name))
        book = next(book for book in self._books if book.slug == slug)
        moments = [
            story.moment(self.now) + timedelta(hours=getattr(telling, "after", 0))
            for story in book.stories
            for telling in (story, *story.replies)
            if name in (telling.by, telling.flag.by if telling.flag else "")
        ]
        moments += self._desk.moments(slug, name, self.now)
        lately = self.now - timedelta(days=self._rng.randint(1, QUIET_SINCE_DAYS))
        return min(moments, default=lately)

    def _sign_up(self, person: Person, invitation: str = "") -> None:
        self._door.sign_up(person, invitation)
        looks = self.now - timedelta(days=READ_DAYS_AGO)
        for slug, persona in person.personas.items():
            needed = self._first_word(slug, persona.name)
            self._agenda.at(
                needed - timedelta(minutes=self._rng.randint(20, 200)), partial(self._come_in, person, slug)
            )
            looks = max(looks, needed)
        if person.account:
            self._agenda.at(looks, partial(self._look_around, person))

    def _come_in(self, person: Person, slug: str) -> None:
        self._door.come_in(person, self._group_ids[slug], self._host)
        self._plot.came_in[slug, person.personas[slug].name] = self._agenda.now

    def _look_around(self, person: Person) -> None:
        """Notices read, groups looked at, a few stories kept, somebody folded; what comes after this is new."""
        with self._door.acting(person) as (db, member):
            notifications.mark_read(db, member)
        for slug in person.personas:
            self._voices.look(person, self._group_ids[slug])
        self._voices.fold(person, ContentNote.ABUSE)
        self._caretakers.wish(person)
        others = self._by_others(person)
        if others:
            unread = max(others, key=lambda told: told.telling.fate in WITH_FLAG)
            self._voices.rather_not_read(person, unread)
            others = [told for told in others if told.person is not unread.person]
        for told in self._to_keep(others):
            self._voices.keep(person, told)
        if person is self._host:
            for slug, group_id in self._group_ids.items():
                self._door.invite(person, group_id, Role.MODERATOR if slug == DESK_FILE else Role.MEMBER)

    def _by_others(self, person: Person) -> list[Told]:
        """What is out in this person's groups and not their own, the oldest first."""
        told = (told for told in self._plot.told if told.is_out and told.slug in person.personas)
        return [told for told in told if told.person is not person]

    def _to_keep(self, others: list[Told]) -> list[Told]:
        """The newest stories of others, before all those that will be answered once more."""
        stories = [told for told in others if told.story is None]
        return sorted(stories, key=self._is_answered_later)[-SAVED_STORIES:]

    def _is_answered_later(self, told: Told) -> bool:
        replies = told.telling.replies if isinstance(told.telling, Story) else []
        return any(told.written + timedelta(hours=reply.after) > self._agenda.now for reply in replies)
