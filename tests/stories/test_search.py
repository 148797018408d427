"""Search finds what readers may see, as it is now, and nothing else: over real HTTP, on both databases."""

import pytest

from tests.api.village import ASKS, DANGER, PHONE, joined, moderator, opened, problem
from tests.conftest import Running
from tests.people import Person
from tests.stories.searches import found, look, raw_rows, turned, word

RETURNED = {"guideline": "kindness", "note_to_author": "Please say it in a kinder way."}


@pytest.fixture
def reader(hearth: Running, slug: str) -> Person:
    return joined(hearth, slug)


def test_words_are_found_in_titles_bodies_and_replies(author: Person, reader: Person, slug: str) -> None:
    rare = word()
    by_title = author.share(slug, f"About {rare}", "A quiet evening.")
    by_body = author.share(slug, "Another one", f"A quiet **{rare.upper()}**, and tea.")
    by_reply = author.reply(by_body["id"], f"I know {rare} well.")
    assert found(reader, rare) == [by_reply["id"], by_body["id"], by_title["id"]]
    items = look(reader, rare, group=slug)["items"]
    assert [(i["story"], i["reply"], i["title"]) for i in items] == [
        (by_body["id"], by_reply["id"], "Another one"), (by_body["id"], None, "Another one"),
        (by_title["id"], None, f"About {rare}"),
    ]  # fmt: skip
    assert {(i["group"], i["persona"], i["created_at"]) for i in items} == {
        (slug, author.personas[slug], by_title["created_at"])
    }
    assert [(i["snippet"], i["marks"]) for i in items] == [
        (f"I know {rare} well.", [[7, 7 + len(rare)]]), (f"A quiet {rare.upper()}, and tea.", [[8, 8 + len(rare)]]),
        ("A quiet evening.", []),
    ]  # fmt: skip


def test_what_was_typed_has_a_meaning(author: Person, reader: Person, slug: str) -> None:
    rare = word()
    one = author.share(slug, "Café", f"{rare} the long evening, and two meetings.")["id"]
    other = author.share(slug, "Walk", f"{rare} an evening that was long.")["id"]
    for words, expected in {
        f"{rare}": [other, one],
        f"{rare} evening": [other, one],
        f"{rare} meetings evening": [one],
        f'{rare} "long evening"': [one],
        f'{rare} "evening that"': [other],
        f"{rare} -meetings": [other],
        f'{rare} -"long evening"': [other],
        f"{rare} meeting": [one],
        f'{rare} "meeting"': [],
        f"{rare[:5]}": [other, one],
        f"{rare} cafe": [one],
        f"{rare} CAFÉ": [one],
        f"{rare} missing": [],
        f"-{rare}": [],
        '"': [],
        "": [],
        f'{rare}" ) OR (': [],
        f"{rare} AND evening*": [one],
    }.items():
        assert found(reader, words, group=slug) == expected, words


def test_what_waits_is_found_by_nobody_until_it_is_let_out(hearth: Running, author: Person, slug: str) -> None:
    staff, rare = moderator(hearth), word()
    waiting = author.share(slug, f"Asking {rare}", f"{ASKS} {rare}")
    urgent = author.share(slug, f"Tonight {rare}", f"{DANGER} {rare}")
    draft = author.share(slug, f"Ring me {rare}", f"{PHONE} {rare}")
    assert [waiting["status"], urgent["status"], draft["status"]] == ["held", "held", "draft"]
    for person in (author, joined(hearth, slug), staff):
        assert found(person, rare) == []
    assert raw_rows(hearth, rare) == 0
    case = staff.case_about(f"story:{waiting['id']}")
    assert staff.decide(case["id"], "publish").status_code == 200
    assert found(author, rare) == [waiting["id"]]


def test_what_was_given_back_or_taken_down_is_not_found(
    hearth: Running, author: Person, reader: Person, slug: str
) -> None:
    staff, rare = moderator(hearth), word()
    given_back = author.share(slug, "Asking", f"{ASKS} {rare}")
    assert staff.decide(staff.case_about(f"story:{given_back['id']}")["id"], "return", **RETURNED).status_code == 200
    out = author.share(slug, "Out", f"A quiet {rare}.")
    answer = reader.reply(out["id"], f"So is my {rare}.")
    assert found(reader, rare) == [answer["id"], out["id"]]
    reader.api.post("/flags", json={"subject": f"story:{out['id']}", "reason": "other"})
    assert staff.decide(staff.case_about(f"story:{out['id']}")["id"], "remove", **RETURNED).status_code == 200
    assert found(reader, rare) == []
    assert raw_rows(hearth, f"quiet {rare}") == 0


def test_words_that_were_taken_out_are_not_found(hearth: Running, author: Person, reader: Person, slug: str) -> None:
    staff, rare, secret = moderator(hearth), word(), word()
    told = author.share(slug, f"My {rare}", f"It was {secret} who said so.")
    reader.api.post("/flags", json={"subject": f"story:{told['id']}", "reason": "confidentiality"})
    case = staff.case_about(f"story:{told['id']}")
    spans = [{"field": "body", "start": 7, "end": 7 + len(secret)}]
    assert staff.decide(case["id"], "redact", redactions=spans).status_code == 200
    assert found(reader, secret) == []
    assert found(reader, rare) == [told["id"]]
    assert raw_rows(hearth, secret) == 0


