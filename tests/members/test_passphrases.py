"""Passphrases: offered ones hold, common ones are refused, and only the exact one opens (SECURITY.md, I-2, I-3)."""

import secrets
import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some
from pydantic import ValidationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.foundation.errors import Unfit
from app.foundation.settings import Settings
from app.members import passphrases
from app.members.forms import Recovery, SignUp, well_chosen
from app.members.passphrases import CONTEXT_WORDS, cost_now, make_sign_in_name, new_salt, offer, stretch, weakness
from tests.conftest import Running

COST = cost_now(Settings(argon2_memory_kib=8, argon2_rounds=1))
SALT, PEPPER = new_salt(), b"pepper"
VARIED = "The quick brown fox, jumping over 13 lazy dogs; again & again: "
TRICKY = (
    "  spaces before and after  ",
    "Großmutters Käsekuchen um drei",
    "дорога домой через старый мост",
    "🫖 tea and 🍞 toast at nine 🌙",
    "tab\tand\0nul and \u202eturned\u202c round",
    (VARIED * 5)[:256],
)
"""Passphrases that a careless program trims, folds, cuts off or cannot store."""


@pytest.mark.measures("I-2")
def test_six_words_of_the_published_list_are_offered() -> None:
    known = set(passphrases._words())
    assert len(known) == 7776
    offered = [offer() for _time in range(300)]
    assert len(set(offered)) == 300
    for phrase in offered:
        assert len(phrase.split(" ")) == 6
        assert set(phrase.split(" ")) <= known
        assert weakness(phrase) is None
    used = {word for phrase in offered for word in phrase.split(" ")}
    assert len(used) > 1400


def test_sign_in_names_are_made_of_words_that_say_nothing() -> None:
    names = [make_sign_in_name() for _time in range(300)]
    assert len(set(names)) == 300
    assert all(len(name.split("-")) == 4 and name.split("-")[3].isdigit() for name in names)


def test_no_word_that_could_hurt_or_tell_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = set(passphrases._words())
    unfit = passphrases.unfit_words()
    assert {"relapse", "racism", "casino", "junkie", "recovery", "unloved"} <= unfit <= listed
    drawn = set[tuple[str, ...]]()

    def first(words: tuple[str, ...]) -> str:
        drawn.add(words)
        return words[0]

    monkeypatch.setattr(secrets, "choice", first)
    offer(), make_sign_in_name()
    assert [set(words) for words in drawn] == [listed - unfit]


def test_what_would_take_just_enough_guesses_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for guesses, weak in ((passphrases.FEWEST_GUESSES, None), (passphrases.FEWEST_GUESSES - 0.01, "common")):
        monkeypatch.setattr(passphrases, "_guesses", lambda _passphrase, found=guesses: found)
        assert weakness("nine lanterns on a wall") == weak


@pytest.mark.measures("I-3")
def test_every_password_of_the_public_list_is_refused() -> None:
    common = FREQUENCY_LISTS["passwords"]
    assert len(common) > 25_000
    taken = [one for one in common if _is_taken(one)]
    assert taken == []
    shouted = [one.upper() for one in common if len(one) >= 10]
    assert len(shouted) > 500
    assert [one for one in shouted if _is_taken(one)] == []


def _is_taken(passphrase: str) -> bool:
    try:
        SignUp(passphrase=passphrase)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("word", CONTEXT_WORDS)
@pytest.mark.parametrize("around", ["{0}{0}{0}", "{0}-2026-2027", "{0}20262027!", "{0} {0} {0} 1", "{0}hearth{0}1"])
def test_words_of_the_place_are_refused(word: str, around: str) -> None:
    for phrase in (around.format(word), around.format(word).upper()):
        assert weakness(phrase) == "common", phrase


def test_the_bounds_are_told_from_each_other() -> None:
    for length, found in (
        (1, "short"),
        (11, "short"),
        (12, None),
        (15, None),
        (256, None),
        (257, "long"),
        (400, "long"),
    ):
        assert weakness((VARIED * 8)[:length]) == found, length
    assert weakness("ö" + (VARIED * 8)[:255]) is None
    assert weakness("") == "short"
    assert weakness("abababababababab") == "common"


