"""Projects in the Open Contracting for Infrastructure Data Standard (OC4IDS 0.9): each, and as a package of many."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import Values, origin
from participation.channels.opendata.projects import depend, page
from participation.channels.opendata.replies import LICENCE
from participation.channels.opendata.shapes import Foreign, stamp
from participation.domain.ladder.disclosed.queries import Disclosed, of
from participation.domain.outcomes.models import Decision
from participation.domain.projects.assessments.compared.queries import outline
from participation.domain.projects.documents import queries as documents
from participation.domain.projects.documents.models import DocumentKind
from participation.domain.projects.documents.queries import DocumentView
from participation.domain.projects.documents.rules import CODES
from participation.domain.projects.lists.queries import Asked, published
from participation.domain.projects.meetings.models import MeetingKind
from participation.domain.projects.meetings.queries import MeetingView, of_projects
from participation.domain.projects.models import ProjectState, StepKind
from participation.domain.projects.queries import StepView, Whole, find
from participation.kit.errors import NotFound
from participation.kit.i18n import _

MEETINGS = 1_000
"""In one file: those that changed last."""
STANDARD = "https://standard.open-contracting.org/infrastructure/0.9/en/"
PROJECT = Foreign("Oc4idsProject", "A project as OC4IDS describes one.", (), STANDARD)
PACKAGE = Foreign("Oc4idsPackage", "Projects with who publishes them and when, as OC4IDS packs them.", (), STANDARD)
STATUS = {
    Decision.ADOPTED: "preparation",
    Decision.ADOPTED_IN_PART: "preparation",
    Decision.REJECTED: "cancelled",
    Decision.WITHDRAWN: "cancelled",
}
"""Before the city has decided, a project is being identified."""
ASSESSED = {
    "environment": "environmentalImpact",
    "homes-livelihoods": "landAndSettlementImpact",
    "human-rights": "socialImpact",
    "gender-equality": "socialImpact",
    "needs": "needsAssessment",
    "problem": "needsAssessment",
    "cost-benefit": "feasibilityStudy",
    "risk": "riskProvisions",
}
"""Codes of the standard's open list for those of our kinds that it knows; the others have one of ours."""
MILESTONES = {StepKind.CONSULTATION: "engagement", StepKind.DECISION: "approval"}


async def package(visit: Visit, values: Values) -> dict[str, Any]:
    async with visit.reading() as session:
        where: Values = {"at": visit.at, "after": values["after"], "size": values["limit"]}
        projects, more = await published(session, visit.city, Asked(), **where)
        ids = [project.id for project in projects]
        files = await documents.published(session, ids)
        meetings = await of_projects(session, ids, size=MEETINGS)
        disclosed = await of(session, ids)
    visit.depends(f"projects:{visit.city.id}")
    shown = [_shown(visit, one, files[one.id], meetings, disclosed[one.id], values["language"]) for one in projects]
    here = origin(visit)
    following = f"{here}{visit.request.url.path}?{_query(visit, projects[-1].number)}" if more else None
    return _clean(
        {
            "uri": f"{here}{visit.request.url.path}",
            "publishedDate": max((one["updated"] for one in shown), default=stamp(visit.at)),
            "version": "0.9",
            "publisher": {"name": _pick(visit, visit.city.names, None), "uri": f"{here}/"},
            "license": LICENCE,
            "links": {"next": following},
        }
    ) | {"projects": shown}


async def show(visit: Visit, values: Values) -> dict[str, Any]:
    async with visit.reading() as session:
        project = await find(session, visit.city, visit.request.path_params["slug"])
        if project is None or project.state == ProjectState.DRAFT:
            raise NotFound("project", _("There is no such project."), _("All projects of the city are in the list."))
        files = await documents.published(session, [project.id])
        meetings = await of_projects(session, [project.id], size=MEETINGS)
        disclosed = await of(session, [project.id])
    return _shown(visit, project, files[project.id], meetings, disclosed[project.id], values["language"])


def _query(visit: Visit, after: int) -> str:
    return visit.request.url.include_query_params(after=after).query


