"""`participation export`: what other programs take on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from participation.commands.shared import OfCity, Stop, with_database
from participation.settings import Settings

if TYPE_CHECKING:
    from participation.kit.database import Database

take = typer.Typer(help="Hand over to other programs.")


@take.callback()
def _group() -> None:
    """So that a single command keeps its name."""


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
