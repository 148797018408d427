"""The operator's commands for groups, for `app.cli`: they do what pages do, by nobody's name."""

import json
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from app.foundation.commanded import database, stop
from app.foundation.typed import checked
from app.groups import actions as groups
from app.groups import closing, ruling
from app.groups.forms import GroupPatch, NewGroup
from app.groups.models import Group
from app.groups.queries import every_one, named_by_slug
from app.groups.rule_forms import RulesForm
from app.groups.showing import as_typed, changed

group = typer.Typer(no_args_is_help=True, help="Groups: list, show, make, edit, close and reopen them.")
Slug = Annotated[str, typer.Argument(help="The group's short name.")]
File = Annotated[Path, typer.Argument(help="TOML or JSON; - for standard input.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@group.command("list")
def list_groups(as_json: AsJson = False) -> None:
    """All groups, the closed ones too."""
    with database(writes=False) as db:
        rows = [_line(found) for found in every_one(db)]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        closed = ", closed" if row["closed"] else ""
        typer.echo(f"{row['slug']}: {row['name']} ({row['kind']}, {row['visibility']}{closed})")


def _line(found: Group) -> dict[str, Any]:
    return {
        "slug": found.slug, "name": found.name, "kind": found.kind.value, "visibility": found.visibility.value,
        "language": found.language, "closed": found.is_closed,
    }  # fmt: skip


@group.command()
def show(slug: Slug) -> None:
    """Print a group as JSON, in the form that `make` and `edit` take."""
    with database(writes=False) as db:
        found = _named(db, slug)
        told = {**_line(found), **as_typed(db, found)}
    del told["closed"]
    typer.echo(json.dumps(told, indent=2, ensure_ascii=False))


@group.command()
def make(file: File) -> None:
    """Open a group: slug, name, kind, visibility, purpose, prompt and items, as in `show`."""
    typed = {name: value for name, value in _read(file).items() if name != "pace"}
    with database() as db:
        made = groups.open_group(db, None, checked(NewGroup, typed))
        typer.echo(f"Opened: {made.slug}")


@group.command()
def edit(slug: Slug, file: File) -> None:
    """Change a group's texts, pace and visibility. What the file leaves out stays as it is."""
    fixed = {"slug", "kind", "language"}
    typed = {name: value for name, value in _read(file).items() if name not in fixed}
    with database() as db:
        found = _named(db, slug)
        before = found.guidelines_version
        groups.change_texts(db, None, found, changed(db, found, checked(GroupPatch, typed)))
        asked = " Its guidelines changed: members are asked again." if found.guidelines_version > before else ""
        typer.echo(f"Changed: {slug}.{asked}")


@group.command()
def close(slug: Slug) -> None:
    """Close a group: those who joined can read, nothing new is written, nobody joins. Nothing is deleted."""
    with database() as db:
        closing.close(db, None, _named(db, slug))
        typer.echo(f"Closed: {slug}. To open it again: hearth group reopen {slug}")


@group.command()
def reopen(slug: Slug) -> None:
    """Open a closed group again."""
    with database() as db:
        closing.close(db, None, _named(db, slug), closed=False)
        typer.echo(f"Open again: {slug}.")


@group.command()
def rules(
    slug: Slug, file: Annotated[Path | None, typer.Argument(help="TOML or JSON; - for standard input.")] = None
) -> None:
    """Print a group's rules as JSON; with a FILE in that form, change them as a whole. Their examples are tried first."""
    typed = _read(file) if file else None
    with database(writes=typed is not None) as db:
        found = _named(db, slug)
        if typed is not None:
            ruling.change(db, None, found, checked(RulesForm, {"version": found.rules_version, **typed}))
        told = ruling.current(db, found).model_dump_json(indent=2)
    typer.echo(told)


def _read(file: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
        read = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (OSError, ValueError) as wrong:
        stop(f"{file}: {wrong}")
    assert isinstance(read, dict)  # noqa: S101  (both begin with a table)
    return read


def _named(db: Session, slug: str) -> Group:
    found = named_by_slug(db, slug)
    if found is None:
        stop(f"There is no group with the slug {slug}.")
    return found
