"""Proof-reading: `python -m tests.demo.proof [SLUG]` reads the demo's words as the judge will, and says what to mend."""

import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from importlib.resources import files
from statistics import quantiles

from app.demo import telling
from app.demo.backstage import Desk, desk
from app.demo.telling import Book, Fate, Story, Telling
from app.foundation.typed import checked
from app.groups.personas import looks_wrong
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge, judge_line
from app.moderation.verdict import Kind, Outcome, Verdict
from app.stories.forms import ReplyForm, StoryForm

FEWEST_WORDS_OF_A_DOUBLE = 7
WAITING = frozenset({Fate.DRAFT, Fate.HELD, Fate.URGENT, Fate.WITHDRAWN})
"""Nobody can have answered these."""
RECENT = frozenset({Fate.HELD, Fate.URGENT, Fate.FLAGGED, Fate.CONCERN})
RECENT_DAYS = 4
_TO_PERSON = frozenset({Fate.HELD, Fate.REDACTED, Fate.RETURNED, Fate.WITHDRAWN})
EXPECTED = {
    **{fate: {Outcome.PUBLISH} for fate in Fate},
    **{fate: {Outcome.HOLD, Outcome.REVISE} for fate in _TO_PERSON},
    Fate.PUBLISHED: {Outcome.HOLD, Outcome.URGENT, Outcome.REVISE},
    Fate.MENDED: {Outcome.REVISE},
    Fate.DRAFT: {Outcome.PUBLISH, Outcome.REVISE, Outcome.HOLD},
    Fate.URGENT: {Outcome.URGENT},
}
"""What the judge must say of words with this fate."""


def guidelines(slug: str) -> Guidelines:
    """What the judge is told of a starter group."""
    starter = files("app.groups") / "starter" / f"{slug}.toml"
    return Guidelines(items=tuple(item["id"] for item in tomllib.loads(starter.read_text("utf-8"))["items"]))


def faults(book: Book) -> Iterator[str]:
    """What the gate would make otherwise than the file says, in sentences."""
    asked = guidelines(book.slug)
    for persona in book.people:
        wrong = looks_wrong(persona.name)
        if wrong or judge_line(asked, persona.name).outcome is not Outcome.PUBLISH:
            yield f"{persona.name}: cannot be a name here ({wrong or 'the judge'})"
    for name, times in Counter(persona.name for persona in book.people).items():
        if times > 1:
            yield f"{name}: twice among the people"
    for story in book.stories:
        yield from (
            f"{_place(story, one)}: {why}" for one in (story, *story.replies) for why in _wrong(asked, story, one)
        )


def _place(story: Story, one: Telling) -> str:
    return f"“{story.title}”" + ("" if one is story else f", {one.by}: “{one.body[:40]}…”")


def _wrong(asked: Guidelines, story: Story, one: Telling) -> Iterator[str]:
    title = story.title if one is story else ""
    checked(StoryForm, {"title": title, "body": one.body}) if title else checked(ReplyForm, {"body": one.body})
    verdict = judge(asked, one.body, title)
    if verdict.outcome not in EXPECTED[one.fate]:
        yield f"fate {one.fate.value}, but the judge says {_said(verdict)}"
    if one.fate is Fate.CONCERN and not any(f.kind is Kind.CRISIS for f in verdict.findings):
        yield "a concern, but the judge notes nothing"
    again = judge(asked, one.mended, title) if one.mended else None
    if again and again.outcome is not Outcome.PUBLISH:
        yield f"mended, but the judge says {_said(again)}"
    look = one.second_look
    for said in (
        one.reason,
        one.sentence,
        one.flag.note if one.flag else "",
        *((look.text, look.sentence) if look else ()),
    ):
        if said and judge(asked, said).outcome is not Outcome.PUBLISH:
            yield f"“{said}”: the judge says {_said(judge(asked, said))}"
    if one.guideline and one.guideline not in asked.items:
        yield f"{one.guideline} is no guideline here"
    if one.fate in RECENT and (story.ago or 0) > RECENT_DAYS:
        yield f"{one.fate.value}, but {story.ago} days ago"
    if one is story and one.fate in WAITING and story.replies:
        yield f"{one.fate.value}, but somebody answered"


