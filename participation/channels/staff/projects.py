"""Officials' pages of a project: a new one, what is there of it, what is missing, and its publication."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.desk import STATES
from participation.channels.staff.saving import saved, version
from participation.domain.ladder import operations as ladder
from participation.domain.ladder.gates.queries import files, missing_ahead
from participation.domain.ladder.languages.rules import Saying, tally
from participation.domain.ladder.queries import BallotRule, ballot_rule
from participation.domain.ladder.rules import Missing
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.projects import forms, operations, queries, rules
from participation.domain.projects.forms import SLUG
from participation.domain.projects.influence.rules import NAMES
from participation.domain.projects.models import Influence, Project, ProjectKind, ProjectState, StepKind
from participation.domain.projects.queries import StepView, Whole
from participation.domain.projects.rules import StepState
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import AUTONYMS, Message, _

KINDS = [(ProjectKind.PROJECT, _("A project")), (ProjectKind.PROGRAMME, _("A programme that groups projects"))]
STEPS = {StepKind.CONSULTATION: _("Consultation"), StepKind.DECISION: _("Decision")}
STEP_STATES = {
    StepState.PLANNED: _("Planned"),
    StepState.OVERDUE: _("Not opened in time"),
    StepState.OPEN: _("Open"),
    StepState.CLOSED: _("Closed"),
}
Errors = dict[str, Message] | None


# What the pages share


@dataclass(frozen=True)
class Editing:
    """A project before an official who may write it."""

    project: Whole
    ballot: BallotRule | None
    context: dict[str, Any]


def slug_of(visit: Visit) -> str:
    slug = str(visit.request.path_params["slug"])
    if not SLUG.fullmatch(slug):
        raise no_project()
    return slug


def no_project() -> NotFound:
    return NotFound("project", _("There is no such project."), _("The staff desk lists all of them."))


async def project_of(visit: Visit, session: Session) -> Whole:
    """The project of the address, before an official who may write it."""
    project = await queries.find(session, visit.city, slug_of(visit))
    if project is None:
        raise no_project()
    acting(visit.actor, Role.OFFICIAL, visit.city, project.places)
    return project


async def editing(visit: Visit, session: Session, status: int = 200) -> Editing:
    project = await project_of(visit, session)
    ballot = await ballot_rule(session, project.id)
    context = {
        "project": project,
        "title_": i18n.pick(project.said("title"), visit.language, visit.city.languages),
        "desk": f"/staff/projects/{project.slug}",
        "tongues": tongues(visit),
        "version": version(visit, project.version, status),
    }
    return Editing(project, ballot, context)


async def open_for_edit(visit: Visit, session: Session, *, texts: bool = True) -> Project:
    return await operations.open_for_edit(session, city=visit.city, slug=slug_of(visit), actor=visit.actor, texts=texts)


def tongues(visit: Visit) -> list[tuple[str, str, bool]]:
    """The city's languages: code, name, whether it is required; the required ones first."""
    required = visit.city.required_languages
    others = [language for language in visit.city.languages if language not in required]
    return [(language, AUTONYMS[language], language in required) for language in (*required, *others)]


def typed(visit: Visit, stored: dict[str, Any], errors: Errors) -> Any:
    """What was typed, when it comes back; else what is stored."""
    return stored if errors is None else visit.typed


def place_options(visit: Visit, *, neighbourhoods: bool = True) -> list[tuple[str, str]]:
    """Districts, each followed by its neighbourhoods."""
    options = []
    for district in visit.city.districts:
        name = i18n.pick(district.names, visit.language, visit.city.languages).value
        options.append((district.slug, name))
        for inside in visit.city.neighbourhoods(district.id) if neighbourhoods else []:
            own = i18n.pick(inside.names, visit.language, visit.city.languages).value
            options.append((inside.slug, f"{name} · {own}"))
    return options


# A new one


