"""What can be done with groups: joined under a name, left, opened, tended."""

import secrets
import tomllib
from collections.abc import Iterable
from importlib.resources import files

from sqlalchemy.orm import Session

from app.foundation.errors import Conflict, Forbidden, Unfit
from app.foundation.ids import new_id
from app.foundation.language import gettext as _
from app.foundation.sealing import new_key
from app.groups import personas, queries, ruling
from app.groups.forms import GroupChange, GroupTexts, Item, NewGroup
from app.groups.models import Group, GuidelineItem, GuidelinesVersion, Kind, Pace, Visibility
from app.groups.rules import can_become, can_join, own_names
from app.log import actions as log
from app.members import actions as members
from app.members import invitations
from app.members.keyring import Keyring
from app.members.member import DESK, Member
from app.members.models import GONE, FormerName, Membership, Role
from app.members.queries import is_taken
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge, judge_line
from app.moderation.letters import skeleton
from app.moderation.verdict import Outcome, Verdict

SUGGESTIONS = 3


def suggestions(db: Session, group: Group) -> list[str]:
    """Three fresh names, never used in this group before."""
    return personas.suggestions(SUGGESTIONS, lambda name: is_taken(db, group.id, name), secrets.SystemRandom())


def join(db: Session, member: Member, group: Group, version: int, persona: str = "") -> Membership:
    """Come into a group under a name, or come back under the old one.

    Raises Conflict if the guidelines changed meanwhile, Forbidden without the invitation it needs, Unfit with the
    reason if the name cannot be taken.
    """
    if version != group.guidelines_version:
        raise Conflict(_("The guidelines changed meanwhile. Please read them once more."))
    if group.is_closed:
        raise Forbidden(_("This group is closed. Nobody joins it any more."))
    if not can_join(member, group):
        raise Forbidden(_("This group is by invitation."))
    roles = [w.role for w in member.keyring.waiting if w.group_id == group.id and w.role != Role.MEMBER]
    known = member.once_in(group.id)
    if known:
        return _come_back(db, member, known, version, roles)
    name = " ".join(persona.split()) or suggestions(db, group)[0]
    verdict = _fit_name(db, member, group, name)
    return members.take_membership(db, member, group.id, name, skeleton(name), verdict, version, roles)


def _come_back(db: Session, member: Member, membership: Membership, version: int, roles: list[str]) -> Membership:
    membership.is_left, membership.guidelines_version = False, version
    if roles:
        membership.roles = sorted({*membership.roles, *roles})

    def taken(keyring: Keyring) -> None:
        keyring.waiting = [w for w in keyring.waiting if w.group_id != membership.group_id]

    if any(w.group_id == membership.group_id for w in member.keyring.waiting):
        members.change_keyring(db, member, taken)
    db.flush()
    return membership


def _fit_name(db: Session, member: Member, group: Group, name: str) -> Verdict:
    looks = skeleton(name)
    verdict = judge_line(queries.guidelines_of(db, group), name)
    wrong = personas.looks_wrong(name)
    if wrong is None and looks in own_names(member, group):
        wrong = "own"
    if wrong is None and is_taken(db, group.id, looks):
        wrong = "taken"
    if wrong is None and verdict.outcome is not Outcome.PUBLISH:
        wrong = "contact"
    if wrong:
        raise Unfit(_("This name cannot be taken."), {"persona": _why(wrong)})
    return verdict


def take_another_name(db: Session, member: Member, group: Group, membership: Membership, name: str) -> None:
    """Give a membership another name. Nobody gets the old one again, which stands beside nothing that leads here. Raises
    Unfit with the reason if the name cannot be taken."""
    verdict = _fit_name(db, member, group, name)
    db.add(FormerName(group_id=group.id, skeleton=membership.skeleton))
    membership.persona, membership.skeleton = name, skeleton(name)
    membership.words_judged(verdict, group.id)
    db.flush()


def _why(wrong: str) -> str:
    return {
        "too-short": _("This is very short. A name of three letters or more is easier to know again."),
        "too-long": _("This is too long for a name. Up to 40 letters fit."),
        "real-name": _(
            "This looks like a person’s name. Choose one that nobody calls you by, so that you are not found."
        ),
        "official": _("This sounds like somebody who runs the place. Choose a name that is yours alone."),
        "contact": _("This looks like a number, an address or a handle. Choose a name that leads nowhere else."),
        "triggering": _("This could hurt somebody on a hard day. Choose a calmer name."),
        "scripts": _("This mixes kinds of letters that look alike, so others could be taken for you."),
        "shape": _("A name here has letters, spaces, hyphens, and a digit or two."),
        "own": _("You are known by this name elsewhere. Another one keeps your groups apart."),
        "taken": _("Somebody here has this name, or one that looks like it. Choose another one."),
    }[wrong]


def leave(db: Session, membership: Membership) -> None:
    """Go. The name stays kept for coming back; nobody else can take it. A role is laid down: nobody could take it from
    somebody who is away, and it would be there again unasked."""
    membership.is_left, membership.roles = True, []
    db.flush()


