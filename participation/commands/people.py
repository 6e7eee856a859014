"""`participation codes` and `participation staff`: who may take part, and who works for a city."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

    if out == "-" and sys.stdout.isatty():
        raise Stop("Standard output is a terminal; name a file with --out.")
    said: dict[str, str | list[str]] = {"district": district, "count": str(count), "handed_out_by": handed_out_by}
    standard = nullcontext(sys.stdout.buffer)
    with stopping(commands.WrongArgument), progress.bar("Printing") as advance:
        with standard if out == "-" else commands.secret_file(Path(out)) as to:

            async def work(settings: Settings, database: "Database") -> "commands.Printed":
                async with database.transaction() as session:
                    return await commands.issue_codes(
                        session, settings, city=city, said=said, login=by, to=to, at=clock.now(), progress=advance
                    )

            printed = with_database(work)
    for line in commands.told(printed, out):
        typer.echo(line, err=True)


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