async def new(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _new(visit)

    async def act(session: Session) -> dict[str, Any]:
        said = forms.read_new(visit.fields, visit.city)
        project = await operations.create_project(session, city=visit.city, said=said, actor=visit.actor, at=visit.at)
        return {"slug": project.slug, "language": said.language}

    return await saved(visit, act, _new, "/staff/projects/{slug}/texts/{language}")


async def _new(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    values = typed(visit, {"language": visit.city.required_languages[0], "kind": "project"}, errors)
    options = [(language, name) for language, name, _required in tongues(visit)]
    context = {"values": values, "errors": errors or {}, "kinds": KINDS, "language_options": options}
    return visit.page("staff/projects/new.html", context, form=True, status=status)


# All of it, and publishing


async def show(visit: Visit) -> Response:
    """What is there, what is missing, and the way to each part. Its form publishes."""
    if visit.request.method == "GET":
        return await _show(visit)

    async def act(session: Session) -> dict[str, Any]:
        fields = visit.fields
        project = await open_for_edit(visit, session)
        operations.expect(project, None, forms.read_version(fields))
        await ladder.publish(
            session,
            city=visit.city,
            project=project,
            folder=visit.site.settings.keys,
            actor=visit.actor,
            at=visit.at,
        )
        return {"slug": project.slug}

    return await saved(visit, act, _show, "/staff/projects/{slug}")


async def _show(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await editing(visit, session, status)
        file = (await files(session, visit.city, [found.project.id], visit.at))[found.project.id]
    project = found.project
    draft = project.state == ProjectState.DRAFT
    lacking = missing_ahead(visit.city, project, found.ballot, file, visit.at, undated=True)
    said = [Saying(field, label, project.said(field), 0) for field, label in rules.TEXTS.items()]
    context = {
        "state": STATES[ProjectState(project.state)],
        "draft": draft,
        "influence": NAMES[Influence(project.influence)] if project.influence else None,
        "preview": visit.url(f"/projects/{project.slug}"),
        "missing": [_leading(found.context["desk"], item, draft=draft) for item in lacking],
        "may_publish": not any(item.step == "information" for item in lacking),
        "filled": {language: tally(said, language) for language in visit.city.languages},
        "steps": [_step(visit, kind, project.step(kind)) for kind in StepKind],
        "ballot": found.ballot,
        "errors": errors or {},
    }
    return visit.page("staff/projects/show.html", found.context | context, form=True, status=status)


def _step(visit: Visit, kind: StepKind, step: StepView | None) -> dict[str, Any]:
    state = rules.step_state(step, visit.at) if step is not None else None
    return {
        "kind": kind,
        "words": STEPS[kind],
        "step": step,
        "state": STEP_STATES[state] if state else None,
        "closed": state is StepState.CLOSED,
    }


FIRST_STEP = {
    "information": _("Before it can be published"),
    "consultation": _("Before the consultation can open"),
    "decision": _("Before the vote can open"),
}


def _leading(desk: str, item: Missing, *, draft: bool) -> dict[str, Any]:
    """Something that is missing, with the address of the field where it is put right."""
    first = item.languages[0] if item.languages else ""
    longer = "" if draft else "/extend"
    fixed = {
        "cost": f"{desk}/facts#cost_amount",
        "agreements": f"{desk}/agreements#whole",
        **{code: f"{desk}/{code}" for code in ("assessments", "influence", "preconditions", "indicators", "ballot")},
        "opinion": f"{desk}/filings",
        "consultation": f"{desk}/steps/consultation",
        "documents": f"{desk}/documents",
        "homes_places": f"{desk}/facts#districts",
        "homes_plan": f"{desk}/documents/new",
        "homes_meetings": f"{desk}/meetings",
        "notice": f"{desk}/steps/consultation",
        "duration": f"{desk}/steps/consultation{longer}",
        "vote_notice": f"{desk}/steps/decision",
        "vote_duration": f"{desk}/steps/decision{longer}",
        "question": f"{desk}/ballot#questions.{first}",
        "binding": f"{desk}/ballot#binding",
        "summary_length": f"{desk}/texts/{first}#summary",
    }
    field = f"#{item.code}" if item.code in rules.TEXTS else ""
    below = dict.fromkeys(("translations", "attached"), "languages") | dict.fromkeys(rules.TEXTS, "texts")
    languages = [
        (AUTONYMS[language], f"{desk}/{below[item.code]}/{language}{field}")
        for language in item.languages
        if item.code in below
    ]
    return {
        "before": FIRST_STEP[item.step],
        "message": item.message,
        "address": fixed.get(item.code),
        "languages": languages,
    }
