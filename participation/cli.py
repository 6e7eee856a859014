"""The `participation` command: one function per command, each of which loads only what it needs."""

import asyncio
import os
import sys
from socket import gaierror
from typing import Annotated

import typer

from participation.commands import cities, exports, imports, people, phone, record
from participation.commands.shared import Stop, current_settings, reached, require_schema
from participation.settings import Settings, SettingsError, from_environment

Port = Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help="Where to listen.")]
Host = Annotated[str, typer.Option(help="The address to listen on.")]

app = typer.Typer(
    help="Cities ask their residents about smart-city projects, and have to answer them.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(cities.cities, name="city")
app.add_typer(people.codes, name="codes")
app.add_typer(people.staff, name="staff")
app.add_typer(imports.bring, name="import")
app.add_typer(exports.take, name="export")
app.add_typer(record.record, name="record")
app.command("phone")(phone.phone)


@app.command()
def demo(
    port: Port = 8000,
    host: Host = "127.0.0.1",
    end_with_parent: Annotated[bool, typer.Option("--end-with-parent", hidden=True)] = False,
    cast: Annotated[
        bool, typer.Option("--cast", help="Only print the sign-ins, with fresh one-time passwords.")
    ] = False,
) -> None:
    """Serve the demonstration city, with everything it needs."""
    if cast:
        _describe(from_environment(dict(os.environ) | {"PORT": str(port)}, demonstration=True))
        return
    from participation import serving
    from participation.kit import logs, processes

    logs.configure()
    with processes.until_told_to_stop():
        if end_with_parent:
            processes.end_with_parent()
        settings = from_environment({**os.environ, "PORT": str(port)}, demonstration=True)
        with serving.bind(host, port) as listening:
            serving.together(
                settings, listening, worker=True, prepare=_prepare_demonstration, ready=lambda: _describe(settings)
            )


@app.command()
def serve(
    port: Port = 8000,
    host: Host = "127.0.0.1",
    workers: Annotated[int, typer.Option(min=1, max=64, help="Web servers that share the port.")] = 1,
) -> None:
    """Serve the pages; with a URL of a database there, else on the embedded PostgreSQL."""
    from participation import serving
    from participation.kit import logs, processes

    logs.configure()
    with processes.until_told_to_stop():
        settings = from_environment({**os.environ, "PORT": str(port)})
        with serving.bind(host, port) as listening:
            if settings.database_url and workers == 1:
                require_schema(settings)
                serving.become_web_server(settings, listening)
            else:
                serving.together(settings, listening, webs=workers, prepare=require_schema)


@app.command()
def worker() -> None:
    """Do what is due: sealing, opening and closing of steps, counting, notices, clean-up."""
    from participation import serving
    from participation.kit import logs, processes

    logs.configure()
    with processes.until_told_to_stop(), reached(from_environment()) as settings:
        require_schema(settings)
        serving.work(settings)


@app.command()
def migrate() -> None:
    """Bring the tables of the database up to date."""
    from participation.kit import migrations, schema

    with reached(current_settings()) as settings:
        asyncio.run(migrations.upgrade(settings.database_url or ""))
    typer.echo(f"The database is at {schema.newest()}.")


@app.command()
def doctor() -> None:
    """Say what is set, missing or wrong; exit status 1 when something is wrong."""
    from participation.doctor import examine

    findings = examine(dict(os.environ))
    for finding in findings:
        typer.echo(str(finding))
    if any(finding.state == "wrong" for finding in findings):
        raise typer.Exit(1)


def _prepare_demonstration(settings: Settings) -> None:
    from participation.demo.load import load
    from participation.kit import clock, migrations, schema
    from participation.kit.database import Database, make_engine

    async def run() -> None:
        url = settings.database_url or ""
        if await schema.current(url) is None:
            typer.echo("Making the demonstration city; the first time this takes a minute.")
        await migrations.upgrade(url)
        engine = make_engine(url)
        try:
            await load(Database(engine), settings, clock.now())
        finally:
            await engine.dispose()

    asyncio.run(run())


def _describe(settings: Settings) -> None:
    from participation.demo.cast import describe

    typer.echo(describe(settings))


def main() -> None:
    """Every expected failure is one line on stderr and exit status 2."""
    try:
        status = app(prog_name="participation", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except Exception as error:
        line = _line_of(error)
        if line is None:
            raise
        typer.echo(f"participation: {line}", err=True)
        sys.exit(2)
    sys.exit(status if isinstance(status, int) else 0)


def _line_of(error: Exception) -> str | None:
    """The sentence for an operator, or None for what nobody expected."""
    if isinstance(error, Stop | SettingsError):
        return str(error)
    usage_error = typer.BadParameter.__mro__[1]
    if isinstance(error, usage_error):
        return str(error.format_message())  # type: ignore[attr-defined]
    from participation.kit.errors import Invalid, Refusal
    from participation.kit.postgres_home import PostgresError
    from participation.kit.processes import Broken
    from participation.serving import PortTaken

    if isinstance(error, Invalid):
        return str(error.message)
    if isinstance(error, Refusal):
        return f"{error.message} {error.next_step}"
    if isinstance(error, PostgresError | Broken | PortTaken):
        return str(error)
    return _of_outside(error)


def _of_outside(error: Exception) -> str | None:
    """Files that cannot be read, and a database that is not there or does not let us in."""
    import asyncpg

    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    cause = getattr(error, "orig", None) or error
    cause = getattr(cause, "__cause__", None) or cause
    refused = (
        asyncpg.InvalidCatalogNameError,
        asyncpg.InvalidAuthorizationSpecificationError,
        ConnectionError,
        gaierror,
    )
    return f"The database does not answer: {cause}" if isinstance(cause, refused) else None
