"""Residents' pages of impact assessments: what a project owes and has published, one assessment, one of its sections."""

from dataclasses import fields
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web import assessment_views as views
from participation.channels.web.filing_views import marks, others, receiving
from participation.channels.web.project_cards import pick
from participation.channels.web.projects import find
from participation.domain.consultations.rules import Step, changes_at, closed
from participation.domain.consultations.talk.queries import counts
from participation.domain.projects.assessments import queries, rules
from participation.domain.projects.assessments.queries import SCREENING, Published
from participation.domain.projects.assessments.rules import UNKNOWN, Questionnaire
from participation.domain.projects.filings.queries import on_assessment
from participation.domain.projects.filings.receivers.queries import receivers
from participation.domain.projects.models import Feature
from participation.domain.projects.queries import Whole
from participation.kit.database import Session

STEP = [field.name for field in fields(Step)]


async def index(visit: Visit) -> Response:
    """What the published screening requires, and everything that is published."""
    async with visit.reading() as session:
        project = await find(visit, session)
        published = {one.kind: one for one in await queries.published(session, project.id, today=views.today(visit))}
        who = await receivers(session, project.id)
    views.depends(visit, project)
    visit.depends(f"organisations:{visit.city.id}")
    owed = {}
    if SCREENING in published:
        chosen = {kind: queries.published_choices(one.answers) for kind, one in published.items()}
        owed = {one.kind: one for one in queries.required(chosen)}
    first = [SCREENING] if SCREENING in published else []
    kinds = list(dict.fromkeys([*first, *owed, *published]))
    context = {
        "screened": SCREENING in published,
        "all": visit.url("/assessments"),
        "data": visit.url("/data-flows", project=project.slug),
        "receivers": receiving(visit, visit.url(f"/projects/{project.slug}"), who),
        "lines": [_line(visit, project, kind, published.get(kind), owed.get(kind)) for kind in kinds],
    }
    return visit.page("assessments/list.html", views.common(visit, project) | context)


def _line(
    visit: Visit, project: Whole, kind: str, published: Published | None, owes: rules.Owes | None
) -> dict[str, Any]:
    title = queries.shipped_one(kind).title if kind in queries.shipped() else {"en": kind}
    return {
        "title": pick(visit, title),
        "address": views.base(visit, project, kind) if published else None,
        "why": None if owes is None else pick(visit, owes.why),
        "unsure": owes is not None and owes.unsure,
        "summary": None if published is None else views.summary(visit, published),
    }


async def _one(visit: Visit, session: Session) -> tuple[Whole, Published, Questionnaire]:
    """The newest version of the kind in the address, with the questionnaire that it answers."""
    project = await find(visit, session)
    kind = str(visit.request.path_params["assessment"])
    found = await queries.version(session, project.id, kind, today=views.today(visit))
    if not found or found[0].asked is None:
        raise views.missing()
    return project, found[0], found[0].asked


async def show(visit: Visit) -> Response:
    """One assessment: how it came out, what nobody could assess, its sections and its versions."""
    async with visit.reading() as session:
        project, published, asked = await _one(visit, session)
        filings = await on_assessment(session, project_id=project.id, kind=asked.kind)
    views.depends(visit, project)
    visit.depends(f"organisations:{visit.city.id}")
    base = views.base(visit, project, asked.kind)
    unresolved = [one for one in asked.questions if UNKNOWN in published.answers.get(one.id, {}).get("chosen", ())]
    context = {
        "asked": views.heading(visit, asked),
        "summary": views.summary(visit, published),
        "unresolved": [pick(visit, one.text) for one in unresolved],
        "sections": views.sections(visit, asked, published.answers, base),
        "versions": f"{base}/versions",
        "others": others(visit, visit.url(f"/projects/{project.slug}"), asked, published, filings),
    }
    return visit.page("assessments/show.html", views.common(visit, project) | context)


async def section(visit: Visit) -> Response:
    """The questions of one section, with what was answered, and by whom."""
    async with visit.reading() as session:
        project, published, asked = await _one(visit, session)
        base = views.base(visit, project, asked.kind)
        part, shown = views.section(visit, asked, published.answers, base)
        names = {question.id: f"{asked.kind}/{question.id}" for question in part.questions}
        talk = await counts(session, project.id, names.values())
        filings = await on_assessment(session, project_id=project.id, kind=asked.kind)
    views.depends(visit, project)
    visit.depends(f"organisations:{visit.city.id}")
    steps = [Step(**{name: getattr(one, name) for name in STEP}) for one in project.steps]
    visit.depends(until=changes_at(steps, visit.at))
    asks = closed(steps, Feature.COMMENT, visit.at, visit.city.zone) is None
    comments = f"/projects/{project.slug}/comments"
    for question in shown["questions"]:
        name = names[question["id"]]
        question["comments"] = (visit.url(comments, about=name), talk[name]) if name in talk else None
        question["write"] = visit.url(f"{comments}/new", about=name) if asks else None
    context = {
        "asked": views.heading(visit, asked),
        "address": base,
        "summary": views.summary(visit, published),
        "newest": None,
        "marks": marks(visit, visit.url(f"/projects/{project.slug}"), asked, published, filings),
    }
    return visit.page("assessments/section.html", views.common(visit, project) | context | shown)
