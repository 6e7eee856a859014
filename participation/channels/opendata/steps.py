"""Steps as open data: planned dates, when each was really opened, and what it owed with when that was given."""

from datetime import datetime

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import Listed, Values
from participation.channels.opendata.projects import page
from participation.channels.opendata.shapes import (
    ADDRESS,
    COUNT,
    MOMENT,
    SLUG,
    TEXT,
    Field,
    Shape,
    many,
    one_of,
    perhaps,
)
from participation.domain.consultations.queries import about
from participation.domain.ladder.gates.rules import Owing
from participation.domain.ladder.given.queries import story
from participation.domain.projects import rules
from participation.domain.projects.models import Feature, StepKind
from participation.domain.projects.steps.queries import StepLine, listed

LINE = Shape(
    "StepOfProject",
    "A step of a project with its dates.",
    (
        Field("id", COUNT, "By which the list goes on."),
        Field("project", SLUG, "The project that it is of."),
        Field("step", one_of(StepKind), "Consultation: residents are heard. Decision: they vote."),
        Field("state", one_of(rules.StepState), "Overdue: its date has come, and it could not be opened."),
        Field("announced_at", perhaps(MOMENT), "Since when its dates are public."),
        Field("opens_at", MOMENT, "When it is to open."),
        Field("closes_at", MOMENT, "When it closes; only ever moved to later."),
        Field("opened_at", perhaps(MOMENT), "When it was really opened."),
        Field("ended_at", perhaps(MOMENT), "When an outcome ended it early."),
        Field("held_until", perhaps(MOMENT), "The end of the election period in which its date lies."),
        Field("extensions", COUNT, "How often its closing was moved to later.", "times"),
        Field("allows", many(one_of(Feature)), "What residents can do in it."),
        Field("owed", many(TEXT), "Codes of what it owed when it opened."),
        Field("given_at", perhaps(MOMENT), "When the last of what it owed was public, of what can be dated."),
        Field("page", ADDRESS, "A page for people that says what each step owed and when it was given."),
    ),
)
OWED = Shape(
    "Owed",
    "Something that a step owed when it opened, and when it was given.",
    (
        Field("step", one_of(Owing), "The step that owed it; information: publishing the project."),
        Field("code", TEXT, "What was owed."),
        Field("given_at", perhaps(MOMENT), "Since when it has been public; null where nobody can say."),
        Field("days", perhaps(COUNT), "Days of notice or duration that there were.", "days"),
        Field("least", perhaps(COUNT), "Days that there had to be.", "days"),
    ),
)


async def index(visit: Visit, values: Values) -> Listed:
    """Of all published projects."""
    async with visit.reading() as session:
        found, more = await listed(session, visit.city, after=values["after"], size=values["limit"])
    visit.depends(f"projects:{visit.city.id}")
    return Listed([_shown(visit, one) for one in found], found[-1].id if more else None)


async def of_project(visit: Visit, values: Values) -> Listed:
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=visit.request.path_params["slug"])
        where: Values = {"after": values["after"], "size": values["limit"], "project_id": project.id}
        found, more = await listed(session, visit.city, **where)
    visit.depends(f"project:{project.id}")
    return Listed([_shown(visit, one) for one in found], found[-1].id if more else None)


async def owed(visit: Visit, values: Values) -> Listed:
    """What each step that has opened wrote down of itself; all of it, since no step owes without end."""
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=visit.request.path_params["slug"])
        _since, kept = await story(session, project.id)
    visit.depends(f"project:{project.id}")
    return Listed(
        [
            OWED.show(
                {
                    "step": step,
                    "code": item.code,
                    "given_at": item.given,
                    "days": None if item.days is None else max(0, item.days),
                    "least": item.least,
                }
            )
            for step in Owing
            for item in kept.get(step, ())
        ],
        None,
    )


def _shown(visit: Visit, step: StepLine) -> Values:
    for moment in (*rules.turns(step), step.opened_at, step.ended_at):
        visit.depends(until=moment)
    items = (step.owed or {}).get("items", ())
    given = [one["given"] for one in items if one.get("given")]
    return LINE.show(
        {
            "id": step.id,
            "project": step.slug,
            "step": step.kind,
            "state": rules.step_state(step, visit.at),
            "announced_at": step.announced_at,
            "opens_at": step.opens_at,
            "closes_at": step.closes_at,
            "opened_at": step.opened_at,
            "ended_at": step.ended_at,
            "held_until": step.held_until,
            "extensions": step.extensions,
            "allows": step.allows,
            "owed": [one["code"] for one in items],
            "given_at": max(map(datetime.fromisoformat, given), default=None),
            "page": page(visit, step.slug, "/gates"),
        }
    )
