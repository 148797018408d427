"""The keyring: one blob that only its owner opens, and that tells nothing by its size (SECURITY.md, I-16)."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Select, select, update

from app.foundation.errors import BrokenSeal
from app.foundation.ids import new_id
from app.foundation.keys import Keys, load
from app.foundation.sealing import new_key, pad, seal, unpad, unseal
from app.foundation.settings import Settings
from app.members.actions import name_mac
from app.members.keyring import SIZE_CLASSES, Claim, Drawer, Keyring, Waiting
from app.members.models import Account
from tests.conftest import Running
from tests.people import PASSPHRASE, Person

ACCOUNT_KEY, SERVER_KEY = new_key(), new_key()
ACCOUNT, VERSION = new_id(), new_id()
TWO_SEALS = 2 * (12 + 16)
"""Bytes that a nonce and a tag add, twice."""

ids = some.uuids().map(lambda u: u.hex)
keyrings = some.builds(
    Keyring,
    sign_in_name=some.text(max_size=40),
    claims=some.lists(
        some.builds(Claim, membership_id=ids, group_id=ids, read_notices=some.integers(0, 999)), max_size=5
    ),
    waiting=some.lists(some.builds(Waiting, group_id=ids, role=some.sampled_from(["member", "moderator"])), max_size=2),
    drawers=some.dictionaries(some.text(min_size=1, max_size=9), some.builds(Drawer), max_size=3),
    codes_used=some.lists(some.dates().map(str), max_size=3),
)


def _sealed(keyring: Keyring) -> bytes:
    return keyring.sealed(ACCOUNT_KEY, SERVER_KEY, ACCOUNT, VERSION)


def _opened(sealed: bytes) -> Keyring:
    return Keyring.opened(sealed, ACCOUNT_KEY, SERVER_KEY, ACCOUNT, VERSION)


def _of(groups: int) -> Keyring:
    return Keyring("calm-river-stone-42", claims=[Claim(new_id(), new_id()) for _group in range(groups)])


@settings(deadline=None, max_examples=60)
@given(keyrings)
def test_what_was_sealed_opens_as_it_was(keyring: Keyring) -> None:
    assert _opened(_sealed(keyring)) == keyring


def test_the_same_keyring_never_looks_the_same() -> None:
    keyring = _of(3)
    assert len({_sealed(keyring) for _time in range(20)}) == 20


def test_its_size_tells_only_the_class() -> None:
    sizes = [len(_sealed(_of(groups))) - TWO_SEALS for groups in (0, 1, 2, 3, 10, 15)]
    assert set(sizes) == {SIZE_CLASSES[0]}
    large = [len(_sealed(_of(groups))) - TWO_SEALS for groups in range(20, 400, 20)]
    assert all(one <= other for one, other in pairwise(large))
    assert set(large) <= set(SIZE_CLASSES)
    assert len(set(large)) > 1


@settings(deadline=None, max_examples=60)
@given(some.binary(max_size=300))
def test_padding_is_taken_off_again(plain: bytes) -> None:
    padded = pad(plain, (64, 128))
    assert unpad(padded) == plain
    assert len(padded) in (64, 128) or (len(plain) + 4 > 128 and len(padded) % 128 == 0)


@pytest.mark.measures("I-16")
def test_every_flipped_bit_of_a_sealed_blob_is_noticed() -> None:
    sealed = seal(ACCOUNT_KEY, b"which memberships are mine", "keyring")
    assert unseal(ACCOUNT_KEY, sealed, "keyring") == b"which memberships are mine"
    for bit in range(8 * len(sealed)):
        with pytest.raises(BrokenSeal):
            unseal(ACCOUNT_KEY, _flipped(sealed, bit), "keyring")


def test_a_flipped_bit_is_noticed_inside_the_servers_seal_too() -> None:
    place = f"keyring {ACCOUNT} {VERSION}"
    inner = unseal(SERVER_KEY, _sealed(_of(2)), place)
    for bit in [*range(256), *range(256, 8 * len(inner), 997), 8 * len(inner) - 1]:
        with pytest.raises(BrokenSeal):
            _opened(seal(SERVER_KEY, _flipped(inner, bit), place))


def _flipped(sealed: bytes, bit: int) -> bytes:
    changed = bytearray(sealed)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("cut", [0, 5, 12, 27, 28, 100])
def test_a_blob_that_was_cut_off_does_not_open(cut: int) -> None:
    with pytest.raises(BrokenSeal):
        _opened(_sealed(_of(1))[:cut])


def test_it_opens_with_both_keys_in_its_place_alone() -> None:
    sealed = _sealed(_of(1))
    for wrong in (
        (new_key(), SERVER_KEY, ACCOUNT, VERSION),
        (ACCOUNT_KEY, new_key(), ACCOUNT, VERSION),
        (SERVER_KEY, ACCOUNT_KEY, ACCOUNT, VERSION),
        (ACCOUNT_KEY, SERVER_KEY, new_id(), VERSION),
        (ACCOUNT_KEY, SERVER_KEY, ACCOUNT, new_id()),
        (ACCOUNT_KEY, SERVER_KEY, VERSION, ACCOUNT),
    ):
        with pytest.raises(BrokenSeal):
            Keyring.opened(sealed, *wrong)


def test_nullifiers_are_the_same_for_a_group_and_unrelated_between_groups_and_people() -> None:
    one, other = _of(0), _of(0)
    groups = [new_id() for _group in range(50)]
    marks = [person.nullifier(group) for person in (one, other) for group in groups]
    marks += [person.flag_mark(group) for person in (one, other) for group in groups]
    assert len(set(marks)) == 200
    assert one.nullifier(groups[0]) == marks[0]
    assert not [m for m in marks for g in groups if g in m or m in one.person_secret]


@pytest.mark.measures("I-16")
@pytest.mark.parametrize("columns", [["keyring"], ["keyring", "version"]])
def test_keyrings_that_were_swapped_between_two_accounts_open_for_neither(hearth: Running, columns: list[str]) -> None:
    people = [hearth.person(), hearth.person()]
    assert [p.api.get("/me").status_code for p in people] == [200, 200]
    _swap(hearth, people, columns)
    assert [p.api.get("/me").status_code for p in people] == [401, 401]
    _swap(hearth, people, columns)
    assert [p.api.get("/me").status_code for p in people] == [200, 200]


def test_wrapped_keys_that_were_swapped_let_neither_in(hearth: Running) -> None:
    people = [hearth.person(), hearth.person()]
    _swap(hearth, people, ["wrapped_key"])
    assert 201 not in [_sign_in(p) for p in people]
    _swap(hearth, people, ["wrapped_key"])
    assert [_sign_in(p) for p in people] == [201, 201]


def _sign_in(person: Person) -> int:
    typed = {"sign_in_name": person.sign_in_name, "passphrase": PASSPHRASE}
    return person.api.post("/sessions", json=typed).status_code


def _swap(hearth: Running, people: list[Person], columns: list[str]) -> None:
    """Exchange columns of two accounts, as somebody with the database would."""
    keys = load(Settings(secrets_dir=hearth.secrets))
    with hearth.database.writing() as db:
        one, other = (db.scalars(_account(keys, person)).one() for person in people)
        mine, theirs = ({column: getattr(account, column) for column in columns} for account in (one, other))
        db.execute(update(Account).where(Account.id == one.id).values(theirs))
        db.execute(update(Account).where(Account.id == other.id).values(mine))
        db.commit()


def _account(keys: Keys, person: Person) -> Select[Account]:
    return select(Account).where(Account.name_mac == name_mac(keys, person.sign_in_name))
