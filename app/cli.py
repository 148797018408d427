"""The `hearth` command."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.demo.commands import demo
from app.desk.commands import moderation
from app.desk.group_commands import group
from app.due import DUE
from app.foundation import clock, keys, process, schema
from app.foundation.alone import Alone, AlreadyServed
from app.foundation.commanded import database, stop
from app.foundation.db import Database, open_engine
from app.foundation.home import Home
from app.foundation.settings import Settings, settings
from app.groups.queries import named_by_slug
from app.lawful import queries as lawful
from app.lawful.commands import disclose
from app.members.member import DESK
from app.members.models import Role
from app.staff.commands import staff
from app.upkeep import actions as upkeep
from app.upkeep import commands, in_use, opening
from app.upkeep.trouble import Trouble

hearth = typer.Typer(
    no_args_is_help=True, help="Hearth: an anonymous peer support forum.", pretty_exceptions_enable=False
)
hearth.add_typer(moderation, name="moderation")
hearth.add_typer(group, name="group")
hearth.add_typer(staff, name="staff")
hearth.command()(commands.backup)
hearth.command()(commands.restore)
hearth.command()(demo)
hearth.command()(disclose)


class InvitedRole(StrEnum):
    MEMBER = "member"
    MODERATOR = "moderator"
    FACILITATOR = "facilitator"
    ADMINISTRATOR = "administrator"


@hearth.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(help="Serving processes; SQLite allows one.")] = 0,
) -> None:
    """Bring the schema up to date, seed an empty database, and serve."""
    chosen = settings()
    processes = workers or chosen.workers
    if chosen.is_sqlite and processes > 1:
        stop("SQLite serves from one process. Use PostgreSQL for more workers.")
    try:
        held = context.with_resource(Alone(chosen))
    except AlreadyServed:
        stop("Another process serves this database already. SQLite allows one.")
    try:
        with opening.soundly(chosen):
            is_open = _prepare(
                chosen, chosen.base_url if "base_url" in chosen.model_fields_set else f"http://{host}:{port}"
            )
            context.with_resource(in_use.serving(chosen))
    except Trouble as trouble:
        held.__exit__()
        _serve_shut(chosen, trouble, host, port)
        return
    for name in ("rate_limits", "signup_challenge", "desk_guards"):
        if not getattr(chosen, name):
            typer.echo(
                f"WARNING: HEARTH_{name.upper()} is off. This is for tests only; members are less safe now.", err=True
            )
    if chosen.is_https and not chosen.trusted_proxies:
        typer.echo(
            "WARNING: HEARTH_TRUSTED_PROXIES is empty, so nobody's address is known and limits by address are off.",
            err=True,
        )
    typer.echo(f"Hearth is at http://{host}:{port}")
    if not is_open:
        typer.echo("It is a trial, and every page says so. An administrator makes it ready at /set-up.")
    process.run("app.main:build", host, port, processes, chosen)


def _serve_shut(chosen: Settings, trouble: Trouble, host: str, port: int) -> None:
    """Help, the way out, and a kind page for everything else, until an operator has mended it (U-10)."""
    typer.echo(f"Hearth is shut: {trouble}", err=True)
    opening.note(trouble)
    opening.start_again_when_sound(chosen, trouble.event)
    process.run("app.main:shut", host, port, 1, chosen)


def _prepare(chosen: Settings, address: str) -> bool:
    """Whether an administrator has opened the place to members."""
    opened = Database(open_engine(chosen))
    owner = open_engine(chosen, chosen.migration_url) if chosen.migration_url else opened.engine
    code = upkeep.prepare(opened, owner, chosen)
    with opened.reading() as db:
        is_open = lawful.choices(db).is_open
    opened.engine.dispose()
    if code:
        typer.echo("This is the first start. Whoever opens this link becomes the first administrator; it works once:")
        typer.echo(f"  {_link(address, code)}")
    return is_open


@hearth.command()
def migrate() -> None:
    """Bring the schema up to date, and nothing else."""
    chosen = settings()
    schema.upgrade(open_engine(chosen, chosen.migration_url))
    typer.echo("The schema is up to date.")


@hearth.command()
def invite(
    role: Annotated[InvitedRole, typer.Option(help="What the invited person may do.")],
    group: Annotated[str, typer.Option(help="A group's slug; without it, the moderators' desk.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help='Print {"code", "link"}.')] = False,
) -> None:
    """Print a one-time invitation: a code and a link."""
    chosen = settings()
    with database() as db:
        found = named_by_slug(db, group) if group else None
        if group and found is None:
            stop(f"There is no group with the slug {group}.")
        if found and found.is_closed:
            stop("This group is closed: nobody joins it.")
        if not group and role in (InvitedRole.MEMBER, InvitedRole.FACILITATOR):
            stop("Say which group: --group SLUG")
        code = upkeep.invite(db, Role(role.value), found.id if found else DESK, chosen.invitation_days)
    if as_json:
        typer.echo(json.dumps({"code": code, "link": _link(chosen.base_url, code)}))
        return
    typer.echo(
        f"Code: {code}\nLink: {_link(chosen.base_url, code)}\nIt works once, within {chosen.invitation_days} days."
    )


@hearth.command()
def tick(night: Annotated[bool, typer.Option("--night", help="Also the work of the night, now.")] = False) -> None:
    """Do once what is due, as the server does each minute, and say what was done."""
    chosen = settings()
    opened = Database(open_engine(chosen))
    if not schema.is_current(opened.engine):
        stop("The database does not answer, or its schema is not the one this version expects. To look: hearth verify")
    try:
        with in_use.serving(chosen):
            done, failed = clock.tick(Home(chosen, keys.load(chosen), opened), DUE, at_night=night)
    except Trouble as trouble:
        stop(str(trouble))
    opened.engine.dispose()
    told = ", ".join(f"{name} {count}" for name, count in done.items() if count) or "there was nothing to do"
    typer.echo(f"Done: {len(done)} of {len(DUE)} acts were due; {told}.")
    if failed:
        stop("Not done, still due: " + ", ".join(failed) + ".")


@hearth.command()
def verify(
    backup: Annotated[Path | None, typer.Option(help="A copy instead of the database.")] = None,
    identity: commands.Identity = None,
) -> None:
    """Check the database: schema, foreign keys, the moderation log's hash chain."""
    chosen = settings()
    if backup:
        commands.verify_copy(chosen, backup, identity)
        return
    opened = Database(open_engine(chosen))
    try:
        with opening.soundly(chosen), opened.reading() as db:
            fault = next(upkeep.faults(db, keys.load(chosen)), None)
    except Trouble as trouble:
        stop(str(trouble))
    finally:
        opened.engine.dispose()
    if fault:
        stop(fault)
    typer.echo("The schema is current, every reference holds, and the log's chain is whole.")


def _link(address: str, code: str) -> str:
    return f"{address}/come-in/{code}"
