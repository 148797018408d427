"""The operator's commands for roles, for `app.cli`: for when there are not two administrators to agree. Done by nobody's name."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from app.foundation.commanded import database, stop
from app.groups.queries import named
from app.members.models import STAFF, Membership, Role
from app.moderation.letters import skeleton
from app.staff import queries, taking

staff = typer.Typer(no_args_is_help=True, help="Roles of staff, where no two administrators can agree.")
Persona = Annotated[str, typer.Argument(help="Their name in the group.")]
InGroup = Annotated[str, typer.Option("--group", help="The group's short name; without it, the moderators' desk.")]


class TakenRole(StrEnum):
    """Roles that can be taken."""

    FACILITATOR = "facilitator"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"


@staff.command("list")
def list_staff(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Everybody with a role, by their name in its group, and whether a second factor wakes it."""
    with database(writes=False) as db:
        found = queries.staff(db)
        groups, factors = named(db, [m.group_id for m in found]), queries.with_factors(db, [m.id for m in found])
        rows: list[dict[str, Any]] = [
            {"group": groups[m.group_id].slug, "persona": m.persona, "roles": [r.value for r in STAFF if m.has(r)],
             "second_factor": m.id in factors}
            for m in found
        ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        factor = "" if row["second_factor"] else ", no second factor yet"
        typer.echo(f"{row['group']}: {row['persona']} ({', '.join(row['roles'])}{factor})")


@staff.command()
def take(persona: Persona, role: Annotated[TakenRole, typer.Option(help="The role.")], group: InGroup = "desk") -> None:
    """Take a role from somebody, at once and on every process. The log says that it was done, by no persona."""
    with database() as db:
        taking.taken_by_operator(db, _named(db, group, persona), Role(role.value))
    typer.echo(f"Taken: {persona} is no {role.value} any more.")


@staff.command()
def forget(persona: Persona, group: InGroup = "desk") -> None:
    """Forget somebody's second factor, so that they set up a new one. Be sure that it is they who ask."""
    with database() as db:
        taking.forgotten_by_operator(db, _named(db, group, persona))
    typer.echo(f"Forgotten: {persona} is asked for a new second factor at the next visit.")


def _named(db: Session, slug: str, persona: str) -> Membership:
    group = queries.group_called(db, slug)
    found = queries.named(db, group.id, skeleton(persona)) if group else None
    if found is None:
        stop(f"Nobody is called {persona} in a group with the slug {slug}.")
    return found
