"""Officials' pages of what organisations file on a project: asking by a link, and publishing what was handed in, as it is."""

from datetime import date
from typing import Any

from starlette.responses import Response

from participation.channels.http.refusing import messages
from participation.channels.http.sending import sent
from participation.channels.http.visit import Visit
from participation.channels.staff.filing_views import one_of
from participation.channels.staff.organisations import number
from participation.channels.staff.projects import Errors, open_for_edit, project_of, tongues, typed
from participation.channels.staff.saving import saved
from participation.domain.projects.assessments import queries as assessments
from participation.domain.projects.assessments.queries import Published
from participation.domain.projects.filings import forms, operations, queries
from participation.domain.projects.filings.models import FilingState, Purpose
from participation.domain.projects.filings.operations import Made
from participation.domain.projects.filings.queries import FilingView
from participation.domain.projects.filings.rules import PURPOSES, STATES, missing
from participation.domain.projects.organisations import queries as organisations
from participation.domain.projects.queries import Whole
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import Refusal, SignInNeeded
from participation.kit.forms import Reader
from participation.kit.i18n import _


def _common(visit: Visit, project: Whole) -> dict[str, Any]:
    return {
        "title_": i18n.pick(project.said("title"), visit.language, visit.city.languages),
        "desk": f"/staff/projects/{project.slug}",
        "slug": project.slug,
        "public": visit.url(f"/projects/{project.slug}/opinions"),
    }


# All of a project, and asking


async def index(visit: Visit) -> Response:
    """The form makes a link; it stands in the answer to the form, and nowhere else."""
    if visit.request.method == "GET":
        return await _index(visit)

    async def ask(session: Session) -> Made:
        said = forms.read_asking(visit.fields, visit.city)
        project = await open_for_edit(visit, session)
        known, published = False, False
        if said.kind is not None:
            asked = await assessments.questionnaire(session, city_id=visit.city.id, kind=said.kind)
            known = asked is not None
            published = bool(known and await assessments.version(session, project.id, said.kind, today=_today(visit)))
        return await operations.ask(
            session,
            city=visit.city,
            project=project,
            said=said,
            known=known,
            published=published,
            secrets=visit.site.secrets,
            actor=visit.actor,
            at=visit.at,
        )

    return await _link(visit, ask, _index)


async def _link(visit: Visit, make: Any, again: Any) -> Response:
    """The link is shown once: only a keyed hash of its secret is kept."""
    made: list[Made] = []

    async def act(session: Session) -> dict[str, Any]:
        made.append(await make(session))
        return {"number": made[0].filing_id}

    try:
        async with visit.transaction() as session:
            await visit.once(session, sent(visit), lambda: act(session))
    except SignInNeeded:
        raise
    except Refusal as refusal:
        found: Response = await again(visit, errors=messages(refusal), status=refusal.status)
        return found
    desk = f"/staff/projects/{visit.request.path_params['slug']}/filings"
    base = visit.city.address(visit.site.settings.base_url)
    link = f"{base}/filing/{made[0].secret}" if made else None
    return visit.page("staff/filings/link.html", {"link": link, "desk": desk}, form=True)