def test_nothing_but_length_and_rarity_is_asked_of_it() -> None:
    for phrase in (
        "lantern bicycle orchard",
        "LANTERN BICYCLE ORCHARD",
        "lanternbicycleorchard",
        "дорога домой старый мост",
    ):
        assert weakness(phrase) is None


@pytest.mark.parametrize(
    ("phrase", "says"), [("short one", "short"), ("passwordpassword", "guessed"), ("x" * 9 + VARIED * 5, "256")]
)
def test_a_refusal_says_why_in_words(phrase: str, says: str) -> None:
    with pytest.raises(Unfit) as refused:
        well_chosen(phrase, "passphrase")
    assert says in refused.value.errors["passphrase"]
    for form in (lambda: SignUp(passphrase=phrase), lambda: Recovery(recovery_code="x", new_passphrase=phrase)):
        with pytest.raises(ValidationError, match=says):
            form()


phrases = some.text(min_size=12, max_size=60)
letters = some.sampled_from([*string.printable, "é", "e\u0301", "я", "🫖", "\u200b", "\0"])


@settings(deadline=None, max_examples=150)
@given(phrases, some.data())
def test_one_changed_character_never_opens(phrase: str, data: some.DataObject) -> None:
    at = data.draw(some.integers(0, len(phrase) - 1))
    letter = data.draw(letters)
    changed = data.draw(
        some.sampled_from(
            [
                phrase[:at] + letter + phrase[at + 1 :],
                phrase[:at] + phrase[at + 1 :],
                phrase[:at] + letter + phrase[at:],
                phrase[:at] + phrase[at].swapcase() + phrase[at + 1 :],
                f"{phrase} ",
                f" {phrase}",
            ]
        )
    )
    assume(changed != phrase)
    right, wrong = (stretch(p, SALT, COST, PEPPER) for p in (phrase, changed))
    assert right == stretch(phrase, SALT, COST, PEPPER)
    assert right.verifier != wrong.verifier
    assert right.wrapping_key != wrong.wrapping_key


@pytest.mark.measures("I-4")
def test_without_the_pepper_and_the_salt_it_is_of_no_use() -> None:
    right = stretch(VARIED, SALT, COST, PEPPER)
    for other in (stretch(VARIED, SALT, COST, b"salt"), stretch(VARIED, new_salt(), COST, PEPPER)):
        assert other.verifier != right.verifier
        assert other.wrapping_key != right.wrapping_key
    assert right.wrapping_key.hex() not in right.verifier


def test_the_cost_is_taken_from_the_account_and_full_by_itself() -> None:
    assert cost_now(Settings.model_construct()) == "argon2id m=65536 t=3 p=1"
    assert stretch(VARIED, SALT, COST, PEPPER) != stretch(VARIED, SALT, "argon2id m=16 t=1 p=1", PEPPER)


@pytest.mark.parametrize("phrase", TRICKY, ids=range(len(TRICKY)))
def test_a_place_opens_with_the_exact_passphrase_alone(hearth: Running, phrase: str) -> None:
    api = hearth.person().api
    place = api.post("/accounts", json={"passphrase": phrase})
    assert place.status_code == 201, place.text
    name = place.json()["sign_in_name"]
    assert _signs_in(hearth, name, phrase)
    near = {phrase.strip(), phrase.swapcase(), phrase[:-1], f"{phrase}x", f"{phrase} ", phrase.replace("\0", "")} - {
        phrase
    }
    assert len(near) >= 3
    assert not [p for p in near if _signs_in(hearth, name, p)]


def _signs_in(hearth: Running, name: str, phrase: str) -> bool:
    answer = hearth.visitor().http.post("/api/v1/sessions", json={"sign_in_name": name, "passphrase": phrase})
    assert answer.status_code in (201, 401)
    return answer.status_code == 201
