"""What a reader keeps for themselves: stories to find again, to hear about, and personas rather not read."""

import pytest

from app.foundation import keys
from app.foundation.settings import Settings
from app.foundation.web.transaction import House
from app.members.deps import reader_of
from app.stories import reading
from app.stories.reading import Reading
from tests.api.village import QUIET, joined, opened, problem, row_counts, walked
from tests.conftest import Running
from tests.people import PASSPHRASE, Person, Visitor


def _at_a_browser(hearth: Running, person: Person) -> Visitor:
    visitor = hearth.visitor().open("/sign-in")
    return visitor.press("Sign in", sign_in_name=person.sign_in_name, passphrase=PASSPHRASE)


def _items(person: Person, path: str) -> list[dict[str, object]]:
    answer = person.api.get(path)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["items"]
    return found


def test_saved_stories_are_found_again_newest_first_until_they_are_let_go(hearth: Running) -> None:
    slug = opened(hearth)
    writer, reader, other = joined(hearth, slug), joined(hearth, slug), joined(hearth, slug)
    first, second = (writer.share(slug, title, QUIET)["id"] for title in ("One", "Two"))
    for story in (first, second, first):
        assert reader.api.put(f"/stories/{story}/saved").status_code == 204
    assert [i["title"] for i in _items(reader, "/me/saved")] == ["One", "Two"]
    assert _items(other, "/me/saved") == []
    page = reader.api.get("/me/saved", params={"limit": 1}).json()
    rest = reader.api.get("/me/saved", params={"after": page["next"]}).json()
    assert [i["title"] for i in rest["items"]] == ["Two"]
    assert rest["next"] is None
    assert reader.api.delete(f"/stories/{first}/saved").status_code == 204
    writer.api.delete(f"/stories/{second}")
    assert _items(reader, "/me/saved") == []


def test_followed_stories_tell_of_new_replies_by_others_until_they_were_seen(hearth: Running) -> None:
    slug = opened(hearth)
    writer, reader = joined(hearth, slug), joined(hearth, slug)
    story, quiet = (writer.share(slug, title, QUIET)["id"] for title in ("Moving", "Still"))
    writer.reply(story, "Before anybody followed.")
    for one in (story, quiet):
        assert reader.api.put(f"/stories/{one}/followed").status_code == 204
    reader.reply(story, "My own words are no news to me.")
    assert {i["title"]: i["new_replies"] for i in _items(reader, "/me/followed")} == {"Moving": 0, "Still": 0}
    writer.reply(story, "And one more.")
    loud = joined(hearth, slug).reply(story, "I am loud in here.")["id"]
    assert {i["title"]: i["new_replies"] for i in _items(reader, "/me/followed")} == {"Moving": 2, "Still": 0}
    reader.api.put(f"/replies/{loud}/muted-author")
    assert {i["title"]: i["new_replies"] for i in _items(reader, "/me/followed")} == {"Moving": 1, "Still": 0}

    visitor = _at_a_browser(hearth, reader)
    assert "New where you follow" in visitor.open("/").text
    visitor.follow("All stories you follow")
    titles = [a.get_text() for a in visitor.page.select("main .lines a.title")]
    assert titles == ["Moving", "Still"]
    assert "1 new reply" in visitor.text
    assert "And one more." in visitor.follow("Moving").text
    assert "1 new reply" not in visitor.open("/mine/followed").text
    assert "New where you follow" not in visitor.open("/").text
    visitor.open("/mine/followed").press("Follow no longer").press("Follow no longer")
    assert "You follow no story." in visitor.text


def test_the_front_page_counts_what_moved_since_one_looked(hearth: Running) -> None:
    slug = opened(hearth)
    writer, reader = joined(hearth, slug), joined(hearth, slug)
    old = writer.share(slug, "Old", QUIET)["id"]
    group = reader.api.get(f"/groups/{slug}").json()["id"]
    visitor = _at_a_browser(hearth, reader)
    assert "since you looked" not in visitor.open("/").text
    visitor.open(f"/groups/{group}")
    assert "Nothing new since you looked." in visitor.open("/").text
    reader.reply(old, "My own words move nothing for me.")
    reader.share(slug, "Mine", QUIET)
    assert "Nothing new since you looked." in visitor.open("/").text
    writer.share(slug, "New", QUIET)
    assert "1 story moved since you looked." in visitor.open("/").text
    writer.reply(old, "Something moved here, too.")
    assert "2 stories moved since you looked." in visitor.open("/").text
    visitor.open(f"/groups/{group}")
    assert "Nothing new since you looked." in visitor.open("/").text


def test_a_persona_rather_not_read_is_folded_for_that_reader_alone(hearth: Running) -> None:
    slug = opened(hearth)
    writer, loud, reader, other = (joined(hearth, slug) for _ in range(4))
    story = writer.share(slug, "Quiet", QUIET)["id"]
    reply = loud.reply(story, "Somebody is loud in here.")["id"]
    visitor = _at_a_browser(hearth, reader).open(f"/stories/{story}")
    button = visitor.page.find("button", formaction=f"/replies/{reply}/mute")
    assert button is not None
    assert "would rather not read" in button.get_text()
    for other_button in visitor.page.find_all("button", string=button.string):
        if other_button is not button:
            other_button.extract()
    visitor.press("would rather not read")
    piece = visitor.page.find(id=f"reply-{reply}")
    assert piece is not None
    assert piece.details is not None
    assert piece.details.summary is not None
    assert not piece.details.has_attr("open")
    assert "loud in here" in piece.details.get_text()
    assert "loud" not in piece.details.summary.get_text()
    untouched = _at_a_browser(hearth, other).open(f"/stories/{story}").page.find(id=f"reply-{reply}")
    assert untouched is not None
    assert "rather not read" in untouched.get_text()
    assert "Somebody you would rather not read" not in untouched.get_text()

    (listed,) = _items(reader, "/me/muted")
    assert listed["persona"] == loud.personas[slug]
    assert _items(other, "/me/muted") == []
    other.api.put(f"/replies/{reply}/muted-author")
    assert _items(other, "/me/muted")[0]["id"] != listed["id"]
    assert visitor.open("/mine").follow("Whom you would rather not read").status == 200
    visitor.press(f"Read {loud.personas[slug]} again")
    assert _items(reader, "/me/muted") == []