async def _index(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    before = number(visit.request.query_params.get("after", "")) or None
    async with visit.reading() as session:
        project = await project_of(visit, session)
        found, following = await queries.for_officials(session, project_id=project.id, before=before)
        choices = await organisations.to_choose(session, city_id=visit.city.id)
        published = await assessments.published(session, project.id, today=_today(visit))
    common = _common(visit, project)
    here = f"{common['desk']}/filings"
    context = {
        "filings": [_line(visit, here, one) for one in found],
        "newer": here if before else None,
        "older": f"{here}?after={following}" if following else None,
        "organisations": [(one.id, i18n.pick(one.names, visit.language, visit.city.languages)) for one in choices],
        "purposes": [(str(purpose), words) for purpose, words in PURPOSES.items()],
        "kinds": _kinds(visit, published),
        "values": typed(visit, {}, errors),
        "errors": errors or {},
    }
    return visit.page("staff/filings/list.html", common | context, form=True, status=status)


def _today(visit: Visit) -> date:
    return visit.at.astimezone(visit.city.zone).date()


def _kinds(visit: Visit, published: list[Published]) -> list[tuple[str, Any]]:
    """What can be answered: the shipped questionnaires, and what the city has published besides."""
    own = [one.kind for one in published if one.kind not in assessments.shipped()]
    titled = [
        (kind, i18n.pick(dict(assessments.shipped_one(kind).title), visit.language, visit.city.languages))
        for kind in assessments.shipped()
    ]
    return [*titled, *((kind, kind) for kind in own)]


def _line(visit: Visit, here: str, one: FilingView) -> dict[str, Any]:
    return {
        "address": f"{here}/{one.id}",
        "organisation": i18n.pick(one.organisation, visit.language, visit.city.languages),
        "purpose": PURPOSES[Purpose(one.purpose)],
        "kind": i18n.pick(dict(assessments.shipped_one(one.kind).title), visit.language, visit.city.languages)
        if one.kind in assessments.shipped()
        else one.kind,
        "state": STATES[FilingState(one.state)],
        "stopped": one.stopped_at is not None and one.state == FilingState.OPEN,
        "until": one.ends_at if one.state == FilingState.OPEN else None,
        "waits": one.state == FilingState.HANDED_IN,
    }


# One of them


async def show(visit: Visit) -> Response:
    """Buttons: publish it as it is, refuse to, take answers over, stop the link, make a new one."""
    if visit.request.method == "GET":
        return await _show(visit)
    if visit.typed.get("do") == "renew":
        return await _link(visit, lambda session: _renew(visit, session), _show)

    async def act(session: Session) -> dict[str, Any]:
        fields = visit.fields
        pressed = _pressed(visit)
        reasons = forms.read_reasons(fields, visit.city) if pressed == "refuse" else {}
        project = await open_for_edit(visit, session)
        common: dict[str, Any] = {"city": visit.city, "project": project, "filing_id": _here(visit)}
        who: dict[str, Any] = {"actor": visit.actor, "at": visit.at}
        if pressed == "publish":
            await operations.publish(session, **common, **who)
        elif pressed == "refuse":
            await operations.refuse(session, reasons=reasons, **common, **who)
        elif pressed == "stop":
            await operations.stop(session, **common, **who)
        else:
            names = Reader(fields).several("take")
            await operations.take_over(session, names=names, actor=visit.actor, **common)
        return {}

    return await saved(visit, act, _show, visit.request.url.path)


async def _renew(visit: Visit, session: Session) -> Made:
    until = forms.read_until(visit.fields, visit.city)
    project = await open_for_edit(visit, session)
    return await operations.renew(
        session,
        city=visit.city,
        project=project,
        filing_id=_here(visit),
        until=until,
        secrets=visit.site.secrets,
        actor=visit.actor,
        at=visit.at,
    )


def _here(visit: Visit) -> int:
    return number(str(visit.request.path_params["number"]))


def _pressed(visit: Visit) -> str:
    form = Reader(visit.fields)
    pressed = form.text("do", at_most=20)
    if pressed not in ("publish", "refuse", "stop", "take"):
        form.wrong("form", _("Please choose one of the answers."))
    form.finish()
    return pressed


async def _show(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        project = await project_of(visit, session)
        found = await queries.one(session, project_id=project.id, filing_id=_here(visit))
        if found is None:
            raise missing()
        known = await assessments.answers(session, project.id)
        own = None
        if found.kind is not None and found.kind not in assessments.shipped():
            own = await assessments.questionnaire(session, city_id=visit.city.id, kind=found.kind)
    context = one_of(visit, found, known, own) | {
        "tongues": tongues(visit),
        "values": typed(visit, {"until": ""}, errors),
        "errors": errors or {},
    }
    return visit.page("staff/filings/show.html", _common(visit, project) | context, form=True, status=status)
