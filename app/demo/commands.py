"""The command that fills an empty database, for `app.cli`."""

from typing import Annotated, NoReturn

import typer

from app.foundation import keys
from app.foundation.db import Database, open_engine
from app.foundation.errors import Conflict
from app.foundation.home import Home
from app.foundation.settings import settings
from app.upkeep import in_use
from app.upkeep.trouble import Trouble

MOST_STORIES = 1000
"""More than any group's file tells: all of them."""


def demo(
    stories: Annotated[int, typer.Option(help="How many stories a group at most.", min=1)] = MOST_STORIES,
) -> None:
    """Fill an empty database with a made-up community, and print four accounts to sign in with."""
    from app.demo.actions import Demo  # noqa: PLC0415  (of no use to all other commands)
    from app.demo.people import Door  # noqa: PLC0415
    from app.demo.telling import book, slugs  # noqa: PLC0415

    chosen = settings()
    database = Database(open_engine(chosen))
    owner = open_engine(chosen, chosen.migration_url) if chosen.migration_url else database.engine
    made_up = Demo(Door(Home(chosen, keys.load(chosen), database)), [book(slug).shortened(stories) for slug in slugs()])
    try:
        with in_use.serving(chosen):
            shown = 0
            for done in made_up.fill(owner):
                percent = 100 * done // made_up.whole
                if percent > shown:
                    typer.echo(f"\r{percent} % of {made_up.whole} people, stories and replies", nl=False, err=True)
                shown = percent
    except (Conflict, Trouble) as refusal:
        _stop(str(refusal))
    except KeyboardInterrupt:
        _stop("\nStopped halfway. The demo fills an empty database: remove this one before you begin again.")
    finally:
        database.engine.dispose()
    typer.echo("", err=True)
    for account, person in made_up.ready.items():
        typer.echo(f"{account}:\n  sign-in name  {person.sign_in_name}\n  passphrase    {person.passphrase}")


def _stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)
