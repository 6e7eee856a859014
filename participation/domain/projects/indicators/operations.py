"""Verbs of indicators: add or change one, take one off the list."""

from datetime import datetime

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.indicators import rules
from participation.domain.projects.indicators.forms import IndicatorSaid
from participation.domain.projects.models import Indicator, Project
from participation.domain.projects.operations import changed, expect, places_of
from participation.domain.projects.versions.rules import content_of
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.marks import say

PART = "indicators"


async def save_indicator(
    session: Session,
    *,
    city: CityView,
    project: Project,
    version: int,
    said: IndicatorSaid,
    indicator_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> Indicator:
    """A new one, or other words and figures for one that is there; each version is kept and in the record."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    expect(project, PART, version)
    before = content_of(project)
    if indicator_id is None:
        refusal = rules.may_add(len(project.indicators))
        indicator = Indicator(city_id=city.id)
    else:
        indicator = _one(project, indicator_id)
        refusal = rules.may_move(rules.figures(indicator), rules.figures(said), project.steps)
    if refusal is not None:
        raise refusal
    say(indicator, "names", said.names, city.languages)
    say(indicator, "units", said.units, city.languages)
    indicator.baseline, indicator.baseline_on = said.baseline, said.baseline_on
    indicator.target, indicator.target_on = said.target, said.target_on
    if indicator_id is None:
        project.indicators.append(indicator)
        await session.flush()
    await changed(session, project, PART, before, who, at)
    return indicator


async def remove_indicator(
    session: Session, *, city: CityView, project: Project, indicator_id: int, actor: Actor, at: datetime
) -> None:
    """Until residents have been asked; the history of a published project keeps showing it."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    indicator = _one(project, indicator_id)
    refusal = rules.may_remove(project.steps)
    if refusal is not None:
        raise refusal
    before = content_of(project)
    project.indicators.remove(indicator)
    await session.delete(indicator)
    await changed(session, project, PART, before, who, at)


def _one(project: Project, indicator_id: int) -> Indicator:
    found = next((one for one in project.indicators if one.id == indicator_id), None)
    if found is None:
        raise NotFound()
    return found