def leave_for_good(db: Session, membership: Membership, *, keeps_words: bool) -> None:
    """Nobody comes back to this membership. Readers see that a member left; the name is never given to anybody else.

    Kept words leave the claim secret good: whoever holds it may still take them back.
    """
    group = db.get_one(Group, membership.group_id)
    membership.persona = _("a member who left")
    membership.words_judged(judge_line(queries.guidelines_of(db, group), membership.persona), group.id)
    membership.is_left, membership.roles, membership.guidelines_version = True, [], GONE
    membership.last_notice = 0
    membership.nullifier = new_key().hex()
    if not keeps_words:
        membership.claim_hash = new_key().hex()
    db.flush()


def open_group(db: Session, staff: Membership | None, form: NewGroup) -> Group:
    """A new group, by an administrator, or by the operator (None).

    Raises Unfit if its address is taken or its texts would not pass the gate.
    """
    if queries.slug_taken(db, form.slug):
        raise Unfit(_("Something needs another look."), {"slug": _("There is a group at this address already.")})
    group = _make(db, form, slug=form.slug, kind=Kind(form.kind), visibility=Visibility(form.visibility))
    log.write(db, "group.opened", group_id=group.id, by=_id(staff), subject=f"group:{group.id}")
    return group


def change_texts(db: Session, staff: Membership | None, group: Group, form: GroupTexts) -> Group:
    """New texts through the gate. Changed guidelines are a new version, and members are asked again. How fast the group
    speaks and who may come in hold at once: both are read from this row (R-12).

    Raises Unfit for texts that would not pass, for a guideline taken away that a rule of the group rests on, and for a
    group that was to be opened to more people than now.
    """
    _must_not_open(group, form)
    before = [(i.id, i.title, i.text) for i in queries.items(db, group)]
    _take_texts(group, form)
    if before != [(i.id, i.title, i.text) for i in form.items]:
        ruling.must_stand_on(db, group, {item.id for item in form.items})
        group.guidelines_version += 1
        _write_items(db, group, form.items)
    if isinstance(form, GroupChange) and group.id != DESK:
        group.pace = Pace(form.pace or group.pace)
        group.visibility = Visibility(form.visibility or group.visibility)
    log.write(db, "group.changed", group_id=group.id, by=_id(staff), subject=f"group:{group.id}")
    return group


def _id(staff: Membership | None) -> str | None:
    return staff.id if staff else None


def _must_not_open(group: Group, form: GroupTexts) -> None:
    wanted = form.visibility if isinstance(form, GroupChange) and group.id != DESK else None
    if wanted and not can_become(group, Visibility(wanted)):
        sentence = _(
            "What was written here was meant for those who could read it then. A group can be closed further, but not opened."
        )
        raise Unfit(_("Something needs another look."), {"visibility": sentence})


def invite(db: Session, staff: Membership, group_id: str, role: Role, days: int) -> str:
    """A one-time code for a role in a group, by somebody who tends it."""
    code = invitations.invite(db, role, group_id, days)
    log.write(db, "invitation.made", group_id=group_id, by=staff.id, reason=role.value)
    return code


def seed(db: Session, only: frozenset[str] | None = None) -> int:
    """The starter groups, or `only` those with these slugs. Their texts go through the gate like all others."""
    starters = [f for f in (files("app.groups") / "starter").iterdir() if f.name.endswith(".toml")]
    if only is not None:
        starters = [f for f in starters if f.name.removesuffix(".toml") in only]
    for file in sorted(starters, key=lambda f: f.name):
        texts = tomllib.loads(file.read_text("utf-8"))
        _make(db, NewGroup.model_validate(texts), slug=texts["slug"], kind=Kind(texts["kind"]),
              visibility=Visibility(texts["visibility"]))  # fmt: skip
    return len(starters)


def make_desk(db: Session) -> None:
    """The moderators' desk: a group like any other, but that nobody finds it."""
    texts = tomllib.loads((files("app.groups") / "desk.toml").read_text("utf-8"))
    _make(
        db, GroupTexts.model_validate(texts), slug="desk", kind=Kind.DESK, visibility=Visibility.INVITED, group_id=DESK
    )


def _make(db: Session, form: GroupTexts, *, slug: str, kind: Kind, visibility: Visibility, group_id: str = "") -> Group:
    group = Group(
        slug=slug, kind=kind, visibility=visibility, language=getattr(form, "language", "en"), guidelines_version=1
    )
    group.id = group_id or new_id()
    _take_texts(group, form)
    db.add(group)
    db.flush()
    _write_items(db, group, form.items)
    return group


def _take_texts(group: Group, form: GroupTexts) -> None:
    group.name, group.purpose, group.prompt = form.name, form.purpose, form.prompt
    guidelines = Guidelines(language=group.language)
    _must_pass(judge(guidelines, form.prompt), "prompt")
    group.words_judged(_must_pass(judge(guidelines, form.purpose, form.name), "purpose"), group.id)


def _write_items(db: Session, group: Group, items: Iterable[Item]) -> None:
    db.add(GuidelinesVersion(group_id=group.id, version=group.guidelines_version))
    for position, item in enumerate(items):
        row = GuidelineItem(group_id=group.id, version=group.guidelines_version, id=item.id, position=position,
                            title=item.title, text=item.text)  # fmt: skip
        verdict = _must_pass(judge(Guidelines(language=group.language), item.text, item.title), "items")
        row.words_judged(verdict, group.id)
        db.add(row)
    db.flush()


def _must_pass(verdict: Verdict, field: str) -> Verdict:
    if verdict.outcome is not Outcome.PUBLISH:
        raise Unfit(_("Something needs another look."), {field: " ".join(f.message for f in verdict.findings)})
    return verdict