def test_an_edit_changes_what_is_found_once_it_is_out(author: Person, reader: Person, slug: str) -> None:
    before, after = word(), word()
    told = author.share(slug, "Evening", f"A quiet {before}.")
    later = author.share(slug, "Later", f"{before} {after}")
    said = author.reply(told["id"], f"And {before} it was.")
    assert author.api.patch(f"/stories/{told['id']}", json={"body": f"{ASKS} {after}"}).json()["status"] == "held"
    assert found(reader, before) == [said["id"], later["id"], told["id"]]
    assert found(reader, after) == [later["id"]]
    assert author.api.patch(f"/stories/{told['id']}", json={"body": f"A loud {after}."}).json()["status"] == "published"
    author.api.patch(f"/replies/{said['id']}", json={"body": f"And {after} it is."})
    assert found(reader, before) == [later["id"]]
    assert found(reader, after) == [said["id"], later["id"], told["id"]]


def test_what_is_deleted_is_not_found_and_its_replies_neither(
    hearth: Running, author: Person, reader: Person, slug: str
) -> None:
    rare = word()
    told = author.share(slug, "Evening", f"A quiet {rare}.")
    first, second = (reader.reply(told["id"], f"So was my {rare}.")["id"] for _ in range(2))
    assert found(author, rare) == [second, first, told["id"]]
    assert reader.api.delete(f"/replies/{second}").status_code == 204
    assert found(author, rare) == [first, told["id"]]
    assert author.api.delete(f"/stories/{told['id']}").status_code == 204
    assert found(author, rare) == []
    assert raw_rows(hearth, rare) == 0


def test_other_groups_are_closed_to_search(hearth: Running, author: Person, slug: str) -> None:
    rare, open_slug = word(), opened(hearth, "open")
    closed = author.share(slug, "In here", f"A quiet {rare}.")["id"]
    author.join(open_slug)
    public = author.share(open_slug, "Out there", f"A quiet {rare}.")["id"]
    stranger, guest = hearth.person(), joined(hearth, slug)
    assert set(found(author, rare)) == {closed, public}
    assert found(stranger, rare) == [public]
    assert set(found(guest, rare)) == {closed, public}
    assert found(guest, rare, group=slug) == [closed]
    problem(stranger.api.post("/search", json={"words": rare, "group": slug}), 404)
    problem(stranger.api.post("/search", json={"words": rare, "group": "no-such-group"}), 404)
    assert guest.api.delete(f"/groups/{slug}/membership").status_code == 204
    assert found(guest, rare) == [public]


def test_a_persona_one_would_rather_not_read_is_not_found(author: Person, reader: Person, slug: str) -> None:
    rare = word()
    told = author.share(slug, "Evening", f"A quiet {rare}.")["id"]
    own = reader.share(slug, "Mine", f"My {rare}.")["id"]
    said = author.reply(own, f"And my {rare}.")["id"]
    assert found(reader, rare) == [said, own, told]
    assert reader.api.put(f"/stories/{told}/muted-author").status_code == 204
    assert found(reader, rare) == [own]


@pytest.mark.parametrize("order", ["newest", "best"])
def test_pages_are_whole_and_nothing_is_on_two_of_them(
    hearth: Running, author: Person, reader: Person, slug: str, order: str
) -> None:
    rare, second = word(), opened(hearth)
    author.join(second)
    reader.join(second)
    here = [author.share(slug, f"Evening {n}", f"{rare} " * (n % 3 + 1))["id"] for n in range(5)]
    there = [author.share(second, f"Evening {n}", f"{rare} and more")["id"] for n in range(4)]
    assert turned(reader, rare, 2, order=order, group=slug) == turned(reader, rare, 50, order=order, group=slug)
    assert sorted(turned(reader, rare, 1, order=order)) == sorted(here + there)
    assert turned(reader, rare, 3, order=order) == turned(reader, rare, 50, order=order)
    if order == "newest":
        assert turned(reader, rare, 2, group=slug) == here[::-1]
    first = look(reader, rare, order=order, limit=4)
    author.share(slug, "A newer one", f"A {rare}.")
    rest = look(reader, rare, order=order, limit=50, after=first["next"])
    shown = [i["story"] for i in first["items"] + rest["items"]]
    assert len(set(shown)) == len(shown)
    assert set(here + there) <= set(shown)


def test_what_fits_best_comes_first_if_one_asks_for_it(author: Person, reader: Person, slug: str) -> None:
    rare = word()
    much = author.share(slug, "Evening", f"{rare}, and again {rare}, and {rare}.")["id"]
    title = author.share(slug, f"My {rare}", f"It is about {rare} and {rare}.")["id"]
    little = author.share(slug, "Other", f"{'Many other words stand here. ' * 30} {rare}")["id"]
    assert found(reader, rare) == [little, title, much]
    assert found(reader, rare, order="best") == [title, much, little]
