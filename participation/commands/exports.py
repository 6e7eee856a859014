"""`participation export`: what other programs take on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from participation.commands.shared import OfCity, Stop, stopping, with_database
from participation.settings import Settings

if TYPE_CHECKING:
    from participation.kit.database import Database

take = typer.Typer(help="Hand over to other programs.")


@take.command("texts")
def export_texts(
    project: Annotated[str, typer.Argument(metavar="SLUG", help="The project.")],
    language: Annotated[str, typer.Option(metavar="L", help="The language to translate into: sw, ar, …")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to write; one that is there is replaced.")],
    source: Annotated[str | None, typer.Option("--from", metavar="L", help="The language to translate from.")] = None,
    city: OfCity = None,
) -> None:
    """A project's texts for translators, as a .po file; `import texts` brings it back."""
    from participation.domain.ladder.languages.files.queries import exported
    from participation.domain.places.queries import one_city

    async def work(_settings: Settings, database: "Database") -> tuple[bytes, int]:
        async with database.reading() as session:
            here = await one_city(session, city)
            for given in (language, source or language):
                if given not in here.languages:
                    raise Stop(f"{given} is none of the city's languages: {', '.join(here.languages)}.")
            if source == language:
                raise Stop("A language is not translated into itself.")
            return await exported(session, city=here, slug=project, language=language, source=source)

    content, count = with_database(work)
    out.write_bytes(content)
    typer.echo(f"{count} texts in {out}.")


@take.command("archive")
def export_archive(
    out: Annotated[Path, typer.Argument(metavar="FILE.zip", help="The file to write; one that is there is replaced.")],
    city: OfCity = None,
) -> None:
    """Everything public of a city in one ZIP, written as a stream; an entry of the record names its SHA-256."""
    from participation.commands.copies.archive import Made, make
    from participation.commands.copies.asking import NotAnswered
    from participation.domain.places.queries import one_city
    from participation.kit import clock, progress

    if out.is_dir() or not out.parent.is_dir():
        raise Stop(f"{out} has to be a file in a folder that is there.")

    async def work(settings: Settings, database: "Database") -> Made:
        async with database.reading() as session:
            here = await one_city(session, city)
        with progress.bar("Archiving") as advance:
            return await make(settings, database, here, out, at=clock.now(), advance=advance)

    with stopping(NotAnswered):
        made = with_database(work)
    typer.echo(f"{made.path}: {made.size} bytes, SHA-256 {made.digest}, {made.entries} entries of the record.")
