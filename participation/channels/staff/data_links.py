"""Officials' pages of links between two projects: what this one gives to others, with notice, and how a link is ended."""

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, editing, slug_of, typed
from participation.channels.staff.saving import saved
from participation.domain.ladder.flows import forms, operations, queries, rules
from participation.domain.ladder.flows.queries import LinkView, Side
from participation.domain.ladder.gates.queries import settled
from participation.domain.ladder.gates.rules import Owing
from participation.domain.people.models import Role
from participation.domain.people.rules import may_act
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.i18n import Text


async def index(visit: Visit) -> Response:
    """What this project gives and gets; announcing one more."""
    if visit.request.method == "GET":
        return await _index(visit)

    async def act(session: Session) -> dict[str, Any]:
        said, slug = forms.read_link(visit.fields, visit.city), slug_of(visit)
        await operations.announce_link(session, city=visit.city, slug=slug, said=said, actor=visit.actor, at=visit.at)
        return {"slug": slug}

    return await saved(visit, act, _index, "/staff/projects/{slug}/data-links")


async def _index(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await editing(visit, session, status)
        links = await queries.links_of(session, found.project.id)
        others = await queries.others(session, visit.city, found.project.id)
    today, table = visit.at.astimezone(visit.city.zone).date(), settled(visit.city)
    days = table.notice(Owing.CONSULTATION)
    mine = [one for one in links if one.giver.id == found.project.id]
    context = {
        "gives": [_link(visit, one, one.receiver) for one in mine],
        "gets": [_link(visit, one, one.giver) for one in links if one.giver.id != found.project.id],
        "others": [
            (one.slug, _named(visit, one))
            for one, places in others
            if may_act(visit.actor, Role.OFFICIAL, visit.city, places) is None
        ],
        "closed": rules.may_give(found.project.state),
        "notice": days,
        "earliest": table.earliest(today, days),
        "longest": forms.LONGEST,
        "values": typed(visit, {}, errors),
        "errors": errors or {},
        "base": f"{found.context['desk']}/data-links",
    }
    return visit.page("staff/data_links/list.html", found.context | context, form=True, status=status)


def _named(visit: Visit, one: Side) -> Text:
    title = i18n.pick(one.titles, visit.language, visit.city.languages)
    return replace(title, value=f"{i18n.number(one.number, visit.language)} · {title.value}")


def _link(visit: Visit, one: LinkView, other: Side) -> dict[str, Any]:
    return {
        "id": one.id,
        "other": _named(visit, other),
        "what": i18n.pick(one.what, visit.language, visit.city.languages),
        "from": one.effective_on,
        "runs": rules.in_effect(one.effective_on, visit.at.astimezone(visit.city.zone).date()),
    }


async def end(visit: Visit) -> Response:
    """Ends one at once; everybody can read why."""
    if visit.request.method == "GET":
        return await _end(visit)

    async def act(session: Session) -> dict[str, Any]:
        reasons, slug = forms.read_reasons(visit.fields, visit.city), slug_of(visit)
        await operations.end_link(
            session,
            city=visit.city,
            slug=slug,
            link_id=_number(visit),
            reasons=reasons,
            actor=visit.actor,
            at=visit.at,
        )
        return {"slug": slug}

    return await saved(visit, act, _end, "/staff/projects/{slug}/data-links")


def _number(visit: Visit) -> int:
    said = str(visit.request.path_params["number"])
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise operations.no_link()
    return int(said)


async def _end(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await editing(visit, session, status)
        link = await queries.link(session, found.project.id, _number(visit))
    if link is None:
        raise operations.no_link()
    context = {
        "link": _link(visit, link, link.receiver),
        "longest": forms.LONGEST,
        "values": typed(visit, {}, errors),
        "errors": errors or {},
        "base": f"{found.context['desk']}/data-links",
    }
    return visit.page("staff/data_links/end.html", found.context | context, form=True, status=status)
