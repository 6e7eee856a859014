"""The city and the people that every test knows.

Amina lives in Harbour and Baraka in the Market; Omar and Oksana are officials, Mariam a moderator, Ada and Juma administrators, Idris audits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from participation.domain.people.models import Person, Residence, Role, RoleGrant
from participation.domain.places.models import City, Place, PlaceKind
from participation.domain.places.queries import CityView, directory
from participation.domain.record.actors import Actor, Grant, Via
from participation.kit.database import Session

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cast:
    city: CityView
    harbour: int
    market: int
    hill: int
    amina: Actor
    baraka: Actor
    omar: Actor
    oksana: Actor
    mariam: Actor
    ada: Actor
    juma: Actor
    idris: Actor
    nobody: Actor


async def person(session: Session, city_id: int, district_id: int | None, language: str = "en") -> int:
    someone = Person(city_id=city_id, language=language)
    session.add(someone)
    await session.flush()
    if district_id is not None:
        session.add(Residence(city_id=city_id, person_id=someone.id, district_id=district_id, since=NOW - 400 * DAY))
        await session.flush()
    return someone.id


async def resident(session: Session, city_id: int, district_id: int, via: Via = Via.WEB) -> Actor:
    return Actor(city_id=city_id, person_id=await person(session, city_id, district_id), via=via)


async def staff(session: Session, city: CityView, roles: Sequence[Role], place_id: int | None = None) -> Actor:
    someone = await person(session, city.id, None)
    place = place_id or city.root.id
    for role in roles:
        session.add(
            RoleGrant(
                city_id=city.id,
                person_id=someone,
                role=role,
                place_id=place,
                granted_at=NOW - 300 * DAY,
                ends_at=NOW + 300 * DAY,
            )
        )
    await session.flush()
    return Actor(city_id=city.id, person_id=someone, via=Via.WEB, grants=tuple(Grant(role, place) for role in roles))


async def found(session: Session, slug: str = "tamarani", host: str | None = None) -> CityView:
    """A city with three districts: 40,000, 60,000 and 20,000 people, and a neighbourhood."""
    city = City(
        slug=slug,
        host=host,
        names={"en": slug.title(), "ar": "تماراني"},
        time_zone="Africa/Nairobi",
        currency="TMS",
        languages=["en", "sw", "ar", "fr"],
        required_languages=["en", "sw"],
        created_at=NOW - 500 * DAY,
    )
    session.add(city)
    await session.flush()
    root = Place(city_id=city.id, kind=PlaceKind.CITY, slug=slug, names=city.names, population=120_000)
    session.add(root)
    await session.flush()
    for name, population in (("harbour", 40_000), ("market", 60_000), ("hill", 20_000)):
        session.add(
            Place(
                city_id=city.id,
                parent_id=root.id,
                kind=PlaceKind.DISTRICT,
                slug=name,
                names={"en": name.title()},
                population=population,
            )
        )
    await session.flush()
    view = next(c for c in (await directory(session)).cities if c.slug == slug)
    harbour = view.place("harbour")
    assert harbour is not None
    session.add(
        Place(
            city_id=city.id,
            parent_id=harbour.id,
            kind=PlaceKind.NEIGHBOURHOOD,
            slug="quay",
            names={"en": "Quay"},
            population=9_000,
        )
    )
    await session.flush()
    return next(c for c in (await directory(session)).cities if c.slug == slug)


async def assemble(session: Session) -> Cast:
    city = await found(session)
    places = {place.slug: place.id for place in city.places.values()}
    return Cast(
        city=city,
        harbour=places["harbour"],
        market=places["market"],
        hill=places["hill"],
        amina=await resident(session, city.id, places["harbour"]),
        baraka=await resident(session, city.id, places["market"]),
        omar=await staff(session, city, [Role.OFFICIAL]),
        oksana=await staff(session, city, [Role.OFFICIAL]),
        mariam=await staff(session, city, [Role.MODERATOR]),
        ada=await staff(session, city, [Role.ADMINISTRATOR]),
        juma=await staff(session, city, [Role.ADMINISTRATOR]),
        idris=await staff(session, city, [Role.AUDITOR]),
        nobody=Actor(city_id=city.id, person_id=None, via=Via.WEB),
    )
