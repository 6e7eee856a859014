"""`participation codes` and `participation staff`: who may take part, and who works for a city."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from participation.commands.shared import OfCity, Stop, stopping, with_database
from participation.settings import Settings

if TYPE_CHECKING:
    from participation.channels.staff import commands
    from participation.kit.database import Database


codes = typer.Typer(help="Access codes for residents.")


@codes.command("issue")
def codes_issue(
    district: Annotated[str, typer.Option(metavar="SLUG", help="The district that its residents live in.")],
    count: Annotated[int, typer.Option(metavar="N", help="How many slips.")],
    handed_out_by: Annotated[str, typer.Option(metavar="TEXT", help="Who hands them out, and where; no names.")],
    by: Annotated[str, typer.Option(metavar="LOGIN", help="The member of staff in whose name this is done.")],
    out: Annotated[str, typer.Option(metavar="FILE", help="A new file for the PDF; - for standard output.")],
    city: OfCity = None,
) -> None:
    """Print a numbered batch of slips with access codes; it counts once a second person has activated it."""
    from participation.channels.staff import commands
    from participation.kit import clock, progress

    said: dict[str, str | list[str]] = {"district": district, "count": str(count), "handed_out_by": handed_out_by}
    with stopping(commands.WrongArgument), progress.bar("Printing") as advance, _secret(out) as to:

        async def work(settings: Settings, database: "Database") -> "commands.Printed":
            async with database.transaction() as session:
                return await commands.issue_codes(
                    session, settings, city=city, said=said, login=by, to=to, at=clock.now(), progress=advance
                )

        printed = with_database(work)
    for line in commands.told(printed, out):
        typer.echo(line, err=True)


@codes.command("sheets")
def codes_sheets(
    project: Annotated[str, typer.Option(metavar="SLUG", help="The project whose ballot they are for.")],
    language: Annotated[str, typer.Option(metavar="CODE", help="The language of the sheets.")],
    count: Annotated[int, typer.Option(metavar="N", help="How many sheets.")],
    by: Annotated[str, typer.Option(metavar="LOGIN", help="The official in whose name this is done.")],
    out: Annotated[str, typer.Option(metavar="FILE", help="A new file for the PDF; - for standard output.")],
    city: OfCity = None,
) -> None:
    """Print a batch of sheets with choice codes, which say a vote without telling it."""
    from participation.channels.staff import choice_commands, commands
    from participation.kit import clock, progress

    said: dict[str, str | list[str]] = {"language": language, "count": str(count)}
    with stopping(commands.WrongArgument), progress.bar("Printing") as advance, _secret(out) as to:

        async def work(settings: Settings, database: "Database") -> str:
            async with database.transaction() as session:
                return await choice_commands.print_sheets(
                    session,
                    settings,
                    city=city,
                    slug=project,
                    said=said,
                    login=by,
                    to=to,
                    at=clock.now(),
                    progress=advance,
                )

        batch = with_database(work)
    for line in choice_commands.told(batch, out):
        typer.echo(line, err=True)


@contextmanager
def _secret(out: str) -> Iterator[BinaryIO]:
    """Where a file of codes is written: one that nobody else may read, or standard output where that is no terminal."""
    from participation.channels.staff.commands import secret_file

    if out == "-" and sys.stdout.isatty():
        raise Stop("Standard output is a terminal; name a file with --out.")
    with nullcontext(sys.stdout.buffer) if out == "-" else secret_file(Path(out)) as to:
        yield to


staff = typer.Typer(help="People who work for a city.")


@staff.command("add")
def staff_add(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="Small letters, digits, dots and hyphens.")],
    role: Annotated[list[str], typer.Option(help="administrator: who holds another role is invited on the pages.")],
    place: Annotated[str | None, typer.Option(metavar="SLUG", help="For which place; else the whole city.")] = None,
    ends: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Until when; else one year.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from a line.")] = False,
    city: OfCity = None,
) -> None:
    """Make one of a city's first two administrators; all other roles are given by two administrators on the pages."""
    from participation.channels.staff import commands
    from participation.kit import clock

    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)

    async def work(settings: Settings, database: "Database") -> str:
        given = {"city": city, "login": login, "password": password, "roles": role, "place": place, "ends": ends}
        async with database.transaction() as session:
            return await commands.add_staff(session, settings, at=clock.now(), **given)  # type: ignore[arg-type]

    with stopping(commands.WrongArgument):
        address = with_database(work)
    for line in commands.enrolment(address):
        typer.echo(line)
