"""Officials' pages of a decision: written in every language, published, corrected in public, its promises kept."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, editing, open_for_edit, tongues, typed
from participation.channels.staff.saving import Shown, saved, theirs, version
from participation.domain.outcomes import forms, operations, queries, rules
from participation.domain.outcomes.models import Decision
from participation.domain.outcomes.published import operations as published
from participation.domain.outcomes.queries import Draft, OutcomeView, Written
from participation.domain.projects.forms import read_version
from participation.domain.projects.models import ProjectState
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import AUTONYMS, Message, _

DECISIONS = [(decision, words) for decision, words in rules.DECISIONS.items()]
DISPOSITIONS = [(disposition, words) for disposition, words in rules.DISPOSITIONS.items()]
BLANK = 2
"""Empty rows for more themes and commitments; saving brings new ones."""
LABELS = {
    "decision": _("Decision"),
    "successor": _("What comes instead"),
    "again_opens_at": _("The new ballot opens"),
    "again_closes_at": _("The new ballot closes"),
    "names": _("Name"),
    "disposition": _("What becomes of it"),
    "office": _("Office"),
    "due": _("Due on"),
    "done_on": _("Done on"),
    **rules.TEXTS,
}


# The next decision


async def draft(visit: Visit) -> Response:
    """Written as often as needed; the second button publishes what stands in the form."""
    if visit.request.method == "GET":
        return await _draft(visit)

    async def act(session: Session) -> dict[str, Any]:
        said = forms.read_outcome(visit.fields, visit.city)
        project = await open_for_edit(visit, session)
        everything: dict[str, Any] = {"city": visit.city, "project": project, "actor": visit.actor, "at": visit.at}
        outcome = await operations.save(session, said=said, version=read_version(visit.fields), **everything)
        if "publish" in visit.typed:
            await operations.publish(session, outcome=outcome, folder=visit.site.settings.keys, **everything)
        return {"slug": project.slug}

    return await saved(visit, act, _draft, "/staff/projects/{slug}/outcome")


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
    return _form(visit, found.context | context, outcome, errors, status)


def _line(outcome: OutcomeView) -> dict[str, Any]:
    return {
        "id": outcome.id,
        "decision": rules.DECISIONS[Decision(outcome.decision)],
        "at": outcome.published_at,
    }


# One that is public


async def correct(visit: Visit) -> Response:
    """Corrections of what was published, each recorded; and the day on which a promise was kept."""
    number = _number(visit)
    if visit.request.method == "GET":
        return await _correct(visit)

    async def act(session: Session) -> dict[str, Any]:
        project = await open_for_edit(visit, session)
        everything: dict[str, Any] = {"city": visit.city, "project": project, "actor": visit.actor, "at": visit.at}
        if "done" in visit.typed:
            commitment, on = forms.read_done(visit.fields, visit.city)
            await published.record_commitment_done(session, commitment_id=commitment, on=on, **everything)
        else:
            said = forms.read_outcome(visit.fields, visit.city)
            version = read_version(visit.fields)
            await published.correct(session, outcome_id=number, said=said, version=version, **everything)
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
    return _form(visit, found.context | context, outcome, errors, status)


def _words(visit: Visit, names: Mapping[str, str]) -> str:
    return names.get(visit.language) or next(iter(names.values()), "")


# The form of both


def _form(visit: Visit, context: dict[str, Any], outcome: Written | None, errors: Errors, status: int) -> Response:
    stored = {} if outcome is None else _stored(visit, outcome)
    values = typed(visit, stored, errors)
    wrong = errors or {}
    return visit.page(
        "staff/outcome.html",
        {
            "waiting": [],
            **context,
            "values": values,
            "errors": wrong,
            "labels": {field: _whole_label(field, visit.language) for field in wrong if field not in ("form", "next")},
            "stored": theirs(status, [_shown(*value) for value in stored.items()], stored, values),
            "version": version(visit, 0 if outcome is None else outcome.version, status),
            "decisions": DECISIONS,
            "dispositions": DISPOSITIONS,
            "texts": list(rules.TEXTS.items()),
            "themes": _row_count(values, "theme"),
            "commitments": _row_count(values, "commitment", blank=0 if context["public"] else BLANK),
            "tongues": tongues(visit),
            "zone": visit.city.time_zone,
        },
        form=True,
        status=status,
    )


def _label(field: str) -> Message:
    """By the part of the field's name that says what it is."""
    return next((LABELS[part] for part in reversed(field.split(".")) if part in LABELS), _("This form"))


def _whole_label(field: str, reader: str) -> str:
    """With the language of a field that there is one of for each."""
    language = AUTONYMS.get(field.rpartition(".")[2])
    label = _label(field).into(reader)
    return f"{label} · {language}" if language else label


def _shown(name: str, value: str) -> Shown:
    """One of the values that are stored, as it is read."""
    last = name.rpartition(".")[2]
    choices: Mapping[Any, Message] = {}
    if last in ("decision", "disposition"):
        choices = rules.DECISIONS if last == "decision" else rules.DISPOSITIONS
    language = last if last in AUTONYMS else None
    return Shown(name, _label(name), "" if last == "id" else choices.get(value, value), language)


def _row_count(values: Mapping[str, Any], kind: str, *, blank: int = BLANK) -> int:
    written = sum(1 for index in range(forms.MOST_ROWS) if values.get(f"{kind}.{index}.id") is not None)
    # What is typed and comes back has its empty rows already.
    stored = isinstance(values, dict)
    return min(forms.MOST_ROWS, written + blank if stored else max(written, blank))


def _stored(visit: Visit, outcome: Written) -> dict[str, str]:
    """By field name, as the form writes it."""
    values = {"decision": outcome.decision, "successor": outcome.successor or ""}
    for name in rules.TEXTS:
        values |= {f"{name}.{language}": text for language, text in getattr(outcome, name).items()}
    if isinstance(outcome, Draft):
        values |= _intended(visit, outcome)
    for index, theme in enumerate(outcome.themes):
        row = {"id": str(theme.id), "disposition": theme.disposition}
        values |= _named(f"theme.{index}", row, names=theme.names, reasons=theme.reasons)
    for index, commitment in enumerate(outcome.commitments):
        row = {"id": str(commitment.id), "office": commitment.office, "due": commitment.due.isoformat()}
        values |= _named(f"commitment.{index}", row, names=commitment.names)
    return values


def _intended(visit: Visit, draft: Draft) -> dict[str, str]:
    moments = {"again_opens_at": draft.again_opens_at, "again_closes_at": draft.again_closes_at}
    return {
        name: moment.astimezone(visit.city.zone).strftime("%Y-%m-%d %H:%M")
        for name, moment in moments.items()
        if moment
    }


def _named(at: str, row: Mapping[str, str], **texts: Mapping[str, str]) -> dict[str, str]:
    plain = {f"{at}.{name}": value for name, value in row.items()}
    return plain | {f"{at}.{name}.{language}": text for name, said in texts.items() for language, text in said.items()}
