"""`participation record`: check and copy what a city has published, without its database; change the key that signs it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from participation.commands.shared import OfCity, stopping, with_database
from participation.settings import Settings

if TYPE_CHECKING:
    from participation.kit.database import Database

record = typer.Typer(help="Verify and copy the public record of a city; change its key.")
Place = Annotated[str, typer.Argument(metavar="URL|DIR", help="The address of a city or of a mirror, or a copy.")]


@record.command("verify")
def record_verify(
    place: Place,
    key: Annotated[
        str | None, typer.Option(metavar="VKEY", help="The key that you trust, or a file that holds it.")
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A checkpoint kept from earlier, which the record must continue."),
    ] = None,
) -> None:
    """Check every entry, tile and signature; exit status 1 when the record is not whole."""
    from participation.domain.record import sources, verify
    from participation.kit import progress

    with stopping(ValueError):
        trusted = verify.trusted_key(key) if key else None
        source = sources.source(place)
    kept = since.read_bytes() if since else None
    with progress.bar("Verifying") as advance:
        report = verify.verify(source, key=trusted, since=kept, progress=advance)
    for line in verify.told(report):
        typer.echo(line)
    if not report.whole:
        raise typer.Exit(1)


@record.command("copy")
def record_copy(place: Place, folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to keep it.")]) -> None:
    """Copy a published record into a folder, or bring a copy up to date."""
    from participation.domain.record import sources
    from participation.domain.record.copy import CopyError, copy
    from participation.kit import progress

    with stopping(ValueError, CopyError), progress.bar("Copying") as advance:
        size = copy(sources.source(place), folder, advance)
    typer.echo(f"{size} entries are in {folder}. Check them with: participation record verify --key VKEY {folder}")


@record.command("new-key")
def record_new_key(city: OfCity = None) -> None:
    """Sign a city's record with a new key from now on; an entry signed by the old and the new key says so."""
    from participation.domain.places.queries import one_city
    from participation.domain.record.actors import system
    from participation.domain.record.keys import KeyMissing
    from participation.domain.record.operations import rotate
    from participation.kit import clock
    from participation.kit.errors import Refusal

    async def work(settings: Settings, database: "Database") -> str:
        async with database.transaction() as session:
            found = await one_city(session, city)
            signer = await rotate(
                session, city_id=found.id, actor=system(found.id), folder=settings.keys, at=clock.now()
            )
            return str(signer.verifier)

    with stopping(Refusal, KeyMissing):
        typer.echo(f"The new key, to be published outside this site too: {with_database(work)}")
