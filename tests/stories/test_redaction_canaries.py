"""Names, numbers and addresses that were taken out, by their author or by a moderator, are looked for wherever anybody reads."""

import itertools
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, NamedTuple

import httpx

from tests.api.pages import at_a_browser
from tests.api.village import invitation, joined, moderator, opened
from tests.conftest import Running
from tests.live.ear import Ear
from tests.mine.going import in_files, raw_files, shapes
from tests.people import NO_TLS, PASSPHRASE, Person

AROUND = "I walked to the pier and thought of all of you."
GIVEN, FAMILY = ("Martin", "Gerald", "Marjorie", "Leonard"), ("Abernathy", "Hutchinson", "Fitzgerald", "Whitaker")
NAMES = itertools.product(GIVEN, FAMILY)


class Canaries(NamedTuple):
    """Somebody's number, address, name and by-name, such as nobody else has."""

    phone: str
    mail: str
    name: str
    by_name: str

    @classmethod
    def fresh(cls) -> "Canaries":
        by_name = "".join(secrets.choice("bdfghklmnprst") + secrets.choice("aeiou") for _ in range(8))
        phone, mail = f"07700 {900_000 + secrets.randbelow(90_000)}", f"{secrets.token_hex(8)}@example.org"
        return cls(phone, mail, " ".join(next(NAMES)), by_name)

    @property
    def body(self) -> str:
        return f"{AROUND} My sponsor {self.name} is on {self.phone}, or {self.mail} late."

    def places(self, field: str, text: str) -> list[dict[str, Any]]:
        return [
            {"field": field, "start": text.index(one), "end": text.index(one) + len(one)} for one in self if one in text
        ]

    def in_what(self, text: str) -> set[str]:
        """Which of them stand in a text, as they are or spelled in another way."""
        return {one for one in self if any(shape in text.encode() for shape in shapes(one))}


class Scene(NamedTuple):
    hearth: Running
    slug: str
    author: Person
    staff: Person
    told: Canaries


Way = Callable[[Scene], list[str]]
"""Plants the canaries and takes them out again; gives what readers see afterwards, as addresses of the API."""


def _suggestions_taken_on_a_page(scene: Scene) -> list[str]:
    group = scene.author.api.get(f"/groups/{scene.slug}").json()["id"]
    page = at_a_browser(scene.hearth, scene.author).open(f"/groups/{group}/write")
    page.press("Look it over", title="The pier", body=scene.told.body)
    while "Use that" in page.text:
        page.press("Use that")
    page.press("Share it")
    return [f"/stories/{page.path.rsplit('/', 1)[1]}"]


def _suggestions_taken_by_a_program(scene: Scene) -> list[str]:
    story = scene.author.share(scene.slug, "The pier", scene.told.body)
    answered = scene.author.share(scene.slug, "An evening", AROUND)["id"]
    reply = scene.author.reply(answered, scene.told.body)
    found = story["verdict"]["findings"]
    assert [f["rule"] for f in found] == [f["rule"] for f in reply["verdict"]["findings"]]
    mended = scene.told.body
    for place in reversed(found):
        mended = mended[: place["start"]] + place["suggestion"] + mended[place["end"] :]
    for kind, told in (("stories", story), ("replies", reply)):
        out = scene.author.api.patch(f"/{kind}/{told['id']}", json={"body": mended}).json()
        assert (told["status"], out["status"]) == ("draft", "published")
    return [f"/stories/{story['id']}", f"/replies/{reply['id']}"]


def _redacted_while_they_waited(scene: Scene) -> list[str]:
    title = f"For {scene.told.name}"
    story = scene.author.share(scene.slug, title, scene.told.body, as_is=True)
    answered = scene.author.share(scene.slug, "An evening", AROUND)["id"]
    reply = scene.author.reply(answered, scene.told.body, as_is=True)
    _redact(
        scene, f"story:{story['id']}", [*scene.told.places("title", title), *scene.told.places("body", scene.told.body)]
    )
    _redact(scene, f"reply:{reply['id']}", scene.told.places("body", scene.told.body))
    return [f"/stories/{story['id']}", f"/replies/{reply['id']}"]


