"""The command that hands out what is kept about one name, for `app.cli`."""

import json
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.foundation import keys
from app.foundation.commanded import database, stop
from app.foundation.settings import settings
from app.groups.queries import named_by_slug
from app.lawful import disclosing
from app.members.member import DESK
from app.members.models import Membership
from app.moderation.letters import skeleton

OF_THE_DESK = "desk"


def disclose(
    pseudonym: Annotated[str, typer.Option(help="The name, as readers of the group see it.")],
    group: Annotated[str, typer.Option(help="The group's slug; “desk” for the moderators' desk.")],
) -> None:
    """Print everything this server can produce about one name in one group, as JSON, and what it cannot. The log keeps that."""
    with database() as db:
        told = disclosing.disclose(db, keys.load(settings()), _membership(db, pseudonym, group), group)
    typer.echo(json.dumps(told, indent=2, ensure_ascii=False))


def _membership(db: Session, pseudonym: str, slug: str) -> Membership:
    found = named_by_slug(db, slug)
    group_id = DESK if slug == OF_THE_DESK else found.id if found else ""
    if not group_id:
        stop(f"There is no group with the slug {slug}.")
    named = select(Membership).where(Membership.group_id == group_id, Membership.skeleton == skeleton(pseudonym))
    membership = db.scalars(named).first()
    if membership is None or membership.is_gone:
        stop(f"Nobody in {slug} has this name. Of somebody who left for good the name is no longer kept.")
    return membership
