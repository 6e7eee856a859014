"""`participation import`: what was held elsewhere."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from participation.commands.shared import OfCity, stopping, with_database
from participation.settings import Settings

if TYPE_CHECKING:
    from participation.domain.consultations.polis.operations import BroughtIn
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
