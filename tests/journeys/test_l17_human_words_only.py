"""L17 (PRODUCT.md): no words are made here. What is said and suggested stands in a file that people wrote, or in the words
of the author; and nothing changes in them but the place somebody pressed for."""

import tomllib
from itertools import pairwise

import pytest

from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.rulebook import rulebook
from app.moderation.verdict import Finding
from tests.api.pages import at_a_browser
from tests.conftest import ROOT, Running
from tests.people import Person

PACKS = ROOT / "app" / "moderation" / "packs"
LANGUAGES = sorted(file.parent.name for file in PACKS.glob("*/phrases.toml"))
EXAMPLES = [
    (language, text)
    for language in LANGUAGES
    for rule in rulebook(language)
    for text in (*rule.examples_hit, *rule.examples_lowered)
]
GROUP = "evening-harbour"


def _phrases(language: str) -> dict[str, dict[str, str]]:
    """What people wrote for a language, and for rules that need none."""
    files = [PACKS / known / "phrases.toml" for known in ("en", language)]
    return {name: said for file in files for name, said in tomllib.loads(file.read_text("utf-8")).items()}


def _found(language: str, text: str) -> tuple[Finding, ...]:
    return judge(Guidelines(language=language, listening=True), text).findings


def test_there_are_phrases_and_examples() -> None:
    assert "en" in LANGUAGES
    assert len(EXAMPLES) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_speaks_from_the_file(language: str) -> None:
    phrases = _phrases(language)
    for rule in rulebook(language):
        assert (rule.message, rule.suggestion) == (phrases[rule.id]["message"], phrases[rule.id]["suggestion"])


@pytest.mark.parametrize(("language", "text"), EXAMPLES)
def test_what_is_said_stands_in_the_file_or_in_the_authors_own_words(language: str, text: str) -> None:
    phrases = _phrases(language)
    for found in _found(language, text):
        said = phrases[found.rule]
        assert found.message == said["message"]
        assert found.suggestion in ("", said["suggestion"]) or found.suggestion in text


@pytest.fixture
def author(hearth: Running) -> Person:
    person = hearth.person()
    person.join(GROUP)
    return person


def test_taking_a_suggestion_changes_that_place_and_no_other(hearth: Running, author: Person) -> None:
    """For one example of every rule that suggests something."""
    page = at_a_browser(hearth, author).open("/groups").follow("Evening Harbour").follow("Write")
    suggesting = [rule for rule in rulebook() if any(f.suggestion for f in _found("en", rule.examples_hit[0]))]
    assert len(suggesting) > 3
    for rule in suggesting:
        body = f"Before: a — b.\n\n{rule.examples_hit[0]}\n\nAfter 🙂,  it rained."
        first = next(f for f in judge(Guidelines(), body).findings if f.suggestion)
        page.press("Look it over", title="Nine days", body=body)
        number = next(n for n, f in enumerate(judge(Guidelines(), body).findings, 1) if f == first)
        page.press(f"Use that ({number})")
        kept = page.page.find("input", attrs={"name": "body"})
        assert kept is not None, page.text
        assert kept["value"] == body[: first.start] + first.suggestion + body[first.end :], rule.id
        page.press("Write on" if "Write on" in page.text else "Write it another way")


@pytest.mark.parametrize(
    "body",
    [
        "I slept for six hours. That is all.",
        "Where can I get some xanax?",
        "I have the pills in front of me tonight.",
        "My mother died in the autumn.",
        "ring me, 07700 900123",
    ],
)
def test_whatever_becomes_of_words_they_stay_as_they_were_typed(author: Person, body: str) -> None:
    told = author.share(GROUP, "Tonight", body)
    assert told["body"] == body
    again = author.api.patch(f"/stories/{told['id']}", json={"as_is": True}).json()
    assert (again["body"], again["title"]) == (body, "Tonight")


def test_a_number_that_is_no_finding_changes_nothing(hearth: Running, author: Person) -> None:
    page = at_a_browser(hearth, author).open("/groups").follow("Evening Harbour").follow("Write")
    page.press("Look it over", title="Nine days", body="Ring me: 07700 900123.")
    form = page.page.select_one("main form")
    assert form is not None
    sent = {str(i["name"]): str(i.get("value", "")) for i in form.select("input[type=hidden]")}
    for number in ("0", "2", "-1", "x", "99"):
        answer = page.http.post(str(form["action"]), data={**sent, "take": number})
        assert "Ring me: 07700 900123." in answer.text


def test_the_phrases_are_short_and_each_is_said_once() -> None:
    messages = sorted(said["message"] for said in _phrases("en").values())
    assert all(one != two for one, two in pairwise(messages))
    assert all(len(message) <= 160 for message in messages)
