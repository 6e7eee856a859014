"""Officials' pages of what a project says: its words in each language, its facts, its agreements."""

import re
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, editing, open_for_edit, place_options, typed
from participation.channels.staff.saving import Shown, saved, theirs
from participation.domain.projects import forms, operations, queries, rules
from participation.domain.projects.agreements import operations as agreements
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import Invalid, NotFound
from participation.kit.i18n import AUTONYMS, _
from participation.kit.text import words

# Its words


async def texts(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _texts(visit)
    language = _language(visit)

    async def act(session: Session) -> dict[str, Any]:
        fields = visit.fields
        said, version = forms.read_texts(fields), forms.read_version(fields)
        project = await open_for_edit(visit, session)
        await operations.save_texts(
            session,
            city=visit.city,
            project=project,
            version=version,
            language=language,
            texts=said,
            actor=visit.actor,
            at=visit.at,
        )
        return {"slug": project.slug}

    return await saved(visit, act, _texts, "/staff/projects/{slug}")


def _language(visit: Visit) -> str:
    language = str(visit.request.path_params["language"])
    if language not in visit.city.languages:
        raise NotFound()
    return language


async def _texts(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    language = _language(visit)
    async with visit.reading() as session:
        found = await editing(visit, session, status)
    stored = dict(found.project.texts.get(language, {}))
    values = typed(visit, stored, errors)
    summary = values.get("summary", "")
    shown = [Shown(name, rules.WORDS[name], text, language) for name, text in stored.items()]
    context = {
        "values": values,
        "errors": errors or {},
        "labels": rules.WORDS,
        "tongue": language,
        "autonym": AUTONYMS[language],
        "longest": forms.LONGEST,
        "count": words(str(summary)),
        "most": rules.SUMMARY_WORDS,
        "stored": theirs(status, shown, stored, values),
    }
    return visit.page("staff/projects/texts.html", found.context | context, form=True, status=status)


# Its facts


async def facts(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _facts(visit)

    async def act(session: Session) -> dict[str, Any]:
        fields = visit.fields
        said, version = forms.read_facts(fields, visit.city), forms.read_version(fields)
        project = await open_for_edit(visit, session)
        await operations.save_facts(
            session, city=visit.city, project=project, version=version, said=said, actor=visit.actor, at=visit.at
        )
        return {"slug": project.slug}

    return await saved(visit, act, _facts, "/staff/projects/{slug}")


async def _facts(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await editing(visit, session, status)
        programmes = await queries.programmes(session, visit.city, visit.language)
    project = found.project
    stored = {
        "cost_amount": "" if project.cost_amount is None else str(project.cost_amount),
        "districts": [visit.city.places[place].slug for place in project.places],
        "programme": next((one.slug for one in programmes if one.id == project.programme_id), ""),
        "open_comments": "1" if project.open_comments else "",
    }
    values = typed(visit, stored, errors)
    under = [
        (one.slug, i18n.pick(one.said("title"), visit.language, visit.city.languages))
        for one in programmes
        if one.id != project.id
    ]
    context = {
        "values": values,
        "errors": errors or {},
        "districts": place_options(visit),
        "programmes": under,
        "stored": theirs(status, _fact_words(visit, stored, dict(under)), stored, values),
    }
    return visit.page("staff/projects/facts.html", found.context | context, form=True, status=status)


def _fact_words(visit: Visit, stored: dict[str, Any], programmes: dict[str, i18n.Text]) -> list[Shown]:
    """The facts that are stored, as they are read."""
    none, amount = _("None"), stored["cost_amount"]
    cost = f"{i18n.number(int(amount), visit.language)} {visit.city.currency}" if amount else none
    places = ", ".join(name for slug, name in place_options(visit) if slug in stored["districts"])
    programme = programmes.get(stored["programme"])
    return [
        Shown("cost_amount", _("What it costs"), cost),
        Shown("districts", _("Places"), places or none),
        Shown("programme", _("Programme"), programme or none, programme.language if programme else None),
        Shown("open_comments", _("Anybody may comment"), _("Yes") if stored["open_comments"] else _("No")),
    ]


# Its agreements


async def agreed(visit: Visit) -> Response:
    """Three buttons: add one, take one off the list, say that the list is whole."""
    if visit.request.method == "GET":
        return await _agreed(visit)

    async def act(session: Session) -> dict[str, Any]:
        fields = visit.fields
        project = await open_for_edit(visit, session)
        common: dict[str, Any] = {"city": visit.city, "project": project, "actor": visit.actor, "at": visit.at}
        removed = "".join(fields.getlist("remove"))
        if "whole" in visit.typed:
            await agreements.state_agreements(session, **common)
        elif removed:
            if not re.fullmatch(r"[0-9]{1,9}", removed):
                raise Invalid({"form": _("Please choose one of the agreements on the list.")})
            await agreements.remove_agreement(session, agreement_id=int(removed), **common)
        else:
            await agreements.add_agreement(session, said=forms.read_agreement(fields, visit.city), **common)
        return {"slug": project.slug}

    return await saved(visit, act, _agreed, "/staff/projects/{slug}/agreements")


async def _agreed(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await editing(visit, session)
    rows = [(one, i18n.pick(one.names, visit.language, visit.city.languages)) for one in found.project.agreements]
    context = {"rows": rows, "values": typed(visit, {"binding": "yes"}, errors), "errors": errors or {}}
    return visit.page("staff/projects/agreements.html", found.context | context, form=True, status=status)
