"""`participation city`: the cities of this installation."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from participation.commands.shared import OfCity, stopping, with_database
from participation.settings import Settings

if TYPE_CHECKING:
    from participation.kit.database import Database


cities = typer.Typer(help="Cities of this installation.")


@cities.command("add")
def city_add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The city, its districts and populations (TOML).")],
    host: Annotated[
        str | None, typer.Option(help="The host name that leads to it; needed from the second city on.")
    ] = None,
) -> None:
    """Set up a city from its description; participation/demo/content/city.toml is an example."""
    import tomllib

    from participation.domain.ladder.gates.forms import described_gates, described_holidays
    from participation.domain.ladder.gates.operations import describe
    from participation.domain.places.forms import WrongDescription, read_city, read_host
    from participation.domain.places.operations import found_city
    from participation.kit import clock

    with stopping(OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, WrongDescription):
        description = tomllib.loads(file.read_text())
        said, gates, holidays = read_city(description), described_gates(description), described_holidays(description)
        if host is not None:
            said = replace(said, host=read_host(host))

    async def work(settings: Settings, database: "Database") -> str:
        async with database.transaction() as session:
            city = await found_city(session, said=said, at=clock.now())
            return (await describe(session, city=city, gates=gates, holidays=holidays, at=clock.now())).slug

    typer.echo(
        f"The city {with_database(work)} is set up. Its first administrator: participation staff add LOGIN --role administrator"
    )


@cities.command("boundaries")
def city_boundaries(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="GeoJSON: an area for each district, its slug among the properties.")
    ],
    city: OfCity = None,
) -> None:
    """Say where a city's districts are, for its maps; the same again replaces what was said before."""
    from participation.domain.places.forms import WrongDescription, read_boundaries
    from participation.domain.places.operations import set_boundaries
    from participation.domain.places.queries import one_city
    from participation.kit import clock

    with stopping(OSError, UnicodeDecodeError):
        text = file.read_text()

    async def work(_settings: Settings, database: "Database") -> int:
        async with database.transaction() as session:
            found = await one_city(session, city)
            said = read_boundaries(text, {district.slug for district in found.districts})
            await set_boundaries(session, city=found, boundaries=said, at=clock.now())
            return len(said)

    with stopping(WrongDescription):
        count = with_database(work)
    typer.echo(f"{count} districts have a boundary.")


@cities.command("host")
def city_host(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The city.")],
    host: Annotated[str, typer.Argument(metavar="HOST", help="The host name that is to lead to it.")],
) -> None:
    """Give a city the host name that leads to it, or another one. The origin of its record stays."""
    from participation.domain.places.forms import WrongDescription, read_host
    from participation.domain.places.operations import set_host
    from participation.kit import clock

    with stopping(WrongDescription):
        name = read_host(host)

    async def work(_settings: Settings, database: "Database") -> str:
        async with database.transaction() as session:
            return (await set_host(session, slug=slug, host=name, at=clock.now())).slug

    typer.echo(f"{name} leads to the city {with_database(work)}.")
