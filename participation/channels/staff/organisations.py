"""Officials' pages of organisations: the list with a form for a new one, and one of them with its declared interests."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, tongues, typed
from participation.channels.staff.saving import Shown, saved, theirs, version
from participation.domain.projects.organisations import forms, operations, queries
from participation.domain.projects.organisations.models import OrganisationKind
from participation.domain.projects.organisations.queries import OrganisationView
from participation.domain.projects.organisations.rules import KINDS, missing
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.i18n import Message, _

LABELS: dict[str, Message] = {
    "names": _("Name"),
    "gains": _("What it gains or could lose"),
    "payer": _("Who pays it"),
}


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _options() -> list[tuple[str, Message]]:
    return [(str(kind), words) for kind, words in KINDS.items()]


async def index(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _index(visit)

    async def act(session: Session) -> dict[str, Any]:
        said = forms.read_organisation(visit.fields, visit.city)
        made = await operations.add(session, city=visit.city, said=said, actor=visit.actor, at=visit.at)
        return {"number": made.id}

    return await saved(visit, act, _index, "/staff/organisations/{number}")


async def _index(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    after = number(visit.request.query_params.get("after", ""))
    async with visit.reading() as session:
        found, following = await queries.some(session, city_id=visit.city.id, after=after)
    context = {
        "organisations": [
            {
                "address": f"/staff/organisations/{one.id}",
                "name": i18n.pick(one.names, visit.language, visit.city.languages),
                "kind": KINDS[OrganisationKind(one.kind)],
                "on": one.declared_on,
            }
            for one in found
        ],
        "older": f"/staff/organisations?after={following}" if following else None,
        "newer": "/staff/organisations" if after else None,
        "kinds": _options(),
        "tongues": tongues(visit),
        "values": typed(visit, {}, errors),
        "errors": errors or {},
    }
    return visit.page("staff/organisations/list.html", context, form=True, status=status)


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _show(visit)

    async def act(session: Session) -> dict[str, Any]:
        fields = visit.fields
        await operations.change(
            session,
            city=visit.city,
            organisation_id=_here(visit),
            version=forms.read_version(fields),
            said=forms.read_organisation(fields, visit.city),
            actor=visit.actor,
            at=visit.at,
        )
        return {}

    return await saved(visit, act, _show, "/staff/organisations")


def _here(visit: Visit) -> int:
    return number(str(visit.request.path_params["number"]))


async def _show(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await queries.one(session, city_id=visit.city.id, organisation_id=_here(visit))
    if found is None:
        raise missing()
    stored = _stored(found)
    values = typed(visit, stored, errors)
    context = {
        "title_": i18n.pick(found.names, visit.language, visit.city.languages),
        "address": f"/staff/organisations/{found.id}",
        "public": visit.url(f"/organisations/{found.id}"),
        "kinds": _options(),
        "tongues": tongues(visit),
        "version": version(visit, found.version, status),
        "stored": theirs(status, _words(visit, stored), stored, values),
        "values": values,
        "errors": errors or {},
    }
    return visit.page("staff/organisations/show.html", context, form=True, status=status)


def _stored(found: OrganisationView) -> dict[str, Any]:
    """By the names of the form."""
    values: dict[str, Any] = {"kind": found.kind}
    for field, texts in (("names", found.names), ("gains", found.gains), ("payer", found.payer)):
        values |= {f"{field}.{language}": text for language, text in texts.items()}
    return values | {"declared_on": found.declared_on.isoformat() if found.declared_on else ""}


def _words(visit: Visit, stored: dict[str, Any]) -> list[Shown]:
    kind = KINDS[OrganisationKind(stored["kind"])]
    shown = [Shown("kind", _("What it is"), kind), Shown("declared_on", _("Declared on"), stored["declared_on"])]
    for field, label in LABELS.items():
        for language in visit.city.languages:
            name = f"{field}.{language}"
            shown.append(Shown(name, label, stored.get(name, ""), language))
    return shown
