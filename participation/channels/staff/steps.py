"""Officials' pages of a project's steps: dates, extensions, and the ballot with its rule."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import (
    STEPS,
    Errors,
    editing,
    open_for_edit,
    place_options,
    tongues,
    typed,
)
from participation.channels.staff.saving import Shown, saved, theirs
from participation.domain.ballots import forms as ballot_forms
from participation.domain.ballots import operations as ballots
from participation.domain.ballots.models import BallotState
from participation.domain.ballots.rules import GRACE_HOURS
from participation.domain.ladder import operations as ladder
from participation.domain.projects import forms, rules
from participation.domain.projects.models import Feature, ProjectState, StepKind
from participation.domain.projects.steps import operations as steps
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotFound
from participation.kit.i18n import _

ALLOWS = [(Feature.COMMENT, _("Write comments")), (Feature.REACT, _("Agree or disagree with comments"))]


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
        found = await editing(visit, session, status)
    step = found.project.step(kind)
    stored: dict[str, Any] = {"allows": [str(feature) for feature in forms.USUAL[kind]]}
    if step is not None:
        stored = {
            "opens_at": _written(visit, step.opens_at),
            "closes_at": _written(visit, step.closes_at),
            "allows": step.allows,
        }
    values = typed(visit, stored, errors)
    context = {
        "kind": kind,
        "words": STEPS[kind],
        "step": step,
        "announced": step is not None and found.project.state != ProjectState.DRAFT,
        "closed": step is not None and rules.step_state(step, visit.at) is rules.StepState.CLOSED,
        "values": values,
        "stored": theirs(status, _date_words(stored), stored, values),
        "errors": errors or {},
        "allows": ALLOWS,
        "zone": visit.city.time_zone,
    }
    return visit.page("staff/projects/step.html", found.context | context, form=True, status=status)


def _date_words(stored: dict[str, Any]) -> list[Shown]:
    allowed = [str(words) for feature, words in ALLOWS if feature in stored["allows"]]
    return [
        Shown("opens_at", _("Opens"), stored.get("opens_at")),
        Shown("closes_at", _("Closes"), stored.get("closes_at")),
        Shown("allows", _("What residents can do"), ", ".join(allowed) if "closes_at" in stored else ""),
    ]


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
            raise Conflict(
                "no_step",
                _("Set the dates of the decision first."),
                _("You find them on the project's page at the staff desk, under the steps."),
            )
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
            grace_hours=said.grace_hours,
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
        found = await editing(visit, session, status)
    stored: dict[str, Any] = {"threshold": "50", "quorum": "0", "binding": "no"}
    drafted = found.ballot
    if drafted is not None:
        stored = {
            "threshold": str(drafted.threshold),
            "quorum": str(drafted.quorum),
            "binding": "yes" if drafted.binding else "no",
            "carried": "1" if drafted.grace_hours else "",
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
        "hours": GRACE_HOURS,
        "values": values,
        "stored": [] if drafted is None else theirs(status, _ballot_words(visit, stored), stored, values),
        "kept": [*visit.words, *filter(None, (visit.typed.get("threshold"), visit.typed.get("quorum")))],
        "errors": errors or {},
    }
    return visit.page("staff/projects/ballot.html", found.context | context, form=True, status=status)


def _ballot_words(visit: Visit, stored: dict[str, Any]) -> list[Shown]:
    """The question and the rule that are stored, as they are read."""
    places = ", ".join(name for slug, name in place_options(visit) if slug in stored["districts"])
    questions = [
        Shown(f"questions.{code}", _("The question (%(language)s)", language=name), stored[f"questions.{code}"], code)
        for code, name, _required in tongues(visit)
        if f"questions.{code}" in stored
    ]
    return [
        *questions,
        Shown("threshold", _("“For” needs more than this percentage"), stored["threshold"]),
        Shown("quorum", _("Minimum number of votes"), stored["quorum"]),
        Shown("binding", _("Does the result bind the city?"), _("Yes") if stored["binding"] == "yes" else _("No")),
        Shown("districts", _("Who may vote"), places or _("None")),
        Shown("carried", _("Delegates may carry votes"), _("Yes") if stored["carried"] else _("No")),
    ]
