"""A small community on a database of its own, without a server: people with open keyrings, and their words."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.foundation import schema
from app.foundation.db import Database, open_engine
from app.foundation.ids import new_id
from app.foundation.keys import Keys
from app.foundation.sealing import new_key
from app.foundation.settings import Settings
from app.groups import actions as groups
from app.groups.forms import NewGroup
from app.groups.models import Group
from app.members.keyring import Keyring
from app.members.member import DESK, Member
from app.members.models import Account, Membership
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge_line
from app.moderation.letters import skeleton
from app.moderation.models import Case
from app.stories import actions as stories
from app.stories.forms import ReplyForm, StoryForm
from app.stories.models import Reply, Story
from app.stories.queries import open_case

ITEMS = [
    {"id": "kindness", "title": "Be kind", "text": "Answer as you would like to be answered."},
    {"id": "keep-it-here", "title": "What is said here stays here", "text": "Leave out who and where."},
]


@dataclass
class Community:
    """Two groups and a desk."""

    db: Session
    keys: Keys

    def group(self, slug: str, visibility: str = "members") -> Group:
        form = NewGroup.model_validate(
            {
                "slug": slug,
                "name": slug.replace("-", " "),
                "purpose": "A place to talk in the evening.",
                "prompt": "How was today?",
                "items": ITEMS,
                "kind": "recovery",
                "visibility": visibility,
            }
        )
        return groups.open_group(self.db, Membership(id=new_id()), form)

    def person(self) -> Member:
        """Somebody who has not joined anything."""
        account = Account(id=new_id(), version=new_id())
        return Member(Keyring("calm-river-stone"), self.keys, "", new_key(), False, [], [], account, new_key())

    def join(self, member: Member, group_id: str, persona: str, *roles: str) -> Membership:
        membership = Membership(
            id=new_id(), group_id=group_id, persona=persona, skeleton=skeleton(persona), roles=list(roles),
            claim_hash="0" * 64, nullifier=member.keyring.nullifier(group_id), guidelines_version=1,
        )  # fmt: skip
        membership.words_judged(judge_line(Guidelines(), persona), group_id)
        self.db.add(membership)
        self.db.flush()
        member.memberships.append(membership)
        return membership

    def member_of(self, group: Group, persona: str, *roles: str) -> Member:
        member = self.person()
        self.join(member, group.id, persona, *roles)
        return member

    def at_the_desk(self, persona: str, role: str = "moderator") -> Member:
        member = self.person()
        self.join(member, DESK, persona, role)
        return member

    def story(self, author: Member, group: Group, body: str, title: str = "Tonight") -> Story:
        """Words sent as they are: out, or with a person."""
        sent = stories.share(self.db, author, group, StoryForm(title=title, body=body, as_is=True))
        assert isinstance(sent.telling, Story)
        return sent.telling

    def reply(self, author: Member, story: Story, body: str) -> Reply:
        sent = stories.reply(self.db, author, story.id, ReplyForm(body=body, as_is=True))
        self.db.refresh(story)
        return self.db.get_one(Reply, sent.id)

    def edit(self, author: Member, story: Story, body: str) -> None:
        stories.change_story(self.db, author, story, StoryForm(title="Tonight", body=body, as_is=True))

    def case_about(self, telling: Story | Reply) -> Case:
        case = open_case(self.db, telling.id)
        assert case is not None
        return case


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and nothing in it, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "hearth.db"
    engine = open_engine(Settings(database_url=f"sqlite:///{file}"))
    schema.upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture
def community(tmp_path: Path, empty: Path) -> Iterator[Community]:
    shutil.copy(empty, tmp_path)
    database = Database(open_engine(Settings(database_url=f"sqlite:///{tmp_path}/hearth.db")))
    with database.writing() as db:
        groups.make_desk(db)
        yield Community(db, Keys(new_key(), new_key(), new_key()))
    database.engine.dispose()


@pytest.fixture
def group(community: Community) -> Group:
    return community.group("evening")


@pytest.fixture
def author(community: Community, group: Group) -> Member:
    return community.member_of(group, "Quiet Heron")


@pytest.fixture
def staff(community: Community) -> Member:
    return community.at_the_desk("North Lamp")
