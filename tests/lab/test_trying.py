"""A rule is tried on words that are there: nothing is done, nothing is kept, and what breaks is refused in words."""

from app.groups.models import RuleChoice
from app.lab.models import Mark, RuleEvent
from app.log.models import LogEntry
from app.members.member import DESK
from tests.api.pages import at_a_browser
from tests.api.village import joined, moderator, opened
from tests.conftest import Running
from tests.groups.test_closing import tender
from tests.lab.conftest import OWN, SOURCING, Place, group_of, the_lab
from tests.people import Person

SLOW = r"""
[[rule]]
id = "guideline.slow"
version = 1
kind = "guideline"
severity = "hold"
guideline = "kindness"
public_name = "Slow"
why = "It never ends."
examples_hit = ["aab", "aab", "aab", "aab", "aab"]
examples_pass = ["c", "c", "c", "c", "c"]
patterns = [{ is = '(?:a+)+$' }]
"""


def test_a_facilitator_tries_words_judges_hits_and_nothing_is_kept_of_them(
    place: Place,
) -> None:
    hearth, slug, tends, _rules = place
    page = the_lab(hearth, tends, slug).press("Try it", words="diet*")
    assert "It found something in 3 of 4 texts" in page.text
    assert [mark.get_text() for mark in page.page.select("main mark")] == ["diet"] * 3
    page.press("Keep what I said", said0="right", said1="right", said2="strict")
    assert "3 of 3 judged hits were right, 1 of these too strict." in page.text
    page.follow("Back").press("Try it", words="DIET*")
    assert "3 of 3 judged hits" in page.text, "the same rule is known again"
    page.press("Keep what I said", said0="wrong", said1="right", said2="right")
    with hearth.database.reading() as db:
        marks = db.query(Mark).filter_by(group_id=group_of(hearth, tends, slug)).all()
        assert sorted(mark.said.value for mark in marks) == ["right", "right", "wrong"], "said again is said otherwise"
        assert not {getattr(mark, column) for mark in marks for column in ("id", "made")} & _ids(tends, slug)
    assert db_words(hearth) == 0


def _ids(person: Person, slug: str) -> set[str]:
    return {story["id"] for story in person.api.get(f"/groups/{slug}/stories").json()["items"]}


def db_words(hearth: Running) -> int:
    with hearth.database.reading() as db:
        return sum("diet" in str(vars(row)) for row in db.query(Mark))


def test_what_breaks_or_never_ends_is_refused_in_words_with_nothing_done(
    place: Place,
) -> None:
    hearth, slug, _tends, rules = place
    group = group_of(hearth, rules, slug)
    page = at_a_browser(hearth, rules).open("/desk").follow("The rules")
    before = state_of(hearth)
    for toml, sentence in (
        ("[[rule]\n", "This rule cannot be used yet"),
        ('[[rule]]\nid = "guideline.new"\n', "guideline.new"),
        ("name = 1", "one table [[rule]] is wanted"),
        (SLOW.replace("(?:a+)+$", "(a"), "guideline.slow"),
    ):
        page.open("/lab").press("Try it", group=group, toml=toml)
        assert page.status == 422
        assert sentence in page.text, page.text
        typed = page.page.select_one("textarea[name=toml]")
        assert typed is not None
        assert typed.get_text().strip() == toml.strip(), "what was typed stays"
    author = joined(hearth, slug)
    author.share(slug, "A long cry", "a" * 60 + "!")
    page.open("/lab").press("Try it", group=group, toml=SLOW)
    assert (page.status, "This rule takes too long, and was stopped." in page.text) == (422, True), page.text
    assert page.open("/lab").press("Try it", group="0" * 32, toml=SLOW).status == 422
    assert state_of(hearth) == before


def state_of(hearth: Running) -> list[int]:
    with hearth.database.reading() as db:
        return [db.query(table).count() for table in (Mark, RuleEvent, RuleChoice)] + [
            db.query(LogEntry).filter(LogEntry.act.like("rule.%"), LogEntry.act != "rule.tried").count()
        ]


def test_the_lab_is_for_those_who_may(place: Place) -> None:
    hearth, slug, tends, _rules = place
    group, other = group_of(hearth, tends, slug), opened(hearth)
    for person in (joined(hearth, slug), tender(hearth, other), moderator(hearth)):
        page = at_a_browser(hearth, person)
        for path in (
            "/lab",
            f"/lab/rules/{SOURCING}",
            f"/lab/groups/{group}",
            f"/lab/groups/{group}/rules/{OWN}",
            f"/lab/groups/{DESK}",
        ):
            assert page.open(path).status == 404, (path, page.text)
