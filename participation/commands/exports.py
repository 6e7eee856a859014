"""`participation export`: what other programs take on."""

import signal
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
    _ends_clean()

    async def work(settings: Settings, database: "Database") -> Made:
        async with database.reading() as session:
            here = await one_city(session, city)
        with progress.bar("Archiving") as advance:
            return await make(settings, database, here, out, at=clock.now(), advance=advance)

    with stopping(NotAnswered):
        made = with_database(work)
    typer.echo(f"{made.path}: {made.size} bytes, SHA-256 {made.digest}, {made.entries} entries of the record.")


@take.command("site")
def export_site(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder to make; one that is there has to be empty.")
    ],
    city: OfCity = None,
    language: Annotated[
        list[str] | None, typer.Option(metavar="L", help="Only this language of the city; may be repeated.")
    ] = None,
    most_pages: Annotated[int, typer.Option("--pages", min=1, help="The most files to write.")] = 100_000,
    most_megabytes: Annotated[int, typer.Option("--megabytes", min=1, help="The most that they may take.")] = 4_000,
) -> None:
    """The public site as plain files, for any web server or USB stick: no forms, and links that lead from file to file."""
    from participation.commands.copies.asking import NotAnswered
    from participation.commands.copies.site.crawl import Limits
    from participation.commands.copies.site.make import Copied, NotEmpty, free, make
    from participation.domain.places.queries import one_city
    from participation.kit import clock, progress

    with stopping(NotEmpty):
        free(folder)
    _ends_clean()

    async def work(settings: Settings, database: "Database") -> Copied:
        async with database.reading() as session:
            here = await one_city(session, city)
        chosen = list(dict.fromkeys(language or here.languages))
        if wrong := [one for one in chosen if one not in here.languages]:
            raise Stop(f"{wrong[0]} is none of the city's languages: {', '.join(here.languages)}.")
        limits = Limits(most_pages, most_megabytes * 1_000_000)
        with progress.bar("Copying") as advance:
            return await make(
                settings, database, here, folder, languages=chosen, at=clock.now(), limits=limits, advance=advance
            )

    with stopping(NotAnswered, NotEmpty):
        copied = with_database(work)
    typer.echo(f"{folder}: {copied.pages} files, {copied.size} bytes. Begin at {folder / 'index.html'}.")
    if copied.left.count:
        typer.echo(
            f"Left out, beyond the limits: {copied.left.count} addresses, {', '.join(copied.left.some)} among them; "
            "links to them lead to the living site. Raise --pages or --megabytes.",
            err=True,
        )


def _ends_clean() -> None:
    """Whoever ends it with SIGTERM finds nothing half made, as after Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
