"""Steps as open data: planned dates, when each was really opened, and what it owed with when that was given."""

from datetime import datetime
from typing import Any

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import Listed, Values
from participation.channels.opendata.projects import EXTENSION, extension, page
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
    part,
    perhaps,
)
from participation.domain.consultations.about.queries import about
from participation.domain.ladder.gates.rules import Owing
from participation.domain.ladder.given.queries import story
from participation.domain.ladder.given.rules import Item, read
from participation.domain.projects import rules
from participation.domain.projects.models import Feature, StepKind
from participation.domain.projects.steps.queries import StepLine, extensions, listed
from participation.kit.errors import NotFound
from participation.kit.i18n import _

FIELDS = (
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
)
LINE = Shape("StepOfProject", "A step of a project with its dates.", FIELDS)
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


GIVEN = Shape("Given", "Something that this step owed when it opened.", OWED.fields[1:])
WHOLE = Shape(
    "WholeStep",
    "A step of a project with all that it owed, and each day to which its closing was moved.",
    (
        *FIELDS,
        Field("given", many(part(GIVEN)), "What it owed when it opened, and when each thing was given."),
        Field("moved", many(part(EXTENSION)), "Its extensions, in the order in which they were made."),
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
        [OWED.show({"step": step, **_given(item)}) for step in Owing for item in kept.get(step, ())],
        None,
    )


async def show(visit: Visit, values: Values) -> dict[str, Any]:
    """One, with what it wrote down of itself when it opened."""
    kind = visit.request.path_params["step"]
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=visit.request.path_params["slug"])
        found, _more = await listed(session, visit.city, after=0, size=len(StepKind), project_id=project.id)
        step = next((one for one in found if one.kind == kind), None)
        if step is None:
            raise NotFound(
                "step",
                _("There is no such step."),
                _("The project's list of steps says which it has."),
            )
        moved = await extensions(session, step)
    visit.depends(f"project:{project.id}")
    return WHOLE.show(
        _line(visit, step)
        | {
            "given": [_given(read(one)) for one in (step.owed or {}).get("items", ())],
            "moved": [extension(each) for each in moved],
        },
        values["language"],
    )


def _given(item: Item) -> Values:
    return {
        "code": item.code,
        "given_at": item.given,
        "days": None if item.days is None else max(0, item.days),
        "least": item.least,
    }


def _shown(visit: Visit, step: StepLine) -> Values:
    return LINE.show(_line(visit, step))


def _line(visit: Visit, step: StepLine) -> Values:
    for moment in (*rules.turns(step), step.opened_at, step.ended_at):
        visit.depends(until=moment)
    items = (step.owed or {}).get("items", ())
    given = [one["given"] for one in items if one.get("given")]
    return {
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
