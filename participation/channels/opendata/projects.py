"""Published projects as open data: in lists, and one with all that it says."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from participation.channels.http.visit import Visit
from participation.channels.opendata import urgent
from participation.channels.opendata.answering import Listed, Values, midnight, origin
from participation.channels.opendata.parameters import OVERDUE
from participation.channels.opendata.shapes import (
    ADDRESS,
    COUNT,
    DAY,
    FIGURE,
    FLAG,
    MOMENT,
    SLUG,
    TEXT,
    WORDS,
    Field,
    Shape,
    many,
    one_of,
    part,
    perhaps,
)
from participation.domain.consultations.lists.queries import Total, totals
from participation.domain.ladder import queries as ladder
from participation.domain.ladder.urgent.queries import of_project
from participation.domain.projects import rules
from participation.domain.projects.lists import queries as lists
from participation.domain.projects.models import Feature, Influence, ProjectKind, ProjectState, StepKind
from participation.domain.projects.parts.queries import ExtensionView
from participation.domain.projects.preconditions.models import Condition
from participation.domain.projects.preconditions.queries import Signature, signatures
from participation.domain.projects.queries import StepView, Whole, find
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import _

STEP = Shape(
    "Step",
    "A step of a project. It is open from when it was really opened, not before what it owes is public, until it closes.",
    (
        Field("state", one_of(rules.StepState), "Overdue: its date has come, and it could not be opened."),
        Field("announced_at", perhaps(MOMENT), "Since when its dates are public."),
        Field("opens_at", MOMENT, "When it is to open."),
        Field("closes_at", MOMENT, "When it closes; only ever moved to later."),
        Field("opened_at", perhaps(MOMENT), "When it was really opened."),
        Field("ended_at", perhaps(MOMENT), "When an outcome ended it early."),
        Field("allows", many(one_of(Feature)), "What residents can do in it."),
    ),
)
AGREEMENT = Shape(
    "Agreement",
    "Something that the city has signed about a project.",
    (
        Field("signed_on", DAY, "The day on which it was signed."),
        Field("binding", FLAG, "Whether it binds the city."),
        Field("name", WORDS, "With whom, and about what."),
    ),
)
MEASURE = Shape(
    "Measure",
    "A figure with its day.",
    (
        Field("value", FIGURE, "A decimal number."),
        Field("on", DAY, "The day of which it is, or for which it is meant."),
    ),
)
INDICATOR = Shape(
    "Indicator",
    "By what everybody will see whether the project did what it was for.",
    (
        Field("name", WORDS, "What is measured."),
        Field("unit", WORDS, "In what."),
        Field("baseline", part(MEASURE), "Where it stood before."),
        Field("target", part(MEASURE), "Where it is to stand."),
    ),
)
PRECONDITION = Shape(
    "Precondition",
    "What has to be true before residents are asked, as an official signed it last.",
    (
        Field("condition", one_of(Condition), "Which of the five."),
        Field("words", WORDS, "Why it is so here."),
        Field("place", SLUG, "For which place the official acted."),
        Field("signed_at", MOMENT, "When."),
    ),
)
EXTENSION = Shape(
    "Extension",
    "A closing that was moved to later.",
    (
        Field("step", one_of(StepKind), "The step that stays open for longer."),
        Field("closed_before", MOMENT, "When it was to close."),
        Field("closes_now", MOMENT, "When it closes now."),
        Field("reason", WORDS, "Why."),
        Field("at", MOMENT, "When this was made public."),
    ),
)
LINE = (
    Field("number", COUNT, "Given once, and the same on every channel."),
    Field("slug", SLUG, "Its name in addresses."),
    Field("kind", one_of(ProjectKind), "A programme is a strategy under which other projects hang."),
    Field("state", one_of([s for s in ProjectState if s is not ProjectState.DRAFT]), "Drafts are not published."),
    Field("stands", one_of(("information", "consultation", "decision", "decided")), "How far it has come."),
    Field("title", WORDS, "What it is called."),
    Field("summary", WORDS, "At most 150 words in plain language."),
    Field("places", many(SLUG), "The places that it concerns; none: the whole city."),
    Field("programme", perhaps(SLUG), "The programme under which it hangs."),
    Field("successor", perhaps(SLUG), "What took its place after it was withdrawn."),
    Field("cost_amount", perhaps(COUNT), "What it costs, in whole units of the currency.", "the city's currency"),
    Field("currency", TEXT, "ISO 4217, or the city's own code."),
    Field("influence", perhaps(one_of(Influence)), "What the city promises to do with what residents say."),
    Field("signed_before_asking", FLAG, "An agreement was signed before residents were asked."),
    Field("consultation", perhaps(part(STEP)), "When residents are heard."),
    Field("decision", perhaps(part(STEP)), "When residents vote."),
    Field("comments", COUNT, "How many comments there are, without replies.", "comments"),
    Field("comments_by_delegates", COUNT, "How many of these comments delegates brought.", "comments"),
    Field("late", COUNT, "How many of the city's promises about it are late.", "promises"),
    Field("published_at", perhaps(MOMENT), "When everybody could read it first."),
    Field("decided_at", perhaps(MOMENT), "When the outcome that decided or withdrew it was published."),
    Field("page", ADDRESS, "Its page for people."),
)
PROJECT = Shape("Project", "A proposed smart-city project, or a programme.", LINE)
WHOLE = Shape(
    "WholeProject",
    "A project with all that it says.",
    (
        *LINE,
        Field("description", WORDS, "Markdown."),
        Field("decided", WORDS, "What is decided already."),
        Field("open", WORDS, "What can still change."),
        Field("payer", WORDS, "Who pays, and on what terms."),
        Field("supplier", WORDS, "Who supplies it."),
        Field("contact", WORDS, "Which office to ask."),
        Field("plain", WORDS, "The whole of it in plain words, where the city has written that."),
        Field("agreements_stated", FLAG, "The city has said that the list of agreements is whole."),
        Field("agreements", many(part(AGREEMENT)), "What the city has signed so far, the earliest first."),
        Field("preconditions", many(part(PRECONDITION)), "Signed before residents are asked."),
        Field("indicators", many(part(INDICATOR)), "By what the project will be measured."),
        Field("extensions", many(part(EXTENSION)), "In the order in which they were made."),
        Field("urgent", many(part(urgent.URGENT)), "Each use of the urgent path, the earliest first."),
        Field("comments_without_signing_in", FLAG, "Comments are taken from people who are not signed in."),
    ),
)


async def index(visit: Visit, values: Values) -> Listed:
    place = visit.city.place(values["place"]) if values["place"] else None
    async with visit.reading() as session:
        late = await _late(visit, session)
        asked = lists.Asked(
            place=place.id if place else None,
            step=values["step"] if values["step"] != OVERDUE else None,
            overdue=tuple(id for id, count in late.items() if count) if values["step"] == OVERDUE else None,
        )
        projects, more = await lists.published(
            session, visit.city, asked, at=visit.at, after=values["after"], size=values["limit"]
        )
        counts = await totals(session, [project.id for project in projects]) if projects else {}
        slugs = await lists.slugs(session, visit.city, _linked(projects))
        if values["step"]:
            # A project that is not on the list may join it when its date comes.
            visit.depends(until=(await lists.overview(session, visit.city, at=visit.at)).until)
    visit.depends(f"projects:{visit.city.id}")
    for project in projects:
        depend(visit, project)
    items = [PROJECT.show(_line(visit, each, counts, slugs, late), values["language"]) for each in projects]
    return Listed(items, projects[-1].number if more else None)


async def show(visit: Visit, values: Values) -> dict[str, Any]:
    async with visit.reading() as session:
        project = await find(session, visit.city, visit.request.path_params["slug"])
        if project is None or project.state == ProjectState.DRAFT:
            raise NotFound("project", _("There is no such project."), _("All projects of the city are in the list."))
        late = await _late(visit, session)
        counts = await totals(session, [project.id])
        slugs = await lists.slugs(session, visit.city, _linked([project]))
        signed = await signatures(session, project.id)
        uses = await of_project(session, project.id)
    depend(visit, project)
    said = {field: project.said(field) for field in rules.WORDS}
    return WHOLE.show(
        said
        | _line(visit, project, counts, slugs, late)
        | {
            **_conditions(project, signed),
            "urgent": [urgent.shown(use) for use in uses if use.opened_at is not None],
            "comments_without_signing_in": project.open_comments,
        },
        values["language"],
    )


def _conditions(project: Whole, signed: Mapping[str, Sequence[Signature]]) -> dict[str, Any]:
    """What the city signed, promised to measure, and moved."""
    return {
        "agreements_stated": project.agreements_stated,
        "agreements": [
            {"signed_on": each.signed_on, "binding": each.binding, "name": each.names} for each in project.agreements
        ],
        "preconditions": [
            {"condition": one, "words": each.words, "place": each.place, "signed_at": each.at}
            for one in Condition
            for each in signed.get(one, [])[:1]
        ],
        "indicators": [
            {
                "name": each.names,
                "unit": each.units,
                "baseline": {"value": each.baseline, "on": each.baseline_on},
                "target": {"value": each.target, "on": each.target_on},
            }
            for each in project.indicators
        ],
        "extensions": [extension(each) for each in project.extensions],
    }


def extension(moved: ExtensionView) -> dict[str, Any]:
    """For `EXTENSION`."""
    return {
        "step": moved.kind,
        "closed_before": moved.closed_before,
        "closes_now": moved.closes_now,
        "reason": moved.reasons,
        "at": moved.at,
    }


def depend(visit: Visit, project: Whole) -> None:
    """What is shown of it changes with it, and with its dates."""
    visit.depends(f"project:{project.id}")
    for step in project.steps:
        for moment in (*rules.turns(step), step.opened_at, step.ended_at):
            visit.depends(until=moment)


def _linked(projects: Iterable[Whole]) -> list[int]:
    return [id for project in projects for id in (project.programme_id, project.successor_id) if id is not None]


async def _late(visit: Visit, session: Session) -> dict[int, int]:
    """By project: promises that are late today in the city, which changes at midnight there."""
    today = visit.at.astimezone(visit.city.zone).date()
    visit.depends(until=midnight(visit.at, visit.city.zone))
    return {id: answer.late for id, answer in (await ladder.answers(session, visit.city, today=today)).items()}


def _line(
    visit: Visit, project: Whole, counts: Mapping[int, Total], slugs: Mapping[int, str], late: Mapping[int, int]
) -> Values:
    city = visit.city
    said = counts.get(project.id, Total())
    return {
        "number": project.number,
        "slug": project.slug,
        "kind": project.kind,
        "state": project.state,
        "stands": rules.stands_at(project.steps, project.state, visit.at),
        "title": project.said("title"),
        "summary": project.said("summary"),
        "places": [city.places[place].slug for place in sorted(project.places) if place in city.places],
        "programme": slugs.get(project.programme_id or 0),
        "successor": slugs.get(project.successor_id or 0),
        "cost_amount": project.cost_amount,
        "currency": city.currency,
        "influence": project.influence,
        "signed_before_asking": project.signed_before_asking(city.zone),
        "consultation": _step(visit, project.step(StepKind.CONSULTATION)),
        "decision": _step(visit, project.step(StepKind.DECISION)),
        "comments": said.all,
        "comments_by_delegates": said.brought,
        "late": late.get(project.id, 0),
        "published_at": project.published_at,
        "decided_at": project.decided_at,
        "page": page(visit, project.slug),
    }


def _step(visit: Visit, step: StepView | None) -> Values | None:
    if step is None:
        return None
    return {
        "state": rules.step_state(step, visit.at),
        "announced_at": step.announced_at,
        "opens_at": step.opens_at,
        "closes_at": step.closes_at,
        "opened_at": step.opened_at,
        "ended_at": step.ended_at,
        "allows": step.allows,
    }


def page(visit: Visit, slug: str, below: str = "") -> str:
    """In the city's first language: open data is the same whoever asks."""
    return f"{origin(visit)}/{visit.city.languages[0]}/projects/{slug}{below}"
