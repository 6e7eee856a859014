"""Officials' pages of what a project promises before residents are asked: influence, preconditions, indicators."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, editing, open_for_edit, typed
from participation.channels.staff.saving import Shown, saved, theirs, version
from participation.domain.ladder.gates.queries import settled
from participation.domain.ladder.gates.rules import Owing
from participation.domain.projects.forms import read_version
from participation.domain.projects.indicators import forms as indicator_forms
from participation.domain.projects.indicators import operations as indicators
from participation.domain.projects.indicators.rules import MOST
from participation.domain.projects.influence import operations as influence
from participation.domain.projects.influence.forms import read_influence
from participation.domain.projects.influence.rules import NAMES, PROMISES
from participation.domain.projects.models import Influence
from participation.domain.projects.parts.queries import IndicatorView
from participation.domain.projects.preconditions import forms as condition_forms
from participation.domain.projects.preconditions import operations as preconditions
from participation.domain.projects.preconditions.models import Condition
from participation.domain.projects.preconditions.queries import signatures
from participation.domain.projects.preconditions.rules import CONDITIONS
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import Invalid, NotFound
from participation.kit.forms import Reader
from participation.kit.i18n import _

# The level of influence


async def level(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _level(visit)

    async def act(session: Session) -> dict[str, Any]:
        chosen, before = read_influence(visit.fields), read_version(visit.fields)
        project = await open_for_edit(visit, session)
        await influence.choose_influence(
            session,
            city=visit.city,
            project=project,
            version=before,
            influence=chosen,
            actor=visit.actor,
            at=visit.at,
        )
        return {"slug": project.slug}

    return await saved(visit, act, _level, "/staff/projects/{slug}")


async def _level(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await editing(visit, session, status)
    table, chosen = settled(visit.city), found.project.influence
    stored = {"influence": chosen or ""}
    values = typed(visit, stored, errors)
    shown = [Shown("influence", _("Level of influence"), NAMES[Influence(chosen)] if chosen else "")]
    context = {
        "levels": [(one, _said(one, table.duration(Owing.CONSULTATION, one))) for one in Influence],
        "values": values,
        "errors": errors or {},
        "stored": theirs(status, shown, stored, values),
    }
    return visit.page("staff/projects/influence.html", found.context | context, form=True, status=status)


def _said(one: Influence, days: int) -> i18n.Message:
    return _("%(level)s: %(promise)s At least %(days)s days.", level=NAMES[one], promise=PROMISES[one], days=days)


# The five preconditions


async def conditions(visit: Visit) -> Response:
    """All five; the form on it only changes the language."""
    async with visit.reading() as session:
        found = await editing(visit, session)
        signed = await signatures(session, found.project.id)
    required = set(visit.city.required_languages)
    rows = [
        {
            "words": CONDITIONS[one],
            "address": f"{found.context['desk']}/preconditions/{one}",
            "at": signed[one][0].at if one in signed else None,
            "whole": one in signed and required <= set(signed[one][0].words),
        }
        for one in Condition
    ]
    return visit.page("staff/projects/preconditions.html", found.context | {"rows": rows}, form=True)


async def condition(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _condition(visit)
    which = _which(visit)

    async def act(session: Session) -> dict[str, Any]:
        words, after = condition_forms.read_signature(visit.fields, visit.city), read_version(visit.fields)
        project = await open_for_edit(visit, session)
        await preconditions.sign(
            session,
            city=visit.city,
            project=project,
            condition=which,
            words=words,
            after=after,
            actor=visit.actor,
            at=visit.at,
        )
        return {"slug": project.slug}

    return await saved(visit, act, _condition, "/staff/projects/{slug}/preconditions")


def _which(visit: Visit) -> Condition:
    try:
        return Condition(visit.request.path_params["condition"])
    except ValueError:
        raise NotFound() from None


async def _condition(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    """Its version is the signature that is shown."""
    which = _which(visit)
    async with visit.reading() as session:
        found = await editing(visit, session)
        signed = (await signatures(session, found.project.id)).get(which, [])
    newest = signed[0] if signed else None
    stored = {f"words.{code}": text for code, text in newest.words.items()} if newest else {}
    values = typed(visit, stored, errors)
    shown = [
        Shown(name, _("The sentence (%(language)s)", language=i18n.AUTONYMS[name[-2:]]), text, name[-2:])
        for name, text in stored.items()
    ]
    context = {
        "which": which,
        "words": CONDITIONS[which],
        "signed": newest,
        "values": values,
        "errors": errors or {},
        "longest": condition_forms.LONGEST,
        "stored": theirs(status, shown, stored, values),
        "version": version(visit, newest.id if newest else 0, status),
    }
    return visit.page("staff/projects/precondition.html", found.context | context, form=True, status=status)


# Indicators


async def measures(visit: Visit) -> Response:
    """The list, with a button that takes one off it."""
    if visit.request.method == "GET":
        return await _measures(visit)

    async def act(session: Session) -> dict[str, Any]:
        form = Reader(visit.fields)
        gone = form.integer("remove", least=1, most=2**31 - 1)
        if form.errors:
            raise Invalid({"form": _("Please choose from the list.")})
        project = await open_for_edit(visit, session)
        await indicators.remove_indicator(
            session, city=visit.city, project=project, indicator_id=gone, actor=visit.actor, at=visit.at
        )
        return {"slug": project.slug}

    return await saved(visit, act, _measures, "/staff/projects/{slug}/indicators")


async def _measures(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await editing(visit, session)
    rows = [(one, i18n.pick(one.names, visit.language, visit.city.languages)) for one in found.project.indicators]
    context = {"rows": rows, "errors": errors or {}, "full": len(rows) >= MOST, "most": MOST}
    return visit.page("staff/projects/indicators.html", found.context | context, form=True, status=status)


async def measure(visit: Visit) -> Response:
    """One of them, or a new one."""
    if visit.request.method == "GET":
        return await _measure(visit)

    async def act(session: Session) -> dict[str, Any]:
        said, before = indicator_forms.read_indicator(visit.fields, visit.city), read_version(visit.fields)
        project = await open_for_edit(visit, session)
        await indicators.save_indicator(
            session,
            city=visit.city,
            project=project,
            version=before,
            said=said,
            indicator_id=_number(visit),
            actor=visit.actor,
            at=visit.at,
        )
        return {"slug": project.slug}

    return await saved(visit, act, _measure, "/staff/projects/{slug}/indicators")


def _number(visit: Visit) -> int | None:
    """None: a new one."""
    said = str(visit.request.path_params["number"])
    if said == "new":
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise NotFound()
    return int(said)


async def _measure(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    number = _number(visit)
    async with visit.reading() as session:
        found = await editing(visit, session, status)
    one = next((each for each in found.project.indicators if each.id == number), None)
    if one is None and number is not None:
        raise NotFound()
    stored = {} if one is None else _written(one)
    values = typed(visit, stored, errors)
    context = {
        "number_": number or "new",
        "values": values,
        "errors": errors or {},
        "longest": indicator_forms.LONGEST,
        "stored": theirs(status, [Shown(name, _label(name), text) for name, text in stored.items()], stored, values),
        "labels": {name: _label(name) for name in ("baseline", "baseline_on", "target", "target_on")},
    }
    return visit.page("staff/projects/indicator.html", found.context | context, form=True, status=status)


FIGURES = {
    "baseline": _("Where it stands before"),
    "baseline_on": _("Measured on"),
    "target": _("Where it is to stand"),
    "target_on": _("By which day"),
}


def _label(name: str) -> i18n.Message:
    if name in FIGURES:
        return FIGURES[name]
    kind, language = name.split(".")
    autonym = i18n.AUTONYMS[language]
    if kind == "names":
        return _("What is measured (%(language)s)", language=autonym)
    return _("In what (%(language)s)", language=autonym)


def _written(one: IndicatorView) -> dict[str, str]:
    """As an official types it."""
    return {
        **{f"names.{code}": text for code, text in one.names.items()},
        **{f"units.{code}": text for code, text in one.units.items()},
        "baseline": f"{one.baseline.normalize():f}",
        "baseline_on": one.baseline_on.isoformat(),
        "target": f"{one.target.normalize():f}",
        "target_on": one.target_on.isoformat(),
    }
