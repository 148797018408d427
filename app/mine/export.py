"""Everything that is held about a member, gathered over the open keyring (SECURITY.md, D-1). Nothing of others' words."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from app.appeals import queries as appeals
from app.care import queries as care
from app.care.wishes import wishes_of
from app.foundation.errors import BrokenSeal
from app.foundation.times import today
from app.groups import queries as groups
from app.groups.models import Group
from app.members import queries as members
from app.members import sessions
from app.members.member import Member
from app.mine import export_staff
from app.mine import queries as mine
from app.moderation.models import Decision, Flag, Note
from app.notifications.queries import notices
from app.stories import drafts, kept
from app.stories.answers import rfc3339
from app.stories.models import Reply, ReplyVersion, Story, StoryVersion, Support
from app.stories.reading import reading_of
from app.stories.statements import statement
from app.stories.talks import Handover, Letter, Talk

AT_ONCE = 100
"""Rows read in one go: memory and each statement stay small, however much somebody wrote."""


class Export:
    """One member's things, read in small bites. Use it within one reading transaction."""

    def __init__(self, db: Session, member: Member) -> None:
        self.db = db
        self.member = member
        self.ids = [m.id for m in member.memberships]
        self.groups = groups.named(db, [m.group_id for m in member.memberships])

    def lists(self) -> dict[str, Callable[[], Iterator[dict[str, Any]]]]:
        """Everything that there can be much of, by name, each to be read once from beginning to end."""
        return {
            "memberships": self.memberships, "stories": self.stories, "replies": self.replies, "drafts": self.drafts,
            "support": self.support, "flags": self.flags, "talks": self.talks, "notices": self.notices,
            "wishes": self.wishes, "answers": self.answers, "appeals": self.appeals,
            **self._as_staff(),
        }  # fmt: skip

    def place(self) -> dict[str, Any]:
        """The account, as far as it has anything to say."""
        account, keyring = self.member.account, self.member.keyring
        live = list[sessions.Times]()
        for row in members.sessions_of(self.db, account.id):
            with suppress(BrokenSeal):
                live.append(sessions.times_of(row, self.member.account_key))
        waiting = groups.named(self.db, [w.group_id for w in keyring.waiting])
        return {
            "made_on": today().isoformat(),
            "sign_in_name": keyring.sign_in_name,
            "last_signed_in_month": account.opened_month.strftime("%Y-%m"),
            "recovery_codes_left": members.codes_left(self.db, account.id),
            "recovery_codes_used_on": keyring.codes_used,
            "sessions": [{"since": t.started.date().isoformat(), "shared_device": t.is_shared} for t in live],
            "invitations_waiting": [{"group": waiting[w.group_id].slug, "role": w.role} for w in keyring.waiting],
        }

    def memberships(self) -> Iterator[dict[str, Any]]:
        for m in self.member.memberships:
            limits = [limit for limit in self.member.limits if limit.membership_id == m.id]
            yield {
                "group": self.groups[m.group_id].slug,
                "group_name": self.groups[m.group_id].name,
                "persona": m.persona,
                "roles": m.roles or ["member"],
                "joined_month": m.joined_month.strftime("%Y-%m"),
                "left": m.is_left,
                "guidelines_version": m.guidelines_version,
                "limits": [{"until": i.until_day.isoformat(), "site_wide": i.is_site_wide} for i in limits],
            }

    def stories(self) -> Iterator[dict[str, Any]]:
        for story in self._tellings(Story, StoryVersion):
            yield {
                "id": story.id, "group": self._slug(story.group_id), "persona": self._persona(story.membership_id),
                "created_at": rfc3339(story.created_hour), "status": story.latest.fate.value,
                "reply_count": story.reply_count, "versions": [self._version(story, v) for v in story.versions],
            }  # fmt: skip

    def replies(self) -> Iterator[dict[str, Any]]:
        for reply in self._tellings(Reply, ReplyVersion):
            yield {
                "id": reply.id, "group": self._slug(reply.group_id), "persona": self._persona(reply.membership_id),
                "story": reply.story_id, "created_at": rfc3339(reply.created_hour), "status": reply.latest.fate.value,
                "versions": [self._version(reply, v) for v in reply.versions],
            }  # fmt: skip

    def _tellings(self, kind: type[Any], version: type[Any]) -> Iterator[Any]:
        """Stories or replies of each membership in turn, oldest first."""
        whole = selectinload(kind.versions).joinedload(version.decision).selectinload(Decision.findings)
        for membership_id in self.ids:
            after = None
            while True:
                wanted = select(kind).options(whole).where(kind.membership_id == membership_id)
                if after:
                    later = (kind.created_hour == after.created_hour) & (kind.id > after.id)
                    wanted = wanted.where(or_(kind.created_hour > after.created_hour, later))
                found = list(self.db.scalars(wanted.order_by(kind.created_hour, kind.id).limit(AT_ONCE)))
                yield from found
                if len(found) < AT_ONCE:
                    break
                after = found[-1]
                self.db.expunge_all()

    def _version(self, telling: Any, version: Any) -> dict[str, Any]:
        words = {"title": version.title} if isinstance(version, StoryVersion) else {}
        noted = (
            {"content_notes": version.notes, "answer_me_with": version.answer_me_with}
            if isinstance(version, StoryVersion)
            else {}
        )
        return {
            "number": version.number, **words, "body": version.body, "html": version.html, **noted,
            "shown_to_readers": version.is_shown, "decisions": [self._decided(telling, d) for d in self._chain(version)],
        }  # fmt: skip

    def _chain(self, version: Any) -> list[Decision]:
        """All that was decided about these words, the first decision first."""
        chain = [version.decision]
        while chain[0].previous_id:
            chain.insert(0, self.db.get_one(Decision, chain[0].previous_id))
        return chain

    def _decided(self, telling: Any, decision: Decision) -> dict[str, Any]:
        found = [{name: getattr(f, name) for name in ("rule", "kind", "severity", "field", "start", "end", "guideline")}
                 for f in decision.findings]  # fmt: skip
        reasons = found or decision.action
        about = f"{telling.kind.value}:{telling.id}"
        said = statement(self.db, self.groups[telling.group_id], decision, about) if reasons else None
        return {
            "day": decision.day.isoformat() if decision.day else None, "fate": decision.fate.value,
            "by": "person" if decision.action else "rules", "findings": found, "statement": said,
        }  # fmt: skip

    def drafts(self) -> Iterator[dict[str, Any]]:
        for draft in drafts.of(self.db, self.member):
            yield {**asdict(draft), "group": self._slug(draft.group_id)}

    def support(self) -> Iterator[dict[str, Any]]:
        """Gestures one gave: to which story or reply, never what stands there."""
        for m in self.member.memberships:
            around = select(Story.id).where(Story.group_id == m.group_id)
            given = select(Support).where(Support.story_id.in_(around), Support.membership_id == m.id)
            for one in self.db.scalars(given.order_by(Support.story_id).execution_options(yield_per=AT_ONCE)):
                what = {"reply": one.subject_id} if one.subject_id != one.story_id else {}
                yield {"group": self._slug(m.group_id), "story": one.story_id, **what, "kind": one.kind.value}

    def flags(self) -> Iterator[dict[str, Any]]:
        """What one told moderators about, also in groups one never joined."""
        marks = [*self.ids, *(self.member.keyring.flag_mark(g.id) for g in groups.every_one(self.db))]
        found = self.db.execute(
            select(Flag, Note.html, Group.slug)
            .join(Group, Group.id == Flag.group_id)
            .outerjoin(Note, Note.flag_id == Flag.id)
            .where(Flag.flagger.in_(marks))
            .order_by(Flag.day, Flag.id)
        )
        for flag, note, slug in found:
            said = {"reason": flag.reason.value, "note_html": note}
            yield {"group": slug, "about": flag.subject_id, "day": flag.day.isoformat()} | said

    def talks(self) -> Iterator[dict[str, Any]]:
        """What one and the moderators of a group said to each other."""
        for talk in self.db.scalars(select(Talk).where(Talk.membership_id.in_(self.ids)).order_by(Talk.id)):
            said = ((one, "moderator" if one.by_membership_id else "me") for one in talk.letters)
            words = [{"day": one.day.isoformat(), "by": by, "html": one.html} for one, by in said]
            yield {"group": self._slug(talk.group_id), "about": talk.kind.value, "words": words}

    def notices(self) -> Iterator[dict[str, Any]]:
        after = None
        while True:
            found = notices(self.db, self.ids, after, AT_ONCE)
            for one, shown in zip(found, mine.notices_shown(self.db, self.member, found), strict=True):
                yield {"group": self._slug(one.group_id), "day": one.day.isoformat(), "kind": one.kind.value,
                       "text": shown["text"], "read": shown["is_read"], "story": one.story_id, "reply": one.reply_id,
                       "statement": shown["statement"]}  # fmt: skip
            if len(found) < AT_ONCE:
                return
            after = (found[-1].day, found[-1].id)

    def wishes(self) -> Iterator[dict[str, Any]]:
        """What one wrote for a bad day."""
        if found := wishes_of(self.db, self.member):
            yield found.model_dump()

    def answers(self) -> Iterator[dict[str, Any]]:
        """What moderators wrote to one about words of danger."""
        for one in care.answers_to(self.db, self.ids):
            about = {"group": self._slug(one.group_id), "about": one.subject_id}
            yield about | {"day": one.day.isoformat(), "html": one.html}

    def appeals(self) -> Iterator[dict[str, Any]]:
        """What one asked to be looked at again, and what was answered."""
        for one in appeals.made_by(self.db, self.ids):
            answered = self.db.get(Decision, one.answer_id) if one.answer_id else None
            yield {
                "group": self._slug(one.group_id), "about": one.subject, "day": one.day.isoformat(),
                "status": one.status.value, "html": one.html,
                "statement": answered and statement(self.db, self.groups[one.group_id], answered),
            }  # fmt: skip

    def _as_staff(self) -> dict[str, Callable[[], Iterator[dict[str, Any]]]]:
        return {
            "acts_as_staff": lambda: export_staff.acts(self.db, self.ids),
            "duties": lambda: export_staff.duties(self.db, self.ids),
            "debriefs": lambda: export_staff.debriefs(self.db, self.member),
            "handovers": lambda: export_staff.written(self.db, Handover, self.ids),
            "letters_as_staff": lambda: export_staff.written(self.db, Letter, self.ids),
        }

    def reading(self) -> dict[str, Any]:
        """What one chose about reading. Personas by the names that they have, others' titles not at all."""
        chosen = reading_of(self.db, self.member)
        return {
            "fold": chosen.fold,
            "resting_stories": chosen.resting,
            "saved_stories": chosen.saved,
            "followed_stories": list(chosen.followed),
            "rather_not_read": [{"persona": m.persona, "group": m.slug}
                                for m in kept.muted(self.db, self.member, chosen.muted)],
            "looked_at_groups": [group.slug for group in groups.named(self.db, list(chosen.looked)).values()],
        }  # fmt: skip

    def _slug(self, group_id: str) -> str:
        return self.groups[group_id].slug

    def _persona(self, membership_id: str) -> str:
        return next(m.persona for m in self.member.memberships if m.id == membership_id)
