"""`participation import`: what was held elsewhere."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from participation.commands.shared import OfCity, Stop, stopping, with_database
from participation.settings import Settings

if TYPE_CHECKING:
    from participation.domain.consultations.polis.operations import BroughtIn
    from participation.domain.ladder.languages.files.forms import Taken
    from participation.domain.ladder.sheet.operations import BroughtIn as Drafts
    from participation.kit.database import Database


bring = typer.Typer(help="Bring in what was held elsewhere.")


@bring.command("polis")
def import_polis(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a Polis export.")],
    project: Annotated[str, typer.Option(metavar="SLUG", help="The published project that takes it in.")],
    language: Annotated[str, typer.Option(metavar="L", help="The language of its statements: en, zh-Hant, …")],
    city: OfCity = None,
) -> None:
    """Statements become comments, votes the reactions of imported participants; the same again changes nothing."""
    from participation.domain.consultations.polis.forms import read_export, read_language
    from participation.domain.consultations.polis.operations import bring_in, told
    from participation.domain.places.queries import one_city
    from participation.domain.record.actors import Via, system
    from participation.kit import clock, progress
    from participation.kit.hashing import Secrets

    tag, export = read_language(language), read_export(folder)
    with progress.bar("Importing") as advance:

        async def work(settings: Settings, database: "Database") -> "BroughtIn":
            async with database.transaction() as session:
                into = await one_city(session, city)
                return await bring_in(
                    session,
                    city=into,
                    slug=project,
                    export=export,
                    language=tag,
                    secrets=Secrets(settings.secret, settings.secret_previous),
                    actor=replace(system(into.id), via=Via.IMPORT),
                    at=clock.now(),
                    progress=advance,
                )

        brought = with_database(work)
    for line in told(export, brought, project):
        typer.echo(line)


@bring.command("questionnaire")
def import_questionnaire(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A SurveyJS questionnaire, or one of our own format.")],
    kind: Annotated[str, typer.Option(metavar="KIND", help="Its name in addresses: small letters, digits, dashes.")],
    city: OfCity = None,
) -> None:
    """A questionnaire for assessments, scored as the Canadian Algorithmic Impact Assessment; the same again changes nothing."""
    from participation.domain.places.queries import one_city
    from participation.domain.projects.assessments.forms import read_kind, read_questionnaire
    from participation.domain.projects.assessments.imported.operations import bring_in
    from participation.domain.projects.assessments.surveyjs.forms import is_surveyjs, read_surveyjs
    from participation.domain.record.actors import Via, system
    from participation.kit import clock

    with stopping(OSError):
        text = file.read_bytes()
    name = read_kind(kind)
    asked = read_surveyjs(text, kind=name) if is_surveyjs(text) else replace(read_questionnaire(text), kind=name)

    async def work(_settings: Settings, database: "Database") -> int:
        async with database.transaction() as session:
            into = await one_city(session, city)
            return await bring_in(
                session, city=into, asked=asked, actor=replace(system(into.id), via=Via.IMPORT), at=clock.now()
            )

    version = with_database(work)
    typer.echo(f"{name}, version {version}: {len(asked.questions)} questions in {len(asked.sections)} sections.")


@bring.command("projects")
def import_projects(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX with a row for each project.")],
    by: Annotated[str | None, typer.Option(metavar="LOGIN", help="The official in whose name this is done.")] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Bring in the good rows where some are wrong; exit status 1.")
    ] = False,
    update: Annotated[
        bool,
        typer.Option("--update", help="Write rows over drafts that are there already; never over what is published."),
    ] = False,
    template: Annotated[
        bool, typer.Option("--template", help="Write a sheet to fill in to FILE instead: .csv or .xlsx.")
    ] = False,
    city: OfCity = None,
) -> None:
    """Projects from a spreadsheet become drafts. All errors at once; nothing is written unless all is good, or with --partial."""
    from participation.channels.staff import sheets
    from participation.kit import clock, progress
    from participation.kit.sheets import SheetError

    if template:
        with stopping(SheetError):
            sheets.write_template(with_database(lambda _settings, database: sheets.columns_of(database, city)), file)
        typer.echo(
            f"{file} is there. Fill in a row for each project, and bring it in with `participation import projects`."
        )
        return
    if by is None:
        raise Stop("Name the official in whose name this is done: --by LOGIN.")
    login = by
    with stopping(SheetError), progress.bar("Importing") as advance:
        total = sheets.count(file)

        async def work(_settings: Settings, database: "Database") -> "Drafts":
            return await sheets.import_projects(
                database,
                city=city,
                path=file,
                login=login,
                partial=partial,
                update=update,
                at=clock.now(),
                advance=lambda done: advance(done, total),
            )

        brought = with_database(work)
    for problem in brought.problems:
        typer.echo(str(problem), err=True)
    for line in sheets.told(brought, written=partial or not brought.problems):
        typer.echo(line)
    if brought.problems:
        raise typer.Exit(1)


@bring.command("texts")
def import_texts(
    project: Annotated[str, typer.Argument(metavar="SLUG", help="The project.")],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A .po file that `export texts` or the staff's page made.")
    ],
    by: Annotated[str, typer.Option(metavar="LOGIN", help="The official in whose name this is done.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also what somebody has written since the file was made.")
    ] = False,
    city: OfCity = None,
) -> None:
    """A project's texts as translators have put them into a language; all of the file, or nothing where a line is wrong."""
    from participation.channels.staff.commands import in_the_name_of
    from participation.domain.ladder.languages.files.forms import read_file
    from participation.domain.ladder.languages.files.operations import bring_in
    from participation.domain.ladder.languages.queries import sayings
    from participation.domain.places.queries import one_city
    from participation.domain.projects.operations import open_for_edit
    from participation.domain.record.actors import Via
    from participation.kit import clock
    from participation.kit.errors import Invalid

    with stopping(OSError):
        raw = file.read_bytes()

    async def work(_settings: Settings, database: "Database") -> "Taken":
        at = clock.now()
        async with database.transaction() as session:
            here = await one_city(session, city)
            actor = await in_the_name_of(session, here, by, at, via=Via.IMPORT)
            found = await open_for_edit(session, city=here, slug=project, actor=actor)
            said = read_file(raw, here)
            texts = await sayings(session, found.id)
            common: dict[str, Any] = {"city": here, "project": found, "sayings": texts, "actor": actor, "at": at}
            return await bring_in(session, file=said, replace=replace, **common)

    try:
        taken = with_database(work)
    except Invalid as invalid:
        raise Stop(" ".join(str(message) for message in invalid.errors.values())) from None
    for line in _told(taken):
        typer.echo(line)


def _told(taken: "Taken") -> list[str]:
    lines = [
        f"{len(taken.written)} texts are taken; {len(taken.same)} were there already, {len(taken.empty)} are empty."
    ]
    notes = (
        ("Out of date, since what was translated has changed", taken.stale),
        ("Marked as fuzzy: they do not count", taken.unsure),
        ("Not taken, since somebody has changed them meanwhile (--replace takes them)", taken.changed),
        ("Not taken, since they are announced", taken.settled),
        ("Not taken, since there is no such text", [f"{key} (line {line})" for key, line in taken.unknown]),
    )
    return lines + [f"{note}: {', '.join(keys)}." for note, keys in notes if keys]
