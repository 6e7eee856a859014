"""Administrators' pages of what each step owes in their city, stricter than the default, and of the days that do not count."""

import re
from datetime import date
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, tongues, typed
from participation.channels.staff.saving import Shown, saved, theirs, version
from participation.domain.ladder.gates import forms, operations, rules
from participation.domain.ladder.gates.queries import settled
from participation.domain.ladder.rules import CHECKS
from participation.domain.projects.documents.rules import KINDS
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import Invalid
from participation.kit.i18n import _


async def show(visit: Visit) -> Response:
    """The whole table in one form."""
    if visit.request.method == "GET":
        return await _show(visit)

    async def act(session: Session) -> dict[str, Any]:
        said, before = forms.read_gates(visit.fields)
        await operations.set_gates(session, city=visit.city, said=said, version=before, actor=visit.actor, at=visit.at)
        return {}

    return await saved(visit, act, _show, "/staff/gates")


async def _show(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    gates = visit.city.gates
    table = settled(visit.city)
    stored: dict[str, Any] = {name: str(value) for name, value in table.numbers.items()}
    stored |= {f"owed.{step}": list(gates.get("owed", {}).get(step, ())) for step in rules.Owing}
    stored |= {f"documents.{step}": list(table.documents[step]) for step in rules.WITH_DOCUMENTS}
    values = typed(visit, stored, errors)
    kinds = [(str(kind), words) for kind, words in KINDS.items()]
    shown = [Shown(name, words, stored[name]) for name, words in rules.NUMBER_WORDS.items()]
    shown += [
        Shown(f"owed.{step}", words, " · ".join(str(CHECKS[code][0]) for code in stored[f"owed.{step}"]))
        for step, words in rules.STEP_WORDS.items()
    ]
    context = {
        "numbers": [(name, words, rules.NUMBERS[name]) for name, words in rules.NUMBER_WORDS.items()],
        "steps": [
            (f"owed.{step}", words, [(code, CHECKS[code][0]) for code in rules.MAY_ADD[step]])
            for step, words in rules.STEP_WORDS.items()
        ],
        "documents": [
            (f"documents.{step}", _("Documents: %(when)s", when=rules.STEP_WORDS[step]), kinds)
            for step in rules.WITH_DOCUMENTS
        ],
        "values": values,
        "errors": errors or {},
        "stored": theirs(status, shown, stored, values),
        "version": version(visit, gates.get("version", 0), status),
        "labels": {**rules.NUMBER_WORDS, **{f"owed.{step}": words for step, words in rules.STEP_WORDS.items()}},
        "public": visit.url("/about/gates"),
    }
    return visit.page("staff/gates.html", context, form=True, status=status)


async def holidays(visit: Visit) -> Response:
    """Two buttons: add a range of days, take one off the list."""
    if visit.request.method == "GET":
        return await _holidays(visit)

    async def act(session: Session) -> dict[str, Any]:
        common: dict[str, Any] = {"city": visit.city, "actor": visit.actor, "at": visit.at}
        gone = "".join(visit.fields.getlist("remove"))
        if gone:
            await operations.remove_holiday(session, first=_first(gone), **common)
        else:
            said = forms.read_holiday(visit.fields, visit.city, settled(visit.city).holidays)
            await operations.add_holiday(session, said=said, **common)
        return {}

    return await saved(visit, act, _holidays, "/staff/holidays")


def _first(said: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said):
        raise Invalid({"form": _("Please choose from the list.")})
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Invalid({"form": _("Please choose from the list.")}) from None


async def _holidays(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    rows = [
        (one, i18n.pick(dict(one.names), visit.language, visit.city.languages)) for one in settled(visit.city).holidays
    ]
    context = {
        "rows": rows,
        "values": typed(visit, {}, errors),
        "errors": errors or {},
        "tongues": tongues(visit),
        "public": visit.url("/about/gates"),
    }
    return visit.page("staff/holidays.html", context, form=True, status=status)
