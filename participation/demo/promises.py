"""What the demonstration's projects promise before residents are asked, and the days that do not count in its city."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from participation.demo.content import Calendar
from participation.domain.ladder.gates.rules import Holiday
from participation.domain.projects.indicators.forms import IndicatorSaid
from participation.domain.projects.indicators.operations import save_indicator
from participation.domain.projects.influence.operations import choose_influence
from participation.domain.projects.models import Influence, Project
from participation.domain.projects.preconditions.models import Condition
from participation.domain.projects.preconditions.operations import sign

if TYPE_CHECKING:
    from participation.demo.projects import Story


def days_off(said: dict[str, Any], calendar: Calendar) -> list[Holiday]:
    return [
        Holiday(calendar.day(one["first"]), calendar.day(one["last"]), one["names"]) for one in said.get("days_off", [])
    ]


async def promise(story: "Story", project: Project, version: int, at: datetime) -> None:
    """Level of influence and indicators with the draft; the preconditions are signed by another official a little later."""
    said = story.said["promises"]
    common: dict[str, Any] = {"city": story.city, "project": project, "actor": story.official, "at": at}
    if "influence" in said:
        influence = Influence(said["influence"])
        await choose_influence(story.session, version=version, influence=influence, **common)
    for one in said.get("indicators", []):
        await save_indicator(story.session, version=version, said=_indicator(story, one), **common)
    signing = common | {"actor": story.people.staff["zawadi"], "at": at + timedelta(hours=2)}
    for condition, words in said.get("preconditions", {}).items():
        await sign(story.session, condition=Condition(condition), words=words, **signing)


def _indicator(story: "Story", said: dict[str, Any]) -> IndicatorSaid:
    return IndicatorSaid(
        names=said["names"],
        units=said["units"],
        baseline=Decimal(said["baseline"]),
        baseline_on=story.calendar.day(said["baseline_day"]),
        target=Decimal(said["target"]),
        target_on=story.calendar.day(said["target_day"]),
    )