def test_api_and_page_take_a_persona_back(hearth: Running) -> None:
    slug = opened(hearth)
    writer, reader = joined(hearth, slug), joined(hearth, slug)
    story = writer.share(slug, "Quiet", QUIET)["id"]
    assert reader.api.put(f"/stories/{story}/muted-author").status_code == 204
    assert "Show the words" in _at_a_browser(hearth, reader).open(f"/stories/{story}").text
    assert reader.api.delete(f"/stories/{story}/muted-author").status_code == 204
    assert _items(reader, "/me/muted") == []
    reader.api.put(f"/stories/{story}/muted-author")
    mark = _items(reader, "/me/muted")[0]["id"]
    assert reader.api.delete(f"/me/muted/{mark}").status_code == 204
    assert _items(reader, "/me/muted") == []
    own = writer.api.put(f"/stories/{story}/muted-author")
    assert own.status_code == 422


def test_what_one_may_not_read_cannot_be_kept(hearth: Running) -> None:
    slug = opened(hearth)
    writer, outsider = joined(hearth, slug), hearth.person()
    story = writer.share(slug, "Inside", QUIET)["id"]
    reply = writer.reply(story, "Inside, too.")["id"]
    for path in (f"/stories/{story}/saved", f"/stories/{story}/followed", f"/stories/{story}/muted-author",
                 f"/replies/{reply}/muted-author"):  # fmt: skip
        assert outsider.api.put(path).status_code == 404
    reader = joined(hearth, slug)
    reader.api.put(f"/stories/{story}/saved")
    reader.api.put(f"/stories/{story}/followed")
    reader.api.delete(f"/groups/{slug}/membership")
    assert _items(reader, "/me/saved") == []
    assert _items(reader, "/me/followed") == []


def test_a_list_goes_on_only_after_what_still_stands_there(hearth: Running) -> None:
    slug = opened(hearth)
    reader, writers = joined(hearth, slug), [joined(hearth, slug) for _n in range(2)]
    for n, writer in enumerate(writers):
        story = writer.share(slug, f"Story {n}", QUIET)["id"]
        for kept in ("saved", "followed", "muted-author"):
            assert reader.api.put(f"/stories/{story}/{kept}").status_code == 204
    for path in ("/me/saved", "/me/followed", "/me/muted"):
        items = walked(reader.api, path, 1)
        assert len({item["id"] for item in items}) == 2
        problem(reader.api.get(path, params={"after": "0" * 32}), 422, "after")


def test_all_choices_lie_in_one_sealed_row(hearth: Running) -> None:
    slug = opened(hearth)
    writer, reader = joined(hearth, slug), joined(hearth, slug)
    story = writer.share(slug, "Kept", QUIET)["id"]
    reader.api.put(f"/stories/{story}/saved")
    before = row_counts(hearth)
    for path in ("saved", "followed", "muted-author"):
        reader.api.put(f"/stories/{story}/{path}")
    assert row_counts(hearth) == before


def test_what_was_looked_at_longest_ago_is_forgotten_first() -> None:
    chosen, most = Reading(), reading.MOST_LOOKED
    for number in range(most + 5):
        reading.look(f"group {number}", 1)(chosen)
    reading.look("group 7", 2)(chosen)
    reading.look("one more", 3)(chosen)
    assert len(chosen.looked) == most
    assert list(chosen.looked)[-2:] == ["group 7", "one more"]
    assert "group 6" in chosen.looked
    assert "group 5" not in chosen.looked
    reading.look("group 7", 1)(chosen)
    assert chosen.looked["group 7"] == 2


@pytest.mark.parametrize(
    ("kind", "held"),
    [
        ("saved", [f"{n:032}" for n in range(reading.MOST_SAVED)]),
        ("followed", {f"{n:032}": 0 for n in range(reading.MOST_FOLLOWED)}),
        ("muted-author", [f"{n:032}" for n in range(reading.MOST_MUTED)]),
    ],
)
def test_a_full_list_says_so_kindly(on_sqlite: Running, kind: str, held: object) -> None:
    """The list is filled from inside: two hundred stories would take long."""
    slug = opened(on_sqlite)
    writer, reader = joined(on_sqlite, slug), joined(on_sqlite, slug)
    story = writer.share(slug, "One more", QUIET)["id"]
    _fill(on_sqlite, reader, {kind.removesuffix("-author"): held})
    full = reader.api.put(f"/stories/{story}/{kind}")
    assert full.status_code == 422
    assert "room for no more" in full.json()["detail"]
    assert "200" in full.json()["detail"]


def _fill(hearth: Running, reader: Person, held: dict[str, object]) -> None:
    def filled(chosen: Reading) -> None:
        for name, value in held.items():
            setattr(chosen, name, value)

    settings = Settings(database_url=hearth.environment["HEARTH_DATABASE_URL"], secrets_dir=hearth.secrets)
    token = reader.api.headers["Authorization"].removeprefix("Bearer ")
    home = House(settings, keys.load(settings), hearth.database)
    with home.database.writing() as db:
        seen = reader_of(home, db, token)
        assert seen is not None
        reading.note(db, seen, filled)
        db.commit()
    home.database.engine.dispose()
