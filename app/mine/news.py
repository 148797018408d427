"""What is new for one member since a number: over all their memberships, and under the story they have open."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from struct import Struct
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.foundation.errors import BrokenSeal
from app.foundation.language import gettext as _
from app.foundation.language import ngettext
from app.foundation.prepared import Ids, Prepared, among
from app.foundation.sealing import derive, mac, pad, seal, unpad, unseal
from app.groups.models import Group
from app.members.keyring import Keyring
from app.members.member import Reader, Stands
from app.notifications.models import NoticeKind
from app.notifications.queries import told_after
from app.stories import queries as stories
from app.stories.reading import reading_of

MOST_AT_ONCE = 50
MOST_WATCHED = 150
"""Memberships one stream waits for, the newest: their counters fit into the largest event id."""
SIZE_CLASSES = (256, 1024, 4096)
"""Bytes of an event id before sealing: its length tells little of how many memberships are in it."""
COUNTER = Struct(">16sI")
PLACE = "event id"
_SLUGS = Prepared(select(Group.id, Group.slug).where(among(Group.id, bindparam("ids", type_=Ids))))
Known = dict[str, int]
"""Membership to the number of the last notice that was sent; story to that of the last reply."""


def known_now(reader: Reader[Stands]) -> Known:
    return {m.id: m.last_notice for m in reader.memberships[-MOST_WATCHED:]}


def owner(reader: Reader[Stands]) -> str:
    """By which one process counts a person's open streams. Only in its memory."""
    return mac(bytes.fromhex(reader.keyring.person_secret), "listens")


def sealed(keyring: Keyring, known: Known) -> str:
    """An event id: what was sent, for its receiver alone, and opaque even to them."""
    plain = b"".join(COUNTER.pack(bytes.fromhex(topic), number) for topic, number in known.items())
    return urlsafe_b64encode(seal(_key(keyring), pad(plain, SIZE_CLASSES), PLACE)).decode()


def opened(keyring: Keyring, event_id: str) -> Known:
    """Undo `sealed`. Empty for an id that is none, or somebody else's."""
    try:
        plain = unpad(unseal(_key(keyring), urlsafe_b64decode(event_id.encode()), PLACE))
    except (BrokenSeal, ValueError):
        return {}
    return {topic.hex(): number for topic, number in COUNTER.iter_unpack(plain)}


def _key(keyring: Keyring) -> bytes:
    return derive(bytes.fromhex(keyring.person_secret), "event ids")


def notices(db: Session, reader: Reader[Stands], known: Known) -> list[tuple[str, dict[str, Any]]]:
    """What one's memberships were told beyond `known`, which moves along: each as an event id and what it says."""
    behind = {m.id: m for m in reader.memberships if m.id in known and m.last_notice > known[m.id]}
    out = list[tuple[str, dict[str, Any]]]()
    slugs = dict(_SLUGS.rows(db.connection(), ids=[m.group_id for m in behind.values()])) if behind else {}
    for membership in behind.values():
        told = told_after(db, membership.id, known[membership.id], MOST_AT_ONCE)
        for notice in told:
            known[membership.id] = notice.number
            slug = slugs[notice.group_id]
            said = {
                "kind": notice.kind,
                "group": slug,
                "subject": subject(slug, notice.story_id, notice.reply_id, notice.kind),
            }
            out.append((sealed(reader.keyring, known), said))
        if len(told) < MOST_AT_ONCE:
            known[membership.id] = max(known[membership.id], membership.last_notice)
    return out


def subject(slug: str, story_id: str | None, reply_id: str | None, kind: str) -> str:
    """What a notice is about, as programs know it."""
    if kind == NoticeKind.WORD:
        return f"talk:{story_id}"
    if reply_id:
        return f"reply:{reply_id}"
    return f"story:{story_id}" if story_id else f"group:{slug}"


def new_replies(db: Session, reader: Reader[Stands], story_id: str, after: int) -> list[int]:
    """Numbers of replies under a story one may read: neither one's own nor of a persona one would rather not read."""
    found = stories.numbers_after(db, reader, story_id, after)
    muted = set(reading_of(db, reader).muted) if found else set()
    return [number for number, who in found if not (reader.owns(who) or who in muted)]


def state(db: Session, reader: Reader[Stands], story_id: str, seen: int, unread: int) -> str:
    """For a page that is open: how its way to the notices is called now, and what stands on its link to what is new."""
    now = reader.unread
    if story_id:
        count = len(new_replies(db, reader, story_id, seen))
        said = ngettext("%(num)s new reply. Show it", "%(num)s new replies. Show them", count) % {"num": count}
    else:
        count = max(0, now - unread)
        said = ngettext("%(num)s new notice. Show it", "%(num)s new notices. Show them", count) % {"num": count}
    called = ngettext("Notices (%(num)s)", "Notices (%(num)s)", now) % {"num": now} if now else _("Notices")
    return json.dumps({"notices": called, "more": said if count else ""})
