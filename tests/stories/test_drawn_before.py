"""A page that was drawn before is the page that would be drawn now, for each reader: two servers on one database, one that
keeps what it drew and one that keeps nothing, are asked for the same pages while people write."""

import random
import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import make_url

from tests.api.village import PHONE, QUIET, joined, moderator, opened
from tests.conftest import Running, serve
from tests.people import PASSPHRASE, Person, Visitor

READERS, STEPS = 3, 30
FRESH = re.compile(r'(name="(?:csrf|writing)" type="hidden" value=")[^"]+')
"""What is new in each answer on purpose."""


@pytest.fixture(scope="module")
def forgetful(on_postgres: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Another Hearth on the same database, which keeps nothing that it drew."""
    same = {name: on_postgres.environment[name] for name in ("HEARTH_DATABASE_URL", "HEARTH_SECRETS_DIR")}
    url = make_url(same["HEARTH_DATABASE_URL"]).render_as_string(hide_password=False)
    yield from serve(tmp_path_factory.mktemp("forgetful"), url, **{**same, "HEARTH_PAGE_CACHE_MIB": "0"})


class Reading:
    """One person at both servers."""

    def __init__(self, keeps: Running, forgets: Running, person: Person) -> None:
        self.person = person
        self.at = [self._signed_in(one, person) for one in (keeps, forgets)]

    def sees(self, path: str) -> str:
        """The page, once it is the same on both servers, however often it is asked for."""
        kept, again, anew = (FRESH.sub(r"\1", str(self.at[where].open(path).page)) for where in (0, 0, 1))
        assert kept == anew, path
        assert again == anew, path
        return anew

    @staticmethod
    def _signed_in(hearth: Running, person: Person) -> Visitor:
        visitor = hearth.visitor().open("/sign-in")
        return visitor.press("Sign in", sign_in_name=person.sign_in_name, passphrase=PASSPHRASE, own_device="yes")


class Evening:
    """People in one group, and what they do there."""

    def __init__(self, people: list[Person], staff: Person, chance: random.Random) -> None:
        self.slug = next(iter(people[0].personas))
        self.people, self.staff, self.chance = people, staff, chance
        self.group = people[0].api.get(f"/groups/{self.slug}").json()["id"]
        self.stories: dict[str, Person] = {}
        for number, person in enumerate(people):
            self.stories[person.share(self.slug, f"Evening {number}", QUIET)["id"]] = person
        self.replies: dict[str, tuple[str, Person]] = {}
        self.done = 0

    @property
    def pages(self) -> list[str]:
        return [f"/groups/{self.group}", *(f"/stories/{story}" for story in self.stories)]

    def something(self) -> str:
        """One thing happens, each of them at least once; gives its name."""
        self.done += 1
        things: list[Callable[[], object]] = [
            self.reply, self.reply, self.held_reply, self.support, self.support_reply, self.take_back_support, self.change_story,
            self.change_reply, self.delete_reply, self.save, self.follow, self.mute, self.take_down, self.share,
        ]  # fmt: skip
        thing = things[self.done - 1] if self.done <= len(things) else self.chance.choice(things)
        thing()
        return thing.__name__

    def somebody(self) -> Person:
        return self.chance.choice(self.people)

    def story(self) -> str:
        return self.chance.choice(list(self.stories))

    def share(self) -> None:
        person = self.somebody()
        self.stories[person.share(self.slug, f"Once more, {self.done}", QUIET)["id"]] = person

    def reply(self) -> None:
        person, story = self.somebody(), self.story()
        self.replies[person.reply(story, f"I read it, all of it, {self.done}.")["id"]] = story, person

    def held_reply(self) -> None:
        self.somebody().reply(self.story(), f"{PHONE} {self.done}", as_is=True)

    def support(self) -> None:
        self.somebody().api.put(f"/stories/{self.story()}/support/{self.chance.choice(['with-you', 'hope'])}")

    def support_reply(self) -> None:
        if self.replies:
            self.somebody().api.put(f"/replies/{self.chance.choice(list(self.replies))}/support/hope")

    def take_back_support(self) -> None:
        self.somebody().api.delete(f"/stories/{self.story()}/support/hope")

    def change_story(self) -> None:
        story = self.story()
        body = PHONE if self.chance.random() < 0.3 else f"{QUIET} Changed, {self.done}."
        self.stories[story].api.patch(f"/stories/{story}", json={"body": body, "as_is": True})

    def change_reply(self) -> None:
        if self.replies:
            reply = self.chance.choice(list(self.replies))
            self.replies[reply][1].api.patch(f"/replies/{reply}", json={"body": f"What I meant, {self.done}."})

    def delete_reply(self) -> None:
        if self.replies:
            reply = self.chance.choice(list(self.replies))
            assert self.replies.pop(reply)[1].api.delete(f"/replies/{reply}").status_code == 204

    def save(self) -> None:
        self.somebody().api.put(f"/stories/{self.story()}/saved")

    def follow(self) -> None:
        self.somebody().api.put(f"/stories/{self.story()}/followed")

    def mute(self) -> None:
        story = self.story()
        reader = next(person for person in self.people if person is not self.stories[story])
        reader.api.put(f"/stories/{story}/muted-author")

    def take_down(self) -> None:
        if self.replies:
            reply = self.chance.choice(list(self.replies))
            _story, author = self.replies.pop(reply)
            flagger = next(person for person in self.people if person is not author)
            flagger.api.post("/flags", json={"subject": f"reply:{reply}", "reason": "unkind"})
            case = self.staff.case_about(f"reply:{reply}")
            decided = self.staff.decide(
                case["id"], "remove", guideline="kindness", note_to_author="Please be gentler here."
            )
            assert decided.status_code == 200, decided.text


def test_what_was_kept_is_what_would_be_drawn(on_postgres: Running, forgetful: Running) -> None:
    slug = opened(on_postgres)
    people = [joined(on_postgres, slug) for _n in range(READERS)]
    stranger = on_postgres.person()
    evening = Evening(people, moderator(on_postgres), random.Random(7))
    readers = [Reading(on_postgres, forgetful, person) for person in (*people, stranger)]
    before = {path: readers[0].sees(path) for path in evening.pages}
    happened = [_after(evening, readers) for _step in range(STEPS)]
    assert len(set(happened)) >= 10
    assert any(readers[0].sees(path) != page for path, page in before.items())


def _after(evening: Evening, readers: list[Reading]) -> str:
    happened = evening.something()
    for reader in evening.chance.sample(readers, 2):
        for path in evening.chance.sample(evening.pages, 2):
            reader.sees(path)
    return happened


def test_no_reader_gets_what_is_another_readers(on_postgres: Running) -> None:
    """Two who see the same words get the same pages, with tokens of their own that are new each time."""
    slug = opened(on_postgres)
    author, one, other = (joined(on_postgres, slug) for _n in range(3))
    story = author.share(slug, "Tonight", QUIET)["id"]
    at = [Reading._signed_in(on_postgres, person) for person in (one, other)]
    tokens = set[str]()
    for visitor in (*at, *at, *at):
        visitor.open(f"/stories/{story}")
        tokens |= {str(field["value"]) for field in visitor.page.select('input[name="csrf"], input[name="writing"]')}
        visitor.press("Look it over", body=f"A few words, and how many pages there were: {len(tokens)}.")
        assert visitor.status == 200, visitor.text
    assert len(tokens) == 3 * 2 * 2
