"""The commands of the judge on its own, for `app.cli`."""

import json
import sys
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from app.foundation.commanded import database
from app.foundation.settings import settings
from app.groups.queries import guidelines_of, named_by_slug
from app.moderation.checking import BadLineError, check_line
from app.moderation.evaluating import Evaluation
from app.moderation.figures import table
from app.moderation.guidelines import Guidelines

QUIET_SECONDS = 2.0
"""Progress is told after so long, and then each time so long has passed."""
moderation = typer.Typer(no_args_is_help=True, help="The judge on its own.")


@moderation.command()
def check(file: Annotated[Path | None, typer.Argument(help="JSON lines; standard input without it.")] = None) -> None:
    """Judge JSON lines {"id", "text", "title"?, "group"?, "kind"?} and write a line for each."""
    failed = False
    # Bytes that are no UTF-8 make a bad line, not an end of the work.
    with open(file or sys.stdin.fileno(), encoding="utf-8", errors="surrogateescape") as lines:  # noqa: PTH123
        known: dict[str, Guidelines] = {}
        for line in lines:
            if not line.strip():
                continue
            answer = check_line(line, _guidelines(line, known))
            failed = failed or "error" in answer
            sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
            sys.stdout.flush()
    raise typer.Exit(1 if failed else 0)


def _guidelines(line: str, known: dict[str, Guidelines]) -> Guidelines:
    """The guidelines of the group a line names; the starter ones, and no database, without one."""
    try:
        slug = json.loads(line).get("group", "")
    except (ValueError, AttributeError, RecursionError):
        slug = ""
    if not isinstance(slug, str) or not slug:
        return Guidelines(country=settings().country)
    if slug not in known:
        with database(writes=False) as db:
            group = named_by_slug(db, slug)
            known[slug] = guidelines_of(db, group) if group else Guidelines(country=settings().country)
    return known[slug]


@moderation.command()
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="JSON lines with labels.", exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    errors: Annotated[
        int, typer.Option(help="So many mistakes of each sort, for the eye: in a terminal alone.", min=0)
    ] = 0,
) -> None:
    """Judge JSON lines {"id", "text", "label", "kind", …}, and say how often the judge was right."""
    if errors and not sys.stdout.isatty():
        typer.echo("Mistakes are people's words: they are shown in a terminal, and written nowhere.", err=True)
        raise typer.Exit(1)
    evaluation, bad = Evaluation(Guidelines(country=settings().country), errors), 0
    for file in files:
        bad += _evaluated(evaluation, file)
    figures = evaluation.figures.as_dict()
    for line in [json.dumps(figures)] if as_json else table(figures):
        typer.echo(line)
    for mistake in evaluation.mistakes:
        sort = "missed" if mistake.is_miss else "found, and should not be"
        typer.echo(f"\n{mistake.measure}, {mistake.id}, {sort}. Rules: {', '.join(mistake.rules) or 'none'}")
        typer.echo(mistake.text)
    raise typer.Exit(1 if bad else 0)


def _evaluated(evaluation: Evaluation, file: Path) -> int:
    """Take all lines of a file; how many could not be judged."""
    bad, told = 0, monotonic()
    with file.open(encoding="utf-8", errors="surrogateescape") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                evaluation.take(line)
            except BadLineError as why:
                bad += 1
                typer.echo(f"{file.name}, line {number}: {why}", err=True)
            if monotonic() - told >= QUIET_SECONDS:
                told = monotonic()
                typer.echo(f"{file.name}: {number} lines", err=True)
    return bad
