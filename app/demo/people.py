"""Made-up people at the door: they open a place, come into groups under a name, and sit down at the desk."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.demo.cast import Person
from app.foundation.home import Home
from app.foundation.times import today
from app.groups import actions as groups
from app.groups.models import Group, Visibility
from app.members import actions as members
from app.members import queries, sessions
from app.members.keyring import Keyring
from app.members.member import DESK, Member
from app.members.models import Account, Role
from app.members.passphrases import cost_now, new_salt, stretch


class Door:
    """The way in: each act is a transaction of its own, as it would be for a person with a browser."""

    def __init__(self, home: Home) -> None:
        self.home = home

    @contextmanager
    def acting(self, person: Person) -> Iterator[tuple[Session, Member]]:
        """One transaction of this person, with their keyring open. What they do is kept at its end."""
        with self.home.database.writing() as db:
            yield db, self._member(db, person)
            db.commit()

    @contextmanager
    def outside(self) -> Iterator[Session]:
        """One transaction of somebody who has no place here."""
        with self.home.database.writing() as db:
            yield db
            db.commit()

    def _member(self, db: Session, person: Person) -> Member:
        account = db.get_one(Account, person.account_id)
        keyring = Keyring.opened(
            account.keyring, person.account_key, self.home.keys.sealing, person.account_id, account.version
        )
        memberships = queries.memberships_of(db, keyring)
        limits = queries.limits_of(db, memberships, today())
        return Member(
            keyring=keyring, keys=self.home.keys, session_hash="", session_key=b"", is_shared=True, memberships=memberships,
            account=account, account_key=person.account_key, limits=limits,
        )  # fmt: skip

    def sign_up(self, person: Person, invitation: str = "") -> None:
        """Open a place. The session that comes with it ends at once."""
        salt, cost = new_salt(), cost_now(self.home.settings)
        lock = members.Lock(salt, cost, stretch(person.passphrase, salt, cost, self.home.keys.pepper))
        with self.home.database.writing() as db:
            opened = members.sign_up(db, self.home.keys, lock, invitation, is_shared=True)
            id_hash, key = sessions.parts(opened.token) or ("", b"")
            found = queries.session_of(db, id_hash)
            assert found is not None  # noqa: S101
            person.sign_in_name, person.account_id = opened.sign_in_name, found[1].id
            person.account_key = sessions.account_key(found[0], key)
            sessions.end(db, person.account_id)
            db.commit()

    def come_in(self, person: Person, group_id: str, host: Person) -> None:
        """Join a group under the persona that was dealt, by the invitation of a host where it needs one."""
        with self.home.database.reading() as db:
            group = db.get_one(Group, group_id)
        persona = person.personas[group.slug]
        if group.visibility is Visibility.INVITED or persona.role is not Role.MEMBER:
            self._be_invited(person, group_id, persona.role, host)
        with self.acting(person) as (db, member):
            groups.join(db, member, db.get_one(Group, group_id), group.guidelines_version, persona.name)

    def _be_invited(self, person: Person, group_id: str, role: Role, host: Person) -> None:
        if host is person:
            return
        code = self.invite(host, group_id, role)
        with self.acting(person) as (db, member):
            members.accept_invitation(db, member, code)

    def invite(self, host: Person, group_id: str, role: Role) -> str:
        with self.acting(host) as (db, member):
            staff = member.in_group(DESK)
            assert staff is not None  # noqa: S101
            return groups.invite(db, staff, group_id, role, self.home.settings.invitation_days)
