"""Who may look, decide, tend and invite; and how soon a person must look. Unknown means no."""

from collections.abc import Sequence

from app.foundation.errors import Conflict, Forbidden
from app.foundation.language import gettext as _
from app.foundation.times import now
from app.members import rules as members
from app.members.member import DESK, AnyReader, Member
from app.members.models import Membership, Role
from app.members.rules import can_administer, can_tend
from app.moderation.models import Action, Case, Decision, Finding, FlagReason, Note, Tier
from app.moderation.verdict import Field, Kind, Outcome, Verdict
from app.stories.redacting import Span

tends_as = members.tends_as


def sees_every_group(member: AnyReader) -> bool:
    """Staff of the desk look at single cases of every group."""
    return member.wields(member.in_group(DESK), Role.MODERATOR, Role.ADMINISTRATOR)


def moderated_groups(member: AnyReader) -> list[str]:
    """The groups a member moderates by a role in the group itself."""
    return [m.group_id for m in member.memberships if member.wields(m, Role.MODERATOR) and m.group_id != DESK]


def must_hold(member: Member, case: Case) -> Membership:
    """The membership under which one has a case in hand. Raises Conflict without it, Forbidden for who has no say here."""
    staff = member.staff_for(case.group_id)
    if staff is None:
        raise Forbidden(_("This case is for somebody else."))
    if not case.is_open or not member.owns(case.holder(now()) or ""):
        raise Conflict(_("Take this case first, so that nobody else decides it at the same time."))
    return staff


def marks_of(member: Member, group_id: str) -> list[str]:
    """All by which a flag of this person in a group could be remembered: joined, left, or never joined."""
    once = member.once_in(group_id)
    return [member.keyring.flag_mark(group_id), *([once.id] if once else [])]


def mark_now(member: Member, group_id: str) -> str:
    """By which a flag given now is remembered."""
    joined = member.in_group(group_id)
    return joined.id if joined else member.keyring.flag_mark(group_id)


def tier_of_flag(reason: FlagReason, note: Verdict | None) -> Tier:
    """A reader's flag comes before what the rules held; danger, or a note that tells of it, before everything."""
    is_danger = reason is FlagReason.DANGER or (note is not None and note.outcome is Outcome.URGENT)
    return Tier.URGENT if is_danger else Tier.REPORT


def may_show(note: Note) -> bool:
    """Whether staff may read a flag's note. Staff read what other readers may not, but never who somebody is."""
    return all(f.kind is not Kind.CONFIDENTIALITY for f in note.decision.findings)


def found_in(history: Sequence[Decision]) -> list[Finding]:
    """What the rules found in words with this history, newest decision first. Nothing once words were taken out,
    as the places would be wrong."""
    if any(decision.action is Action.REDACT for decision in history):
        return []
    return next((decision.findings for decision in history if decision.outcome), [])


def spans(findings: Sequence[Finding], numbers: Sequence[int], pieces: str, title: str, body: str) -> list[Span]:
    """What a moderator marked on the page: findings by number, and pieces of text, one a line, wherever they stand."""
    chosen = [findings[n - 1] for n in numbers if 0 < n <= len(findings)]
    lines = [line.strip() for line in pieces.split("\n") if line.strip()]
    return [
        *(Span(f.field, f.start, f.end) for f in chosen),
        *(span for line in lines for span in _everywhere(Field.TITLE, title, line)),
        *(span for line in lines for span in _everywhere(Field.BODY, body, line)),
    ]


def missing(pieces: str, title: str, body: str) -> str:
    """The first piece that stands nowhere in the text, or nothing."""
    lines = (line.strip() for line in pieces.split("\n"))
    return next((line for line in lines if line and line not in title and line not in body), "")


def _everywhere(field: Field, text: str, piece: str) -> list[Span]:
    found, at = list[Span](), text.find(piece)
    while at >= 0:
        found.append(Span(field, at, at + len(piece)))
        at = text.find(piece, at + len(piece))
    return found


def can_invite(member: Member, group_id: str, role: Role) -> bool:
    """Administrators invite into any role, at the desk too; facilitators invite members into their group."""
    return can_administer(member) or (role is Role.MEMBER and group_id != DESK and can_tend(member, group_id))
