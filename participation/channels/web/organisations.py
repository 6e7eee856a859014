"""Residents' pages of organisations: who files with the city, with which interests, and what."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web.filing_views import heading
from participation.channels.web.project_cards import midnight, pick
from participation.domain.projects.filings.queries import of_organisation
from participation.domain.projects.organisations import queries
from participation.domain.projects.organisations.models import OrganisationKind
from participation.domain.projects.organisations.queries import OrganisationView
from participation.domain.projects.organisations.rules import KINDS, missing


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _depends(visit: Visit) -> None:
    """What they file changes with projects; a day that comes makes the city's answer late."""
    visit.depends(f"organisations:{visit.city.id}", f"projects:{visit.city.id}", until=midnight(visit))


async def index(visit: Visit) -> Response:
    after = _number(visit.request.query_params.get("after", ""))
    async with visit.reading() as session:
        found, following = await queries.some(session, city_id=visit.city.id, after=after)
    _depends(visit)
    context = {
        "organisations": [_shown(visit, one) for one in found],
        "newer": visit.url("/organisations") if after else None,
        "older": visit.url("/organisations", after=following) if following else None,
    }
    return visit.page("organisations/list.html", context)


def _shown(visit: Visit, one: OrganisationView) -> dict[str, Any]:
    return {
        "address": visit.url(f"/organisations/{one.id}"),
        "name": pick(visit, one.names),
        "kind": KINDS[OrganisationKind(one.kind)],
        "independent": one.independent,
        "gains": pick(visit, one.gains) if one.gains else None,
        "payer": pick(visit, one.payer) if one.payer else None,
        "on": one.declared_on,
    }


async def show(visit: Visit) -> Response:
    """One organisation, and what it has filed, the newest first."""
    number = _number(str(visit.request.path_params["number"]))
    before = _number(visit.request.query_params.get("after", "")) or None
    async with visit.reading() as session:
        one = await queries.one(session, city_id=visit.city.id, organisation_id=number)
        if one is None:
            raise missing()
        filed, following = await of_organisation(session, organisation_id=number, before=before)
    _depends(visit)
    here = visit.url(f"/organisations/{number}")
    context = {
        "organisation": _shown(visit, one),
        "filings": [
            heading(visit, visit.url(f"/projects/{slug}"), filing) | {"project": pick(visit, titles)}
            for filing, slug, titles in filed
        ],
        "newer": here if before else None,
        "older": f"{here}?after={following}" if following else None,
    }
    return visit.page("organisations/show.html", context)
