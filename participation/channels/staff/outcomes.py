"""Officials' pages of a decision: written in every language, handed in, published by a second one, corrected, its promises kept."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.outcome_forms import Waiting, form, shown, stored_values, waiting_page
from participation.channels.staff.projects import Errors, editing, open_for_edit
from participation.channels.staff.saving import Shown, saved
from participation.domain.ladder.decisions import operations as decisions
from participation.domain.outcomes import forms, operations, queries, rules
from participation.domain.outcomes.models import Decision, OutcomeState
from participation.domain.outcomes.published import operations as published
from participation.domain.outcomes.published.forms import read_kept
from participation.domain.outcomes.queries import OutcomeView
from participation.domain.people.rules import not_waiting
from participation.domain.projects.forms import read_version
from participation.domain.projects.models import ProjectState
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.forms import Reader
from participation.kit.i18n import _

ANSWERS = {"publish", "take_back"}
"""Buttons of whoever reads what was handed in."""


# The next decision


async def draft(visit: Visit) -> Response:
    """Written as often as needed, and handed in; what was handed in is published by a second official, or taken back."""
    if visit.request.method == "GET":
        return await _draft(visit)
    act = _answer if ANSWERS & set(visit.typed) else _write

    async def done(session: Session) -> dict[str, Any]:
        await act(visit, session)
        return {"slug": str(visit.request.path_params["slug"])}

    return await saved(visit, done, _draft, "/staff/projects/{slug}/outcome")


async def _write(visit: Visit, session: Session) -> None:
    said = forms.read_outcome(visit.fields, visit.city)
    project = await open_for_edit(visit, session)
    everything: dict[str, Any] = {"city": visit.city, "project": project, "actor": visit.actor, "at": visit.at}
    outcome = await operations.save(session, said=said, version=read_version(visit.fields), **everything)
    if "hand_in" in visit.typed:
        await decisions.hand_in(session, outcome=outcome, **everything)


async def _answer(visit: Visit, session: Session) -> None:
    """What the second official says to what they have read."""
    read = _read(visit)
    project = await open_for_edit(visit, session, texts=False)
    outcome = await queries.draft(session, project_id=project.id, lock=True)
    if outcome is None:
        raise not_waiting()
    common: dict[str, Any] = {"city": visit.city, "project": project, "outcome": outcome, "actor": visit.actor}
    if "publish" in visit.typed:
        await decisions.publish(session, read=read, folder=visit.site.settings.keys, at=visit.at, **common)
    else:
        await operations.take_back(session, **common)


def _writing(visit: Visit, errors: Errors) -> bool:
    """What comes back is the form in which somebody wrote, whatever was handed in meanwhile."""
    return errors is not None and "decision" in visit.typed


def _read(visit: Visit) -> rules.Reading:
    """Which text was on the page of whoever answers."""
    sent = Reader(visit.fields)
    most = 2**31 - 1
    read = sent.integer("of", least=0, most=most), sent.integer("version", least=0, most=most)
    sent.finish()
    return read


async def _draft(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await editing(visit, session, status)
        if found.project.state == ProjectState.DRAFT:
            raise NotFound(
                "draft",
                _("A decision is written once the project is published."),
                _("Publish the project first, on its page at the staff desk."),
            )
        outcome, published = await queries.all_of(session, project_id=found.project.id)
    context = {
        "published": [_line(one) for one in published],
        "action": f"{found.context['desk']}/outcome",
        "public": False,
    }
    if outcome is not None and outcome.state == OutcomeState.REVIEW and not _writing(visit, errors):
        said = [shown(*value) for value in stored_values(visit, outcome).items()]
        reading = Waiting(
            (outcome.id, outcome.version), outcome.handed_in_by, [(one, None) for one in said if one.words]
        )
        return waiting_page(visit, found.context | context, reading, errors, status)
    return form(visit, found.context | context, outcome, errors, status)


def _line(outcome: OutcomeView) -> dict[str, Any]:
    return {
        "id": outcome.id,
        "decision": rules.DECISIONS[Decision(outcome.decision)],
        "at": outcome.published_at,
    }


# One that is public


async def correct(visit: Visit) -> Response:
    """Corrections of what was published, each by two people and recorded; and the day on which a promise was kept."""
    number = _number(visit)
    if visit.request.method == "GET":
        return await _correct(visit)

    async def act(session: Session) -> dict[str, Any]:
        project = await open_for_edit(visit, session)
        everything: dict[str, Any] = {"city": visit.city, "project": project, "actor": visit.actor}
        if "done" in visit.typed:
            commitment, on = forms.read_done(visit.fields, visit.city)
            everything["at"] = visit.at
            await published.record_commitment_done(session, commitment_id=commitment, on=on, **everything)
        elif "publish" in visit.typed:
            await published.publish(session, outcome_id=number, read=_read(visit), at=visit.at, **everything)
        elif "take_back" in visit.typed:
            await published.take_back(session, outcome_id=number, **everything)
        else:
            said = forms.read_outcome(visit.fields, visit.city)
            version = read_version(visit.fields)
            everything["at"] = visit.at
            await published.hand_in(session, outcome_id=number, said=said, version=version, **everything)
        return {"slug": project.slug, "number": number}

    return await saved(visit, act, _correct, "/staff/projects/{slug}/outcome/{number}")


def _number(visit: Visit) -> int:
    number = str(visit.request.path_params["number"])
    if not re.fullmatch(r"[0-9]{1,9}", number):
        raise NotFound()
    return int(number)


async def _correct(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    number = _number(visit)
    async with visit.reading() as session:
        found = await editing(visit, session)
        _draft, published = await queries.all_of(session, project_id=found.project.id)
        correction = await queries.written(session, outcome_id=number)
    outcome = next((one for one in published if one.id == number), None)
    if outcome is None:
        raise NotFound()
    context = {
        "published": [],
        "action": f"{found.context['desk']}/outcome/{number}",
        "public": True,
        "withdrawn": outcome.decision == Decision.WITHDRAWN,
        "waiting": [(one.id, _words(visit, one.names)) for one in outcome.commitments if one.done_on is None],
    }
    if correction is not None and correction.handed_in_by is not None and not _writing(visit, errors):
        changes = _changes(stored_values(visit, outcome), stored_values(visit, read_kept(correction.said)))
        waiting = Waiting((correction.id, correction.version), correction.handed_in_by, changes)
        return waiting_page(visit, found.context | context, waiting, errors, status)
    written = None if correction is None else (read_kept(correction.said), outcome.version + correction.version)
    return form(visit, found.context | context, outcome, errors, status, written=written)


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[Shown, Any]]:
    """Each text that a correction changes, with what stands there now."""
    return [
        (shown(name, after.get(name, "")), shown(name, before.get(name, "")).words)
        for name in dict.fromkeys([*before, *after])
        if before.get(name, "") != after.get(name, "")
    ]


def _words(visit: Visit, names: Mapping[str, str]) -> str:
    return names.get(visit.language) or next(iter(names.values()), "")
