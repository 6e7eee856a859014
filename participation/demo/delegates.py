"""The demonstration's delegates: put forward by one administrator, appointed by the other two weeks later, or open to objections."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from participation.demo.content import Calendar
from participation.demo.people import People
from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates import operations
from participation.domain.proxies.delegates.forms import Proposal
from participation.domain.proxies.delegates.models import Delegate
from participation.domain.proxies.delegates.objections.operations import object_to
from participation.domain.record.actors import Actor, Via
from participation.kit.database import Session

Event = tuple[datetime, Callable[[], Awaitable[None]]]


def events(
    session: Session, city: CityView, people: People, calendar: Calendar, said: list[dict[str, Any]]
) -> Iterator[Event]:
    ada, juma = people.staff["ada"], people.staff["juma"]
    for one in said:
        made: list[Delegate] = []
        proposed = calendar.moment(one["proposed"], 10)
        yield proposed, partial(_propose, session, city, calendar, one, made, ada, proposed)
        if "objected" in one:
            at = calendar.moment(one["objected"]["on"], 18)
            yield at, partial(_object, session, city, one["objected"], made, at)
        if "appointed" in one:
            at = calendar.moment(one["appointed"], 11)
            yield at, partial(_appoint, session, city, made, juma, at)


async def _propose(
    session: Session,
    city: CityView,
    calendar: Calendar,
    said: dict[str, Any],
    made: list[Delegate],
    actor: Actor,
    at: datetime,
) -> None:
    interests = {name: [_place(city, slug) for slug in slugs] for name, slugs in said.get("interests", {}).items()}
    ends_at = calendar.planned(said["until"], 0)
    proposal = Proposal(_place(city, said["district"]), said["described"], interests, ends_at)
    made.append(await operations.propose(session, city=city, said=proposal, actor=actor, at=at))


def _place(city: CityView, slug: str) -> int:
    found = city.place(slug)
    if found is None:
        raise RuntimeError("the demonstration names a place that it does not have")
    return found.id


async def _object(session: Session, city: CityView, said: dict[str, Any], made: list[Delegate], at: datetime) -> None:
    number = await operations.number_of(session, city=city, delegate_id=made[0].id, at=at)
    nobody = Actor(city_id=city.id, person_id=None, via=Via.WEB)
    words: dict[str, Any] = {"body": said["body"], "language": said["language"]}
    await object_to(session, city=city, number=number, actor=nobody, at=at, **words)


async def _appoint(session: Session, city: CityView, made: list[Delegate], actor: Actor, at: datetime) -> None:
    await operations.appoint(session, city=city, delegate_id=made[0].id, actor=actor, at=at)