def _redacted_after_readers_flagged_them(scene: Scene) -> list[str]:
    """Words that no rule finds: they were out, and a reader asks for a look."""
    body = f"{AROUND} The one with the red boat, {scene.told.by_name}, was kind."
    fellow = joined(scene.hearth, scene.slug)
    story = scene.author.share(scene.slug, "The pier", body)
    reply = scene.author.reply(story["id"], body)
    for subject in (f"story:{story['id']}", f"reply:{reply['id']}"):
        assert fellow.api.post("/flags", json={"subject": subject, "reason": "confidentiality"}).status_code == 202
        _redact(scene, subject, scene.told.places("body", body))
    return [f"/stories/{story['id']}", f"/replies/{reply['id']}"]


def _redacted_while_a_change_waited(scene: Scene) -> list[str]:
    """Readers go on with the version before: that is the one from which words are taken out."""
    body = f"{AROUND} The one with the red boat, {scene.told.by_name}, was kind."
    story = scene.author.share(scene.slug, "The pier", body)["id"]
    scene.author.api.patch(f"/stories/{story}", json={"body": f"{AROUND} Where can I get some xanax?"})
    flagged = {"subject": f"story:{story}", "reason": "confidentiality"}
    assert joined(scene.hearth, scene.slug).api.post("/flags", json=flagged).status_code == 202
    _redact(scene, f"story:{story}", scene.told.places("body", body))
    return [f"/stories/{story}"]


def _changed_after_a_redaction(scene: Scene) -> list[str]:
    """What the author gets back to change is what was left, and so is what goes out then."""
    addresses = _redacted_while_they_waited(scene)
    for address in addresses:
        page = at_a_browser(scene.hearth, scene.author).open(f"{address}/edit")
        page.press("Look it over").press("Share it")
        changed = scene.author.api.get(address).json()
        assert changed["status"] == "published"
        assert "[…]" in changed["body"]
    return addresses


def _redact(scene: Scene, subject: str, places: list[dict[str, Any]]) -> None:
    assert places
    done = scene.staff.decide(scene.staff.case_about(subject)["id"], "redact", redactions=places)
    assert done.status_code == 200, done.text


WAYS: tuple[Way, ...] = (
    _suggestions_taken_on_a_page,
    _suggestions_taken_by_a_program,
    _redacted_while_they_waited,
    _redacted_after_readers_flagged_them,
    _redacted_while_a_change_waited,
    _changed_after_a_redaction,
)


def test_what_was_taken_out_is_nowhere(hearth: Running) -> None:
    slug = opened(hearth)
    fellow, staff = joined(hearth, slug), moderator(hearth)
    elsewhere = hearth.person(invitation(hearth, slug=(other := opened(hearth))))
    elsewhere.join(other)
    scenes = {way.__name__: Scene(hearth, slug, joined(hearth, slug), staff, Canaries.fresh()) for way in WAYS}
    with closing(Ear(fellow.api)) as ear:
        addresses = {way.__name__: way(scenes[way.__name__]) for way in WAYS}
        everywhere = [address for found in addresses.values() for address in found]
        shown = [fellow.api.get(address).json() for address in everywhere]
        assert all(AROUND in told["html"] for told in shown), shown
        seen = [*_looked(hearth, fellow, slug, everywhere), *_of_the_desk(staff), *_of_the_desk(elsewhere)]
        for name, scene in scenes.items():
            seen += _looked(hearth, scene.author, slug, addresses[name], own=True)
        seen += [*_of_the_house(hearth), *_heard(ear, scenes[WAYS[0].__name__])]
    assert sum(AROUND in text for text in seen) >= 4 * len(WAYS)
    found = {name: scene.told.in_what("\n".join(seen)) for name, scene in scenes.items()}
    assert {name: canaries for name, canaries in found.items() if canaries} == {}
    assert [one for scene in scenes.values() for one in scene.told if _is_found(fellow, one)] == []
    left = in_files(raw_files(hearth), [AROUND, *(one for scene in scenes.values() for one in scene.told)])
    assert AROUND in left
    assert {name: here for name, scene in scenes.items() if (here := left.intersection(scene.told))} == {}


