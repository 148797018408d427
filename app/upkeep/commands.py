"""The commands that make copies and bring them back, for `app.cli`."""

import os
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from app.foundation.settings import Settings, settings
from app.log.purging import COPY_DAYS
from app.upkeep.trouble import Trouble

GIVES_WAY = 10
"""How nice a backup is: people who write meanwhile come first."""
Identity = Annotated[
    Path | None, typer.Option(help="The age identity that opens the copy; without it, the server's own.")
]


def backup(
    file: Annotated[
        Path | None, typer.Argument(help="The copy; one that stands there is replaced once this is whole.")
    ] = None,
    into: Annotated[Path | None, typer.Option(help="A folder instead: the copy is named by its day.")] = None,
    keep_days: Annotated[
        int, typer.Option(help="With --into: remove copies named by a day longer ago.", min=1, max=COPY_DAYS)
    ] = COPY_DAYS,
) -> None:
    """Write an encrypted, checked copy of the running site."""
    from app.upkeep import backups, identities  # noqa: PLC0415  (age and tar: of no use to a server, which starts from here too)

    chosen = settings()
    if (file is None) == (into is None):
        stop("Say where: hearth backup FILE, or hearth backup --into FOLDER")
    os.nice(GIVES_WAY)
    where = backups.named_by_day(into) if into else file
    assert where is not None  # noqa: S101
    try:
        manifest = backups.back_up(chosen, where, _tell)
        dropped = backups.drop_older(into, keep_days, _tell) if into else 0
    except Trouble as trouble:
        stop(str(trouble))
    if not chosen.backup_recipient:
        _tell(
            f"The key that opens it lies on this server ({chosen.secrets_dir / identities.OWN}). Better: make one elsewhere"
            " with age-keygen, and set HEARTH_BACKUP_RECIPIENT to its public half."
        )
    older = f" {dropped} older than {keep_days} days removed." if dropped else ""
    typer.echo(f"{where}: {manifest.rows:,} rows, schema {manifest.schema}, encrypted and checked.{older}")


def restore(
    file: Annotated[Path, typer.Argument(help="A copy that hearth backup made.")],
    identity: Identity = None,
    replace: Annotated[bool, typer.Option("--replace", help="Also if there are members in the database.")] = False,
) -> None:
    """Bring a copy back. It is checked whole before anything is touched; what was deleted since stays deleted."""
    from app.upkeep import restoring  # noqa: PLC0415

    try:
        done = restoring.restore(settings(), file, identity, replace=replace)
    except Trouble as trouble:
        stop(str(trouble))
    for note in done.notes:
        _tell(note)
    typer.echo(
        f"The copy of {done.manifest.day} is back: {done.manifest.rows - done.still_deleted:,} rows."
        f" {done.still_deleted:,} that were deleted since stay deleted.\n"
        "Everybody signs in anew. Invitations are not in a copy: make new ones. Now: hearth serve"
    )


def verify_copy(chosen: Settings, file: Path, identity: Path | None) -> None:
    """Read a copy through and say what it is; stop with the reason if it is not whole."""
    from app.upkeep import restoring  # noqa: PLC0415

    try:
        manifest = restoring.check(chosen, file, identity)
    except Trouble as trouble:
        stop(str(trouble))
    typer.echo(f"The copy of {manifest.day} is whole: {manifest.rows:,} rows, schema {manifest.schema}.")


def stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)


def _tell(what: str) -> None:
    typer.echo(what, err=True)
