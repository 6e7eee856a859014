"""Officials' page of the urgent path: one says why a step has to open, a second one opens it, and it is reviewed."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import STEPS, Editing, Errors, editing, open_for_edit, typed
from participation.channels.staff.saving import saved
from participation.domain.ladder.gates import queries as gates
from participation.domain.ladder.urgent import forms, operations, queries, rules
from participation.domain.ladder.urgent.queries import UseView
from participation.domain.ladder.urgent.rules import GROUNDS, Urgency, UrgentGround
from participation.domain.projects.models import ProjectState, StepKind
from participation.domain.projects.rules import StepState, step_state
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.forms import Reader
from participation.kit.i18n import _


async def show(visit: Visit) -> Response:
    """One form: what is wanted; the answer to what waits; the review of what was opened."""
    if visit.request.method == "GET":
        return await _show(visit)

    async def act(session: Session) -> dict[str, Any]:
        project = await open_for_edit(visit, session)
        await _answer(visit, session, {"city": visit.city, "project": project, "actor": visit.actor})
        return {"slug": project.slug}

    return await saved(visit, act, _show, "/staff/projects/{slug}/urgent")


async def _answer(visit: Visit, session: Session, common: dict[str, Any]) -> None:
    pressed = next((name for name in ("confirm", "drop", "review") if visit.typed.get(name)), None)
    if pressed is None:
        await operations.want(session, said=forms.read_urgent(visit.fields, visit.city), at=visit.at, **common)
        return
    form = Reader(visit.fields)
    number = form.integer(pressed, least=1, most=2**31 - 1)
    form.finish()
    if pressed == "confirm":
        await operations.open_urgently(session, use_id=number, at=visit.at, **common)
    elif pressed == "drop":
        await operations.drop(session, use_id=number, **common)
    else:
        said = forms.read_review(visit.fields, visit.city)
        await operations.review(session, use_id=number, said=said, at=visit.at, **common)


async def _show(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await editing(visit, session, status)
        if found.project.state == ProjectState.DRAFT:
            raise NotFound(
                "draft",
                _("The urgent path is for projects that are published."),
                _("Publish the project first, on its page at the staff desk."),
            )
        owing = await _owing(visit, session, found)
        uses = await queries.of_project(session, found.project.id)
    values = typed(visit, {}, errors)
    context = {
        "owing": owing,
        "steps": [(kind, STEPS[kind]) for kind in StepKind if kind in {one["kind"] for one in owing}],
        "grounds": list(GROUNDS.items()),
        "waiting": next((_use(visit, use) for use in uses if use.opened_at is None), None),
        "opened": [_use(visit, use) for use in uses if use.opened_at is not None],
        "values": values,
        "errors": errors or {},
        "page": visit.url("/urgent"),
    }
    return visit.page("staff/projects/urgent.html", found.context | context, form=True, status=status)


async def _owing(visit: Visit, session: Session, found: Editing) -> list[dict[str, Any]]:
    """For each step that has not opened: what is missing, and what of it is never skipped."""
    file = (await gates.files(session, visit.city, [found.project.id], visit.at))[found.project.id]
    dossier = gates.of_view(visit.city, found.project, found.ballot, file, visit.at)
    table, known = gates.settled(visit.city), queries.screened(file)
    return [
        {
            "kind": step.kind,
            "words": STEPS[StepKind(step.kind)],
            "items": _items(rules.urgency(dossier, StepKind(step.kind), known, table)),
        }
        for step in found.project.steps
        if step_state(step, visit.at) in (StepState.PLANNED, StepState.OVERDUE)
    ]


def _items(urgency: Urgency) -> list[tuple[Any, bool]]:
    never = rules.never_skipped(urgency)
    return [(item.message, item.code in never) for item in urgency.owed]


def _use(visit: Visit, use: UseView) -> dict[str, Any]:
    codes = [one["code"] for one in use.owed]
    return {
        "id": use.id,
        "step": STEPS[StepKind(use.step)],
        "ground": GROUNDS[UrgentGround(use.ground)],
        "law": use.law,
        "reasons": [(code, i18n.AUTONYMS[code], text) for code, text in use.reasons.items()],
        "owed": rules.words_of(codes),
        "opened": use.opened_at,
        "due": use.review_due,
        "reviewed": use.reviewed_at,
        "mine": use.proposed_by == visit.actor.person_id,
    }