def _looked(hearth: Running, person: Person, slug: str, addresses: list[str], *, own: bool = False) -> Iterator[str]:
    """All that a member finds of it: by pages, by calls, by looking for its words, in what they take away."""
    group = person.api.get(f"/groups/{slug}").json()["id"]
    calls = [
        *addresses,
        f"/groups/{slug}/stories",
        "/me/stories",
        "/me/replies",
        "/me/notices",
        "/me/drafts",
        "/me/saved",
    ]
    yield from (person.api.get(call).text for call in calls)
    browser = at_a_browser(hearth, person).http
    pages = [*addresses, f"/groups/{group}", "/", "/mine", "/mine/stories", "/mine/replies", "/mine/saved", "/notices"]
    if own:
        pages += [f"{address}{at}" for address in addresses for at in ("/edit", "/state", "/delete")]
    yield from (browser.get(page).text for page in pages)
    for words in ("pier thought", "sponsor late", "robin", "07700", "example"):
        found = person.api.post("/search", json={"words": words})
        yield json.dumps(found.json())
    yield person.api.get("/me/export", headers={"X-Passphrase": PASSPHRASE}).text


def _is_found(person: Person, words: str) -> bool:
    """Whether search leads to a story or reply by these words, even if it does not show them."""
    found = person.api.post("/search", json={"words": words.replace("@", " ").replace(".", " ")})
    assert found.status_code == 200, found.text
    return bool(found.json()["items"])


def _of_the_desk(staff: Person) -> Iterator[str]:
    for status in ("open", "decided", "withdrawn"):
        listed = staff.api.get("/moderation/cases", params={"status": status, "limit": 50})
        yield listed.text
        for case in listed.json().get("items", [])[:20]:
            yield staff.api.get(f"/moderation/cases/{case['id']}").text
    yield staff.api.get("/moderation/log", params={"limit": 50}).text


def _of_the_house(hearth: Running) -> Iterator[str]:
    token = bytes.fromhex((hearth.secrets / "metrics-token").read_text().strip()).hex()
    yield httpx.get(f"{hearth.url}/metrics", headers={"Authorization": f"Bearer {token}"}, verify=NO_TLS).text
    yield hearth.log.read_text()


def _heard(ear: Ear, scene: Scene) -> Iterator[str]:
    """What came by the stream, up to an answer that certainly comes."""
    own = ear.client.post(
        f"/groups/{scene.slug}/stories", json={"title": "Mine", "body": "It rained, and I stayed in."}
    ).json()["id"]
    last = scene.author.reply(own, "I hear you. It rained here too.")["id"]
    while True:
        heard = ear.next()
        yield json.dumps(heard.said)
        if last in str(heard.said):
            return


def test_words_that_wait_are_nowhere_before_somebody_decided(hearth: Running) -> None:
    """An edit brings a number: readers go on with what was out before, until it is taken back."""
    slug = opened(hearth)
    author, fellow, told = joined(hearth, slug), joined(hearth, slug), Canaries.fresh()
    story = author.share(slug, "The pier", AROUND)["id"]
    assert author.api.patch(f"/stories/{story}", json={"body": told.body, "as_is": True}).json()["status"] == "held"
    seen = [*_looked(hearth, fellow, slug, [f"/stories/{story}"]), *_of_the_house(hearth)]
    assert sum(AROUND in text for text in seen) >= 3
    assert [text for text in seen if told.in_what(text)] == []
    assert told.in_what(author.api.get(f"/stories/{story}").text) == {told.phone, told.mail, told.name}
