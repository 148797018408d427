"""What members and the desk do beside telling and deciding, through the rooms' own actions and each act by itself."""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from itertools import pairwise

from app.care import actions as care
from app.care import buddies, wishes
from app.care.forms import DutyForm
from app.demo.agenda import Agenda
from app.demo.backstage import Asked, Desk, FromOutside, GroupRule, Hours
from app.demo.cast import Person
from app.demo.people import Door
from app.demo.telling import DESK_FILE
from app.desk import actions as desk
from app.desk import outside, talking
from app.desk.outside_forms import OutsideForm
from app.desk.queries import case_for
from app.foundation.ids import new_id
from app.foundation.times import today
from app.groups import ruling
from app.groups.models import Group
from app.members.member import DESK, Member
from app.members.models import Membership
from app.stories import queries

DAYS_A_WEEK = 7
SETTLED_IN = timedelta(days=2)
"""After the last of the desk came in."""
ANSWERED = timedelta(hours=3)


class Caretakers:
    """Puts on the agenda what stands in the desk's file."""

    def __init__(self, door: Door, agenda: Agenda, told: Desk, people: Sequence[Person], rng: random.Random) -> None:
        self._door, self._agenda, self._told, self._rng = door, agenda, told, rng
        self._people = {(slug, p.name): person for person in people for slug, p in person.personas.items()}
        self._desk = [person for person in people if DESK_FILE in person.personas]

    def begin(self, group_ids: Mapping[str, str]) -> None:
        """`group_ids` are those that are told of, by their slug: what concerns another group is left out."""
        opened, now = self._agenda.now, self._agenda.ends
        for first, second in list(pairwise(self._desk))[:1]:
            self._agenda.at(opened + SETTLED_IN, partial(self._be_buddies, first, second))
        for hours in self._told.hours:
            self._agenda.at(opened + SETTLED_IN, partial(self._take_duty, hours))
        for rule in self._told.rules:
            if rule.group in group_ids:
                self._agenda.at(now - timedelta(days=rule.ago), partial(self._rule, group_ids[rule.group], rule))
        for asked in self._told.asked:
            if asked.group in group_ids:
                self._agenda.at(asked.moment(now), partial(self._ask, group_ids[asked.group], asked))
        for notice in self._told.outside:
            self._agenda.at(now - timedelta(days=notice.ago), partial(self._tell_of, notice))

    def wish(self, person: Person) -> None:
        """Keep what this person wants the desk to know on a bad day."""
        for wished in self._told.wished:
            if wished.account is person.account:
                with self._door.acting(person) as (db, member):
                    wishes.keep(db, member, wished.wishes)

    def _be_buddies(self, first: Person, second: Person) -> None:
        with self._door.acting(second) as (_db, member):
            whom = _seat(member).id
        with self._door.acting(first) as (db, member):
            buddies.ask(db, member, _seat(member), whom)
        with self._door.acting(second) as (db, member):
            buddies.agree(db, member, _seat(member))

    def _take_duty(self, hours: Hours) -> None:
        with self._door.acting(self._people[DESK_FILE, hours.by]) as (db, member):
            for day in range(DAYS_A_WEEK):
                form = DutyForm(
                    day=today() + timedelta(days=day), starts=hours.starts, ends=hours.ends, every_week=True
                )
                care.take_duty(db, _seat(member), form)

    def _rule(self, group_id: str, made: GroupRule) -> None:
        with self._door.acting(self._people[made.group, made.by]) as (db, member):
            group = db.get_one(Group, group_id)
            wanted = ruling.current(db, group)
            wanted.own.append(made.rule)
            ruling.change(db, member.in_group(group_id), group, wanted)

    def _ask(self, group_id: str, asked: Asked) -> None:
        asker = self._people[asked.group, asked.by]
        with self._door.acting(asker) as (db, member):
            talk_id = talking.ask(db, member, db.get_one(Group, group_id), asked.kind, asked.words)[0].id
        if asked.answer:
            self._agenda.after(ANSWERED, partial(self._answer, asker, talk_id, asked.answer))

    def _answer(self, asker: Person, talk_id: str, words: str) -> None:
        answers = self._rng.choice([person for person in self._desk if person is not asker])
        with self._door.acting(answers) as (db, member):
            found = queries.open_case(db, talk_id)
            case = found and case_for(db, member, found.id, to_change=True)
            assert case is not None  # noqa: S101  (it was opened with the question, and nobody else answers)
            desk.claim(db, member, case)
            talking.answer(db, member, case, words)
            talking.settle(db, member, case)

    def _tell_of(self, notice: FromOutside) -> None:
        form = OutsideForm(where=notice.where, reason=notice.reason, text=notice.text, good_faith=True)
        with self._door.outside() as db:
            outside.give(db, self._door.home.keys, new_id(), form)


def _seat(member: Member) -> Membership:
    seat = member.in_group(DESK)
    assert seat is not None  # noqa: S101  (those who do this sit at the desk)
    return seat
