"""Saying of a hit whether it was right. What is stored knows the place again, and leads to no words."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation.errors import Unfit
from app.foundation.keys import Keys
from app.foundation.language import gettext as _
from app.foundation.sealing import derive, digest, mac, same
from app.groups import rule_queries
from app.groups.models import OwnRule
from app.lab.models import Mark, Said
from app.lab.rules import made_of
from app.moderation import own_rules
from app.moderation.models import Case, Finding

PARTS = 4


def hit_token(keys: Keys, group_id: str, made: str, *place: str) -> str:
    """What a page carries of a hit, so that something can be said of it: nobody else can make one, and it opens nothing."""
    parts = [mac(_key(keys, "place"), made, *place), made, group_id]
    return ".".join([*parts, mac(_key(keys, "token"), *parts)])


def _key(keys: Keys, what: str) -> bytes:
    return derive(keys.sealing, f"rule hit {what}")


def say(db: Session, keys: Keys, group_id: str, token: str, said: Said) -> None:
    """Keep what somebody says of a hit in this group. Said again, it is changed. Raises Unfit for a mark that is not ours."""
    parts = token.split(".")
    if len(parts) != PARTS or not same(mac(_key(keys, "token"), *parts[:3]), parts[3]) or parts[2] != group_id:
        raise Unfit(_("A part of this page is missing. Open it again, please."))
    db.merge(Mark(id=parts[0], made=parts[1], group_id=group_id, said=said))
    db.flush()


def say_of_finding(db: Session, keys: Keys, case: Case, found: Finding, said: Said) -> None:
    """The same of something a rule found in the words that a case is about."""
    place = (case.kind.value, case.subject_id, str(case.number), found.field.value, str(found.start), str(found.end))
    token = hit_token(keys, case.group_id, _made_of(db, case.group_id, found), *place)
    say(db, keys, case.group_id, token, said)


def _made_of(db: Session, group_id: str, found: Finding) -> str:
    """What rule it was, in the version that spoke."""
    if not own_rules.is_own(found.rule):
        return digest(f"pack {found.rule}@{found.version}")
    row = db.scalars(
        select(OwnRule).where(OwnRule.group_id == group_id, OwnRule.id == found.rule, OwnRule.version == found.version)
    ).one()
    return made_of(own_rules.made(rule_queries.as_written(row)))
