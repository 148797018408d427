"""Closing a place for good (SECURITY.md part 3, "Erasing the account"; docs/decisions/0008)."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.foundation.errors import NotFound
from app.foundation.home import Home
from app.foundation.language import gettext as _
from app.foundation.sealing import digest, same
from app.groups import queries as groups
from app.log import actions as log
from app.members import private, queries
from app.members.keyring import Drawer, Keyring
from app.members.member import Member
from app.members.models import Departure, Membership, PrivateRow
from app.members.passphrases import spaced
from app.mine.forms import Posts
from app.moderation.models import Flag, Note
from app.stories import leaving

KIND = "closing"
MOST_EXCEPTIONS = 500
TURN_SECONDS = 1.0
"""So long others may have to wait before they can write, each minute, while somebody who wrote much leaves."""
ID_BYTES = 16
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen for all words, and the stories with which it is the other way round."""

    posts: Posts = Posts.ERASE
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimCode:
    """By which words that were kept can be taken back later, by whoever has it."""

    group_name: str
    slug: str
    persona: str
    code: str


def choice_of(db: Session, member: Member) -> Choice:
    """What was chosen so far. It is sealed like all that is one's own."""
    held = private.settings_of(db, member, KIND)
    return Choice(Posts(held.get("posts", Posts.ERASE)), tuple(held.get("exceptions", ())))


def choose(db: Session, member: Member, posts: Posts) -> Choice:
    """Choose for all words. Another choice than before begins without exceptions."""
    chosen = choice_of(db, member)
    if chosen.posts is not posts:
        chosen = Choice(posts)
    return _keep(db, member, chosen)


def except_some(db: Session, member: Member, shown: Sequence[str], ticked: Sequence[str]) -> Choice:
    """Of the stories on one page, these are exceptions and the others are not. The first MOST_EXCEPTIONS count."""
    chosen = choice_of(db, member)
    others = [one for one in chosen.exceptions if one not in shown]
    found = [*others, *(one for one in ticked if one in shown)]
    return _keep(db, member, Choice(chosen.posts, tuple(found[:MOST_EXCEPTIONS])))


def _keep(db: Session, member: Member, choice: Choice) -> Choice:
    private.keep_settings(db, member, KIND, {"posts": choice.posts.value, "exceptions": list(choice.exceptions)})
    return choice


def claim_codes(db: Session, member: Member, choice: Choice) -> list[ClaimCode]:
    """One for each persona of whose words some stay."""
    keeps_words = choice.posts is Posts.KEEP
    speaking = [
        m
        for m in member.memberships
        if leaving.keeps_something(db, m.id, keeps_words=keeps_words, exceptions=choice.exceptions)
    ]
    names = groups.named(db, [m.group_id for m in speaking])
    secrets_of = {c.membership_id: c.secret for c in member.keyring.claims}
    return [
        ClaimCode(names[m.group_id].name, names[m.group_id].slug, m.persona, _code(m.id, secrets_of[m.id]))
        for m in speaking
    ]


def _code(membership_id: str, secret: str) -> str:
    return spaced(base64.b32encode(bytes.fromhex(membership_id + secret)).decode().rstrip("=").lower())


def close(db: Session, member: Member, choice: Choice) -> None:
    """Close a place. Commits: no two things of one person are written in one transaction, so that nothing that is
    stored ties them. The account goes last: broken off before that, it can be done again."""
    for _step in _steps(db, member, choice):
        db.commit()


def _steps(db: Session, member: Member, choice: Choice) -> Iterator[None]:
    left = set[str]()
    while True:
        for membership in [m for m in member.memberships if m.id not in left]:
            leaving.queue(db, membership, keeps_words=choice.posts is Posts.KEEP,
                          exceptions=_among(db, membership, choice.exceptions))  # fmt: skip
            left.add(membership.id)
            yield
        for drawer in _drawers(member.keyring):
            db.execute(delete(PrivateRow).where(PrivateRow.tag == drawer.tag))
            yield
        if choice.posts is Posts.ERASE:
            yield from _forget_notes(db, member)
        if _is_last(db, member, left):
            log.deleted(db, member.account.id)
            db.delete(member.account)
            yield
            return
        yield


def _among(db: Session, membership: Membership, exceptions: Sequence[str]) -> list[str]:
    """Those of the stories that are this membership's."""
    return leaving.own_among(db, membership.id, exceptions) if exceptions else []


def _drawers(keyring: Keyring) -> list[Drawer]:
    return [*keyring.drawers.values(), *(claim.drafts for claim in keyring.claims)]


def _forget_notes(db: Session, member: Member) -> Iterator[None]:
    """What was said to moderators by somebody who had not joined. The mark itself leads to nobody once the keyring
    is gone."""
    for group in groups.every_one(db):
        own = select(Flag.id).where(Flag.flagger == member.keyring.flag_mark(group.id))
        if db.execute(delete(Note).where(Note.flag_id.in_(own)).returning(Note.id)).first():
            yield


def _is_last(db: Session, member: Member, left: set[str]) -> bool:
    """Whether nothing was joined meanwhile. From here on nothing can be: the account is held."""
    held = queries.held_account(db, member.account.id)
    if held is None:
        raise NotFound(_("This place is closed already."))
    member.account = held
    member.keyring = Keyring.opened(held.keyring, member.account_key, member.keys.sealing, held.id, held.version)
    member.memberships = queries.memberships_of(db, member.keyring)
    return all(m.id in left for m in member.memberships)


def claimed(db: Session, typed: str) -> Membership | None:
    """The membership a claim code is good for: one that left for good, or is about to, and has words."""
    bare = "".join(c for c in typed.upper() if c.isalnum())
    try:
        raw = base64.b32decode(bare + "=" * (-len(bare) % 8))
    except (binascii.Error, ValueError):
        return None
    found = db.get(Membership, raw[:ID_BYTES].hex()) if len(raw) == ID_BYTES + SECRET_BYTES else None
    if found is None or not same(digest(raw[ID_BYTES:].hex()), found.claim_hash):
        return None
    is_leaving = found.is_gone or db.get(Departure, found.id) is not None
    return found if is_leaving and leaving.has_words(db, found.id) else None


def depart_due(home: Home) -> int:
    """Due each minute: let memberships leave whose moment has come. How many did. What takes longer than TURN_SECONDS
    goes on in the next minute, as does what was broken off."""
    with home.database.reading() as db:
        waiting = leaving.due(db)
    end = monotonic() + TURN_SECONDS
    gone = 0
    for membership_id in waiting:
        is_gone = False
        while not is_gone and monotonic() < end:
            with home.database.writing() as db:
                is_gone = leaving.step(db, membership_id)
                db.commit()
        gone += is_gone
    return gone
