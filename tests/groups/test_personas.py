"""Names in a group: what is offered, and what a typed name is told."""

import random
from importlib.resources import files

import pytest

from app.groups.persona_words import words
from app.groups.personas import MOST_CHARACTERS, looks_wrong, suggestions
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge_line
from app.moderation.letters import skeleton
from app.moderation.verdict import Outcome

WHOLE_LISTS = (words().adjectives, words().nouns)


def nothing_taken(_: str) -> bool:
    return False


def every_word_once() -> list[str]:
    adjectives, nouns = WHOLE_LISTS
    return [f"{adjectives[i % len(adjectives)]} {noun}" for i, noun in enumerate(nouns)]


def test_there_are_ten_thousand_names_and_no_two_look_alike() -> None:
    adjectives, nouns = WHOLE_LISTS
    shapes = {skeleton(f"{adjective} {noun}") for adjective in adjectives for noun in nouns}
    assert len(shapes) == len(adjectives) * len(nouns) >= 10_000
    assert min(len(adjectives), len(nouns)) >= 110


def test_our_words_are_capitalised_single_words_on_no_other_list() -> None:
    for listed in WHOLE_LISTS:
        assert all(word.isalpha() and word == word.capitalize() for word in listed)
    own, lists = words().own, words()
    assert own.isdisjoint(lists.names | lists.official | lists.triggering | lists.contact)
    assert lists.ordinary <= lists.names


def test_the_name_lists_are_long_and_sorted() -> None:
    for name, fewest in (("given_names.txt", 1500), ("family_names.txt", 900)):
        text = (files("app.groups") / "words" / name).read_text("utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        assert len(lines) >= fewest
        assert lines == sorted(set(lines))
        assert all(line == line.strip().lower() and line for line in lines)


def test_every_word_we_offer_passes_our_own_checks_and_the_judge() -> None:
    adjectives, nouns = WHOLE_LISTS
    offered = every_word_once()
    assert {word for name in offered for word in name.split()} == {*adjectives, *nouns}
    for name in offered:
        assert looks_wrong(name) is None, name
        verdict = judge_line(Guidelines(), name)
        assert (verdict.outcome, verdict.findings) == (Outcome.PUBLISH, ()), name


def test_suggestions_are_fresh_different_and_well_formed() -> None:
    rng = random.Random(7)
    seen = [name for _ in range(100) for name in suggestions(3, nothing_taken, rng)]
    assert len(seen) == 300
    assert len(set(seen)) > 290
    adjectives, nouns = map(set, WHOLE_LISTS)
    for name in seen:
        adjective, noun = name.split()
        assert adjective in adjectives
        assert noun in nouns


def test_suggestions_of_one_call_never_repeat() -> None:
    for seed in range(30):
        names = suggestions(40, nothing_taken, random.Random(seed))
        assert len({skeleton(name) for name in names}) == 40


def test_a_taken_name_is_not_offered() -> None:
    first = suggestions(5, nothing_taken, random.Random(1))
    taken = {skeleton(name) for name in first[:3]}
    again = suggestions(5, taken.__contains__, random.Random(1))
    assert again[:2] == first[3:]
    assert taken.isdisjoint({skeleton(name) for name in again})


def test_a_crowded_group_offers_three_words_that_still_pass() -> None:
    pairs = {skeleton(f"{a} {n}") for a in words().adjectives for n in words().nouns}
    names = suggestions(3, pairs.__contains__, random.Random(1))
    assert len(names) == 3
    for name in names:
        first, second, noun = name.split()
        assert first != second
        assert noun in words().nouns
        assert looks_wrong(name) is None
        assert len(name) <= MOST_CHARACTERS


def test_a_full_group_says_so() -> None:
    with pytest.raises(LookupError):
        suggestions(3, lambda _: True, random.Random(1))


REAL = [
    "JohnSmith84", "john", "JOHN", "Dave Carter", "dave_carter", "dave-carter", "davecarter", "davecarter84", "Maria",
    "Maria L", "Big Dave", "Dave's Sister", "O'Brien", "José", "Jose", "Øystein", "Oystein", "Ｊｏｈｎ", "J0hn", "M4ria",
    "d a v e", "Mr Hill", "Mrs Green", "Rose", "Rose L", "Rose Hill", "Big Rose", "Grace84", "Priya", "Mohammed",
    "Nguyen", "Wei Zhang", "Okonkwo", "Kowalski", "Siobhán", "siobhan_w", "McDonald", "Yuki Tanaka", "Quiet Ahmed",
]  # fmt: skip
OFFICIAL = [
    "Admin",
    "adm1n",
    "Moderators",
    "The Quiet Moderator",
    "Hearth Team",
    "HearthHeron",
    "Dr Heron",
    "Nurse Heron",
    "H e l p l i n e",
]
CONTACTS = [
    "heron@mail.org", "Heron.com", "heron dot com", "Heron 07700", "Heron07700900123", "Heron ٠٧٧٠٠", "www heron",
    "Heron on Telegram", "oh seven seven nine one", "Whatsapp Me", "heron．com",
]  # fmt: skip
TRIGGERING = [
    "Suicide Heron",
    "su1cide",
    "Kill Heron",
    "Overdosed",
    "Heroin Heron",
    "Junkies",
    "High Heron",
    "Deadheron",
    "Needle River",
]
SCRIPTS = [
    "Jоhn",
    "Quiet Herоn",
    "Quiet\u200bHeron",
    "Quiet \u202enoreH",
    "\u2066Heron\u2069",
    "Quiet\ufe0f Heron",
    "Heron\u3164",
]
SHAPES = [
    "Quiet_Heron",
    "Quiet!",
    "Quiet.Heron",
    "Heron 🐦",
    "Quiet/Heron",
    "<b>Heron</b>",
    "Heron\nQuiet",
    "Quiet#1 Heron",
    "He\u0301\u0301\u0301\u0301\u0301ron",
]
SHORT = ["", "ab", "Z", "12", "静鳥", "-- '"]
LONG = ["Quiet " * 7 + "Heron", "a" * 41]


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        (reason, name)
        for reason, names in {
            "real-name": REAL, "official": OFFICIAL, "contact": CONTACTS, "triggering": TRIGGERING,
            "scripts": SCRIPTS, "shape": SHAPES, "too-short": SHORT, "too-long": LONG,
        }.items()
        for name in names
    ],
)  # fmt: skip
def test_a_typed_name_is_refused_with_exactly_its_reason(reason: str, name: str) -> None:
    assert looks_wrong(name) == reason