def _shown(
    visit: Visit,
    project: Whole,
    files: Sequence[DocumentView],
    meetings: Sequence[MeetingView],
    disclosed: Disclosed,
    language: str | None,
) -> dict[str, Any]:
    depend(visit, project)
    city, here = visit.city, origin(visit)
    mine = [one for one in meetings if any(about.id == project.id for about in one.about)]
    authority = {"id": city.slug, "name": _pick(visit, city.names, language)}
    places = [city.places[id] for id in sorted(project.places) if id in city.places] or [city.root]
    cost: dict[str, Any] = {} if project.cost_amount is None else {"amount": project.cost_amount}
    return _clean(
        {
            "id": f"{city.slug}-{project.number}",
            "updated": stamp(max(_moments(visit, project, files, mine))),
            "language": language or city.languages[0],
            "identifiers": [{"id": project.slug, "scheme": here}],
            "publicAuthority": authority,
            "parties": [authority | {"roles": ["publicAuthority"]}],
            "title": _pick(visit, project.said("title"), language),
            "description": _pick(visit, project.said("summary"), language),
            "status": _status(project, disclosed),
            "budget": {
                "amount": cost,
                "description": f"{project.cost_amount} {city.currency}" if cost else None,
            },
            "locations": [{"id": one.slug, "description": _pick(visit, one.names, language)} for one in places],
            "documents": [
                *(_assessment(visit, project, kind, at, language) for kind, at in disclosed.assessed.items()),
                *(_document(visit, here, one, language) for one in files),
            ],
            "milestones": [each for step in project.steps for each in _milestones(visit, step)],
            "social": {"consultationMeetings": [_meeting(visit, one, language) for one in mine if _counts(one)]},
        }
    ) | {"environment": {"hasImpactAssessment": "environment" in disclosed.assessed}}


def _status(project: Whole, disclosed: Disclosed) -> str:
    if project.state == ProjectState.WITHDRAWN:
        return "cancelled"
    known = STATUS.get(Decision(disclosed.decision)) if disclosed.decision else None
    return known if known and project.state == ProjectState.DECIDED else "identification"


def _moments(
    visit: Visit, project: Whole, files: Sequence[DocumentView], meetings: Sequence[MeetingView]
) -> list[datetime]:
    """When something of it changed."""
    steps = [at for step in project.steps for at in (step.announced_at, step.opened_at, step.closes_at, step.ended_at)]
    known = [project.published_at, project.decided_at, *steps, *(one.file.at for one in files)]
    known += [one.at for one in project.extensions] + [one.changed_at for one in meetings]
    return [at for at in known if at is not None and at <= visit.at] or [visit.at]


def _assessment(visit: Visit, project: Whole, kind: str, at: str, language: str | None) -> dict[str, Any]:
    return {
        "id": f"assessment-{kind}",
        "documentType": ASSESSED.get(kind, "x_assessment"),
        "title": _pick(visit, outline().titles.get(kind, {}), language) or kind,
        "url": page(visit, project.slug, f"/assessments/{kind}"),
        "datePublished": stamp(datetime.fromisoformat(at)),
        "format": "text/html",
    }


def _document(visit: Visit, here: str, one: DocumentView, language: str | None) -> dict[str, Any]:
    return {
        "id": f"document-{one.number}",
        "documentType": CODES[DocumentKind(one.kind)],
        "title": _pick(visit, one.titles, language),
        "description": _pick(visit, one.alternatives, language),
        "url": here + one.file.address,
        "datePublished": stamp(one.published_at) if one.published_at else None,
        "dateModified": stamp(one.file.at),
        "format": one.file.media_type,
        "language": one.language,
    }


def _milestones(visit: Visit, step: StepView) -> list[dict[str, Any]]:
    """Its opening and its closing."""
    opened = step.opened_at if step.opened_at and step.opened_at <= visit.at else None
    ends = step.ended_at or step.closes_at
    closed = ends if opened and ends <= visit.at else None
    return [
        {
            "id": f"{step.kind}-{name}",
            "title": f"{step.kind}: {name}",
            "type": MILESTONES[StepKind(step.kind)],
            "dueDate": stamp(due),
            "dateMet": stamp(met) if met else None,
            "status": "met" if met else "scheduled" if due > visit.at and step.ended_at is None else "notMet",
        }
        for name, due, met in (("opening", step.opens_at, opened), ("closing", step.closes_at, closed))
    ]


def _counts(one: MeetingView) -> bool:
    return one.kind == MeetingKind.CONSULTATION and one.cancelled_at is None


def _meeting(visit: Visit, one: MeetingView, language: str | None) -> dict[str, Any]:
    place = visit.city.places.get(one.place_id) or visit.city.root
    return {
        "id": str(one.id),
        "date": stamp(one.starts_at),
        "address": {
            "streetAddress": _pick(visit, one.venue, language),
            "locality": _pick(visit, one.settlement, language) or _pick(visit, place.names, language),
        },
        "numberOfParticipants": one.attended or None,
        "publicOffice": {"organization": {"name": one.office}},
    }


def _pick(visit: Visit, words: Mapping[str, str], language: str | None) -> str | None:
    """In the language that is asked for, or the first of the city's in which it was written."""
    wanted = [language, *visit.city.languages, *words]
    return next((words[one] for one in wanted if one and words.get(one)), None)


def _clean(said: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty: the standard has no nulls."""
    kept = {name: _without_empty(value) for name, value in said.items()}
    return {name: value for name, value in kept.items() if value not in (None, "", [], {})}


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return _clean(value)
    return [_without_empty(one) for one in value] if isinstance(value, list) else value
