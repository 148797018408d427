"""What a reader chose about reading: one sealed row, which only they can open."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from sqlalchemy.orm import Session

from app.foundation.db import ID_LETTERS, hold, hold_now
from app.foundation.errors import Unfit
from app.foundation.eyes import Connected
from app.foundation.language import gettext as _
from app.foundation.sealing import mac
from app.members import private
from app.members.member import AnyReader, Member

KIND = "reading"
MOST_SAVED = MOST_FOLLOWED = MOST_MUTED = MOST_LOOKED = 200
MOST_RESTING = 50
"""All five together fit into a private row of the largest size."""


@dataclass(slots=True)
class Reading:
    """Ids and keys of one reader's choices. Nobody else can see that they were made."""

    fold: list[str] = field(default_factory=list)
    """Content notes whose stories are folded."""
    muted: list[str] = field(default_factory=list)
    """Memberships whose words this reader would rather not read."""
    saved: list[str] = field(default_factory=list)
    """Stories to find again, the newest first."""
    followed: dict[str, int] = field(default_factory=dict)
    """Stories to hear about: the number of the last reply that was seen."""
    resting: list[str] = field(default_factory=list)
    """Threads that are folded, the newest first: they were too much."""
    looked: dict[str, int] = field(default_factory=dict)
    """Groups: the activity up to which the reader has looked."""

    @classmethod
    def opened(cls, held: dict[str, Any]) -> Self:
        return cls(**{name: value for name, value in held.items() if name in KNOWN})


KNOWN = {field.name for field in fields(Reading)}


def reading_of(db: Connected, member: AnyReader) -> Reading:
    """One's choices, as they are now."""
    return Reading.opened(private.settings_of(db, member, KIND))


def choose(db: Session, member: Member, change: Callable[[Reading], None]) -> Reading:
    """Change one's choices and keep them. Two requests at once change one after the other."""
    drawer = member.keyring.drawer(KIND)
    hold(db, f"reading {drawer.tag if drawer else member.account.id}")
    chosen = reading_of(db, member)
    change(chosen)
    private.keep_settings(db, member, KIND, asdict(chosen))
    return chosen


def note(db: Session, reader: AnyReader, change: Callable[[Reading], None]) -> None:
    """Keep in passing what was seen. Not worth waiting for: nothing happens while another request changes the row."""
    drawer = reader.keyring.drawer(KIND)
    if drawer and hold_now(db, f"reading {drawer.tag}"):
        chosen = reading_of(db, reader)
        change(chosen)
        private.put(db, drawer, private.SETTINGS_ID, asdict(chosen))


def look(group_id: str, activity: int) -> Callable[[Reading], None]:
    """A group was looked at, up to this activity. Beyond the bound the group looked at longest ago is forgotten."""

    def looked(reading: Reading) -> None:
        reading.looked[group_id] = max(reading.looked.pop(group_id, 0), activity)
        for oldest in list(reading.looked)[:-MOST_LOOKED]:
            del reading.looked[oldest]

    return looked


def see(story_id: str, number: int) -> Callable[[Reading], None]:
    """Replies to a followed story were seen, up to this one."""

    def seen(reading: Reading) -> None:
        if story_id in reading.followed:
            reading.followed[story_id] = max(reading.followed[story_id], number)

    return seen


def save(db: Session, member: Member, story_id: str) -> None:
    """Find a story again later. Raises Unfit when the list is full."""

    def saved(reading: Reading) -> None:
        others = [one for one in reading.saved if one != story_id]
        _must_fit(
            len(others), MOST_SAVED, _("You saved %(most)s stories; there is room for no more. Let one go first.")
        )
        reading.saved = [story_id, *others]

    choose(db, member, saved)


def unsave(db: Session, member: Member, story_id: str) -> None:
    def unsaved(reading: Reading) -> None:
        reading.saved = [one for one in reading.saved if one != story_id]

    choose(db, member, unsaved)


def follow(db: Session, member: Member, story_id: str, number: int) -> None:
    """Hear about a story's replies after this one. Raises Unfit when the list is full."""

    def followed(reading: Reading) -> None:
        if story_id not in reading.followed:
            full = _("You follow %(most)s stories; there is room for no more. Let one go first.")
            _must_fit(len(reading.followed), MOST_FOLLOWED, full)
            reading.followed[story_id] = number

    choose(db, member, followed)


def unfollow(db: Session, member: Member, story_id: str) -> None:
    def unfollowed(reading: Reading) -> None:
        reading.followed.pop(story_id, None)

    choose(db, member, unfollowed)


def let_rest(db: Session, member: Member, story_id: str) -> None:
    """Fold a thread, and hear no more of it. Beyond the bound the one that rested longest is read again."""

    def rested(reading: Reading) -> None:
        reading.followed.pop(story_id, None)
        reading.resting = [story_id, *(one for one in reading.resting if one != story_id)][:MOST_RESTING]

    choose(db, member, rested)


def read_on(db: Session, member: Member, story_id: str) -> None:
    def woken(reading: Reading) -> None:
        reading.resting = [one for one in reading.resting if one != story_id]

    choose(db, member, woken)


def mute(db: Session, member: Member, membership_id: str) -> None:
    """Rather not read a persona. Raises Unfit for one's own, and when the list is full."""
    if member.owns(membership_id):
        raise Unfit(_("These are your own words. You can change them or take them back yourself."))

    def muted(reading: Reading) -> None:
        others = [one for one in reading.muted if one != membership_id]
        full = _("There are %(most)s names on this list; there is room for no more. Let one go first.")
        _must_fit(len(others), MOST_MUTED, full)
        reading.muted = [membership_id, *others]

    choose(db, member, muted)


def unmute(db: Session, member: Member, marks: set[str]) -> None:
    """Read these personas again; `marks` as `mark_of` makes them."""

    def unmuted(reading: Reading) -> None:
        reading.muted = [one for one in reading.muted if mark_of(member, one) not in marks]

    choose(db, member, unmuted)


def mark_of(reader: AnyReader, membership_id: str) -> str:
    """What stands for a muted persona on pages and in the API: it means nothing to anybody else."""
    return mac(bytes.fromhex(reader.keyring.person_secret), "muted", membership_id)[:ID_LETTERS]


def _must_fit(there: int, most: int, full: str) -> None:
    if there >= most:
        raise Unfit(full % {"most": most})
