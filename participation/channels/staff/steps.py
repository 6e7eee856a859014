"""Officials' pages of a project's steps: dates, extensions, and the ballot with its rule."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import STEPS, Errors, editing, open_for_edit, place_options, typed
from participation.channels.staff.saving import saved
from participation.domain.ballots import forms as ballot_forms
from participation.domain.ballots import operations as ballots
from participation.domain.ballots.models import BallotState
from participation.domain.ladder import operations as ladder
from participation.domain.projects import forms, rules
from participation.domain.projects.models import Feature, ProjectState, StepKind
from participation.domain.projects.steps import operations as steps
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotFound
from participation.kit.i18n import _

ALLOWS = [(Feature.COMMENT, _("Comment")), (Feature.REACT, _("Agree or disagree with comments"))]


def _kind(visit: Visit) -> StepKind:
    try:
        return StepKind(visit.request.path_params["kind"])
    except ValueError:
        raise NotFound() from None


# Dates


async def dates(visit: Visit) -> Response:
    """Set, as long as they are not announced; or taken out of a draft again."""
    if visit.request.method == "GET":
        return await _dates(visit)
    kind = _kind(visit)

    async def act(session: Session) -> dict[str, Any]:
        fields = visit.fields
        project = await open_for_edit(visit, session)
        if "drop" in visit.typed:
            await steps.drop_step(session, city=visit.city, project=project, kind=kind, actor=visit.actor)
        else:
            await ladder.set_step(
                session,
                city=visit.city,
                project=project,
                version=forms.read_version(fields),
                kind=kind,
                said=forms.read_dates(fields, visit.city, kind),
                actor=visit.actor,
                at=visit.at,
            )
        return {"slug": project.slug}

    return await saved(visit, act, _dates, "/staff/projects/{slug}")


async def _dates(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    kind = _kind(visit)
    async with visit.reading() as session:
        found = await editing(visit, session)
    step = found.project.step(kind)
    stored: dict[str, Any] = {"allows": [str(feature) for feature in forms.USUAL[kind]]}
    if step is not None:
        stored = {
            "opens_at": _written(visit, step.opens_at),
            "closes_at": _written(visit, step.closes_at),
            "allows": step.allows,
        }
    context = {
        "kind": kind,
        "words": STEPS[kind],
        "step": step,
        "announced": step is not None and found.project.state != ProjectState.DRAFT,
        "closed": step is not None and rules.step_state(step, visit.at) is rules.StepState.CLOSED,
        "values": typed(visit, stored, errors),
        "errors": errors or {},
        "allows": ALLOWS,
        "zone": visit.city.time_zone,
    }
    return visit.page("staff/projects/step.html", found.context | context, form=True, status=status)


def _written(visit: Visit, moment: Any) -> str:
    """As an official types it, in the city's time zone."""
    return str(moment.astimezone(visit.city.zone).strftime("%Y-%m-%d %H:%M"))


# Extensions


async def extend(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _extend(visit)
    kind = _kind(visit)

    async def act(session: Session) -> dict[str, Any]:
        said = forms.read_extension(visit.fields, visit.city)
        project = await open_for_edit(visit, session)
        await ladder.extend(
            session, city=visit.city, project=project, kind=kind, said=said, actor=visit.actor, at=visit.at
        )
        return {"slug": project.slug}

    return await saved(visit, act, _extend, "/staff/projects/{slug}")


async def _extend(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    kind = _kind(visit)
    async with visit.reading() as session:
        found = await editing(visit, session)
    step = found.project.step(kind)
    if step is None or found.project.state == ProjectState.DRAFT:
        raise NotFound()
    context = {
        "kind": kind,
        "words": STEPS[kind],
        "step": step,
        "values": typed(visit, {"closes_at": _written(visit, step.closes_at)}, errors),
        "errors": errors or {},
        "zone": visit.city.time_zone,
    }
    return visit.page("staff/projects/extend.html", found.context | context, form=True, status=status)


# The ballot


async def ballot(visit: Visit) -> Response:
    """Drafted as often as needed; announced with the project, or here where the project is published already."""
    if visit.request.method == "GET":
        return await _ballot(visit)

    async def act(session: Session) -> dict[str, Any]:
        said = ballot_forms.read_ballot(visit.fields, visit.city)
        version = forms.read_version(visit.fields)
        project = await open_for_edit(visit, session)
        step = rules.by_kind(project.steps, StepKind.DECISION)
        if step is None:
            raise Conflict("no_step", _("Set the dates of the decision first."))
        await ballots.draft(
            session,
            city=visit.city,
            project=project,
            step=step,
            questions=said.questions,
            threshold=said.threshold,
            quorum=said.quorum,
            binding=said.binding,
            districts=said.districts,
            version=version,
            actor=visit.actor,
            at=visit.at,
        )
        if "announce" in visit.typed:
            await ladder.announce_ballot(
                session,
                city=visit.city,
                project=project,
                folder=visit.site.settings.keys,
                actor=visit.actor,
                at=visit.at,
            )
        return {"slug": project.slug}

    return await saved(visit, act, _ballot, "/staff/projects/{slug}")


async def _ballot(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await editing(visit, session)
    stored: dict[str, Any] = {"threshold": "50", "quorum": "0", "binding": "no"}
    drafted = found.ballot
    if drafted is not None:
        stored = {
            "threshold": str(drafted.threshold),
            "quorum": str(drafted.quorum),
            "binding": "yes" if drafted.binding else "no",
            "districts": [visit.city.places[place].slug for place in drafted.districts],
            **{f"questions.{language}": text for language, text in drafted.questions.items()},
        }
    values = typed(visit, stored, errors)
    context = {
        "ballot": drafted,
        "step": found.project.step(StepKind.DECISION),
        "announced": drafted is not None and drafted.state != BallotState.DRAFT,
        "published": found.project.state == ProjectState.PUBLISHED,
        "districts": place_options(visit, neighbourhoods=False),
        "values": values,
        "stored": [] if errors is None else _other(stored, values),
        "errors": errors or {},
    }
    return visit.page("staff/projects/ballot.html", found.context | context, form=True, status=status)


def _other(stored: dict[str, Any], values: Any) -> list[tuple[str, str]]:
    """Questions, by language, that stand otherwise in the draft than in what was typed."""
    questions = {name: text for name, text in stored.items() if name.startswith("questions.")}
    return [(name.rpartition(".")[2], text) for name, text in questions.items() if text != values.get(name)]
