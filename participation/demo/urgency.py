"""The demonstration's use of the urgent path, and the election period that its city has declared."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from participation.demo.content import Calendar
from participation.demo.people import People
from participation.domain.ladder.urgent import operations, queries
from participation.domain.ladder.urgent.forms import Review, Urgent
from participation.domain.ladder.urgent.rules import UrgentGround
from participation.domain.places.queries import CityView
from participation.domain.projects.elections import operations as elections
from participation.domain.projects.elections.forms import PeriodSaid
from participation.domain.projects.models import StepKind
from participation.kit.database import Session

if TYPE_CHECKING:
    from participation.demo.projects import Story

Event = tuple[datetime, Callable[[], Awaitable[None]]]


def events(story: "Story") -> list[Event]:
    """Wanted by one official, opened by another, reviewed within ninety days."""
    said = story.said.get("urgent")
    if said is None:
        return []
    wanted, reviewed = (story.calendar.moment(said[day], 16) for day in ("wanted", "reviewed"))
    opened = story.calendar.planned(said["opened"], 9)
    return [
        (wanted, partial(_want, story, said, wanted)),
        (opened, partial(_open, story, opened)),
        (reviewed, partial(_review, story, said, reviewed)),
    ]


async def _want(story: "Story", said: dict[str, Any], at: datetime) -> None:
    urgent = Urgent(StepKind(said["step"]), UrgentGround(said["ground"]), said["law"], said["reasons"])
    project = await story.project()
    await operations.want(story.session, city=story.city, project=project, said=urgent, actor=story.official, at=at)


async def _open(story: "Story", at: datetime) -> None:
    project = await story.project()
    [use] = await queries.of_project(story.session, project.id)
    await operations.open_urgently(
        story.session, city=story.city, project=project, use_id=use.id, actor=story.second, at=at
    )


async def _review(story: "Story", said: dict[str, Any], at: datetime) -> None:
    project = await story.project()
    [use] = await queries.of_project(story.session, project.id)
    review = Review(said["needed"], said["given"])
    await operations.review(
        story.session, city=story.city, project=project, use_id=use.id, said=review, actor=story.official, at=at
    )


def election(session: Session, city: CityView, people: People, calendar: Calendar, said: dict[str, Any]) -> Event:
    at = calendar.moment(said["declared"], 10)
    period = PeriodSaid(said["names"], calendar.day(said["from"]), calendar.day(said["until"]))

    async def declare() -> None:
        ada, juma = people.staff["ada"], people.staff["juma"]
        made = await elections.declare(session, city=city, said=period, actor=ada, at=at)
        await elections.confirm(session, city=city, period_id=made.id, actor=juma, at=at)

    return at, declare