HARMLESS = [
    "Quiet Heron", "quiet heron", "QuietHeron", "Copper Lantern", "Slow River", "Autumn Kettle", "Rose Garden", "Green Kettle",
    "Black Bird", "Night Walker", "Free Will", "Badminton", "Asteroid", "Supportive Owl", "Changing Tides", "Heroine",
    "Heron 42", "Heron 2024", "Owl's Nest", "Owl’s Nest", "Stone's Throw", "Half-Moon", "Crème Brûlée", "Machine Dreams",
    "Deux Oiseaux", "Stille Wasser", "Gato Tranquilo", "Sessiz Kuş", "a" * 40,
]  # fmt: skip
OF_MANY_SCRIPTS = [
    "静かな鳥", "しずかなとり", "シズカナトリ", "安静的小鸟", "조용한 새", "Тихая река", "Тиха річка", "Ήσυχο ποτάμι",
    "هدوء البحر",
    "پرنده آرام", "ציפור שקטה", "शांत नदी", "শান্ত নদী", "அமைதியான நதி", "నిశ్శబ్ద నది", "ಶಾಂತ ನದಿ", "ശാന്തമായ നദി", "શાંત નદી",
    "ਸ਼ਾਂਤ ਨਦੀ", "නිහඬ ගඟ", "แม่น้ำเงียบ", "ແມ່ນ້ຳງຽບ", "ទន្លេស្ងាត់", "တိတ်ဆိတ်သောမြစ်", "მშვიდი მდინარე", "Հանգիստ գետ", "ጸጥተኛ ወንዝ",
]  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS + OF_MANY_SCRIPTS)
def test_a_harmless_name_may_stand(name: str) -> None:
    assert looks_wrong(name) is None


def test_ordinary_english_words_are_seldom_taken_for_names() -> None:
    lines = (files("diceware") / "wordlists" / "wordlist_en_eff.txt").read_text("utf-8").splitlines()
    names = [f"Quiet {line.split()[-1].title()}" for line in lines if line.split()]
    assert len(names) > 7000
    taken_for_names = [name for name in names if looks_wrong(name) == "real-name"]
    refused = [name for name in names if looks_wrong(name) not in {None, "shape"}]
    assert len(taken_for_names) <= len(names) * 0.005, taken_for_names
    assert len(refused) <= len(names) * 0.025, refused
