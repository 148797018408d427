"""What a story touches on: words written apart from the rules, and words that only sound so."""

import pytest

from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.rulebook import rulebook
from app.stories.models import ContentNote

TOUCHES = {
    "abuse": [
        "He used to beat us when he lost money.",
        "I was raped at nineteen.",
        "My mother slapped me in front of the whole class.",
        "We ran to a shelter because of what he did to us.",
        "He strangled me and then he cried.",
        "I am a survivor of childhood abuse.",
    ],
    "eating": [
        "I have been purging after dinner.",
        "Recovering from anorexia and from wine at the same time.",
        "I binged and purged all weekend.",
        "I ate four hundred calories a day.",
        "Made myself sick after the cake again.",
    ],
    "loss": [
        "We scattered her ashes on Sunday.",
        "Two of my friends are dead from this.",
        "I found out that my old sponsor has died.",
        "It will be ten years since we lost Grandad.",
        "My daughter was stillborn in June.",
        "His funeral is on Friday and I do not know how to stay sober for it.",
    ],
    "overdose": [
        "He overdosed twice that year.",
        "They brought me back with naloxone.",
        "I swallowed a whole bottle of tablets.",
        "My cousin OD'd in my bathroom.",
        "An accidental overdose, said the paper.",
    ],
    "self-harm": [
        "The scars on my thighs itch when it is hot.",
        "I have not cut for six weeks.",
        "Last night I took the razor to my arm.",
        "I hurt myself on purpose when I was fifteen.",
        "She noticed the burns I had made on my own arm.",
        "I was self harming all through school.",
    ],
    "suicide": [
        "My brother killed himself.",
        "I tried to end my life in May.",
        "I prayed not to wake up.",
        "I used to wish I was dead.",
        "She attempted suicide and lived.",
        "He hung himself in the garage.",
    ],
}
NOTHING = [
    "Day 40 and I slept like a stone.",
    "I drank a bottle of wine a day for ten years.",
    "I shot heroin from 2004 to 2011.",
    "Fucking hell, what a week.",
    "My boss killed my motivation.",
    "I am dying to see the sea.",
    "I lost my licence and my pride.",
    "I beat the craving by walking round the block.",
    "My mate hit the jackpot and lost it again.",
    "The doctor changed my dose of methadone.",
    "I cut down to three a day.",
    "I threw up in a taxi, and that was my last drink.",
    "My old phone is dead.",
    "I hit rock bottom in the rain.",
    "My wife hit the roof when she found the bottles.",
    "I buried myself in work.",
    "I starve for company.",
    "My dad passed me the salt and said well done.",
    "I abused painkillers for years.",
]


def test_every_note_is_one_that_stories_have() -> None:
    added = {rule.adds_note for rule in rulebook() if rule.adds_note}
    assert added == set(TOUCHES)
    assert added <= set(ContentNote)


@pytest.mark.parametrize(("note", "text"), [(note, text) for note, texts in TOUCHES.items() for text in texts])
def test_a_note_is_added(note: str, text: str) -> None:
    assert note in judge(Guidelines(), text).content_notes
    assert note in judge(Guidelines(), "It rained.", title=text).content_notes


@pytest.mark.parametrize("text", NOTHING)
def test_recovery_talk_gets_none(text: str) -> None:
    assert judge(Guidelines(), text).content_notes == ()


def test_a_note_holds_nothing_up() -> None:
    for texts in TOUCHES.values():
        for text in texts:
            assert not [found for found in judge(Guidelines(), text).findings if ".note-" in found.rule]