def _said(verdict: Verdict) -> str:
    rules = ", ".join(f"{f.rule} at {f.field.value} {f.start}–{f.end}" for f in verdict.findings)
    return f"{verdict.outcome.value} ({rules})" if rules else verdict.outcome.value


def doubles(books: Sequence[Book]) -> Iterator[str]:
    """Sentences of more than six words that stand in more than one place of the whole demo."""
    places: dict[str, list[str]] = defaultdict(list)
    for book in books:
        for one in book.tellings:
            for sentence in _sentences(one.body):
                places[sentence].append(f"{book.slug}, {one.by}")
    yield from (f"“{said}”: {'; '.join(where)}" for said, where in places.items() if len(where) > 1)


def desk_faults(desk: Desk, books: Sequence[Book]) -> Iterator[str]:
    """What of the desk's file names nobody, would not go out, or would hold what is told in the groups."""
    people = {(book.slug, name) for book in (desk, *books) for name in book.named}
    named = [(desk.slug, one.by) for one in desk.hours] + [(one.group, one.by) for one in desk.asked]
    for slug, name in [*named, *((one.group, one.by) for one in desk.rules)]:
        if (slug, name) not in people:
            yield f"{name} is nobody in {slug}"
    said = [(one.group, words) for one in desk.asked for words in (one.words, one.answer) if words]
    said += [(book.slug, one.text) for book in books[:1] for one in desk.outside]
    for slug, words in said:
        if judge(guidelines(slug), words).outcome is not Outcome.PUBLISH:
            yield f"“{words}”: the judge says {_said(judge(guidelines(slug), words))}"
    for made in desk.rules:
        if made.rule.guideline not in guidelines(made.group).items:
            yield f"{made.rule.guideline} is no guideline in {made.group}"
        told = [one.body.lower() for book in books if book.slug == made.group for one in book.tellings]
        yield from (
            f"{made.group}: “{word}” stands in what is told there"
            for word in made.rule.words
            if any(word.rstrip("*").lower() in body for body in told)
        )


def _sentences(text: str) -> Iterator[str]:
    for sentence in re.split(r"[.!?…\n]+", text.lower()):
        words = re.findall(r"[\w’']+", sentence)
        if len(words) >= FEWEST_WORDS_OF_A_DOUBLE:
            yield " ".join(words)


def figures(book: Book) -> str:
    """How much there is, how it is spread, and what happens to it."""
    replies = [reply for story in book.stories for reply in story.replies]
    fates = Counter(one.fate.value for one in book.tellings if one.fate is not Fate.OUT)
    counts = Counter(len(story.replies) for story in book.stories)
    return (
        f"{book.slug}: {len(book.people)} people, {len(book.stories)} stories, {len(replies)} replies\n"
        f"  words a story {_spread(book.stories)}, a reply {_spread(replies)}; replies a story {sorted(counts.items())}\n"
        f"  fates {dict(sorted(fates.items()))}"
    )


def _spread(told: Sequence[Telling]) -> str:
    lengths = sorted(len(one.body.split()) for one in told)
    if len(lengths) < 2:
        return str(lengths)
    fourths = "/".join(f"{cut:.0f}" for cut in quantiles(lengths, n=4))
    return f"{lengths[0]} to {lengths[-1]} (fourths {fourths})"


def main(asked: Sequence[str]) -> int:
    """Print what there is and what to mend; 1 if there is anything."""
    books, wrong = dict[str, Book](), list[str]()
    for slug in telling.slugs():
        try:
            books[slug] = telling.book(slug)
        except ValueError as broken:
            wrong.append(f"{slug}: {broken}")
    read = [book for slug, book in books.items() if not asked or slug in asked]
    wrong += [fault for book in read for fault in faults(book)]
    wrong += desk_faults(desk(), list(books.values()))
    wrong += [f"twice: {double}" for double in doubles(list(books.values())) if not asked or _is_about(double, asked)]
    lines = [figures(book) for book in read] + (wrong or ["nothing to mend"])
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if wrong else 0


def _is_about(double: str, asked: Sequence[str]) -> bool:
    return any(f"{slug}, " in double for slug in asked)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
