"""The city's register of data flows: which project gives which data to whom, as the city has published it."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web import assessment_views as views
from participation.channels.web.project_cards import midnight, pick
from participation.domain.ladder.flows import queries
from participation.domain.ladder.flows.queries import DATA, KEPT, RECEIVERS, SHARING, Flow, LinkView, Side
from participation.domain.ladder.flows.rules import in_effect
from participation.domain.projects.assessments.rules import UNKNOWN
from participation.domain.projects.forms import SLUG
from participation.kit.errors import NotFound
from participation.kit.i18n import Message, Text, _
from participation.kit.marks import Texts

SIZE = 8
BEGINNING = 180
"""Columns of an answer in the register; the whole stands in the assessment."""
WHOLE = 600
"""The same where one project stands alone."""
LINKS = 3
"""Links of a project that the register names."""
LABELS = {
    RECEIVERS: _("Who receives or can see the data"),
    DATA: _("Which data"),
    SHARING: _("What is given to whom, and on which ground"),
    KEPT: _("How long they are kept"),
}
SECTIONS = {"screening": "people", "data-protection": "data"}
"""Where the kinds of assessment ask for it."""


async def index(visit: Visit) -> Response:
    """All projects, or those whose data somebody receives; or one project with all of its links."""
    given = visit.request.query_params
    visit.depends(f"projects:{visit.city.id}", until=midnight(visit))
    if slug := given.get("project", ""):
        return await _one(visit, slug)
    names = queries.receivers()
    receiver = given.get("receiver", "")
    receiver = receiver if receiver in names else ""
    after = given.get("after", "")
    today = views.today(visit)
    async with visit.reading() as session:
        page = await queries.page(session, visit.city, after=after, size=SIZE, receiver=receiver, today=today)
        links = await queries.links_from(session, [one.id for one in page.items], each=LINKS + 1)
    context = {
        "receiver": receiver,
        "receivers": [(id, pick(visit, words)) for id, words in names.items()],
        "rows": [_row(visit, one, links.get(one.id, ())) for one in page.items],
        "older": visit.url("/data-flows", receiver=receiver, after=page.next) if page.next else None,
        "newer": visit.url("/data-flows", receiver=receiver) if after else None,
    }
    return visit.page("flows/list.html", context)


async def _one(visit: Visit, slug: str) -> Response:
    async with visit.reading() as session:
        found = (
            await queries.of_project(session, visit.city, slug, today=views.today(visit))
            if SLUG.fullmatch(slug)
            else None
        )
        if found is None:
            raise NotFound("project", _("There is no such project."), _("The register has all projects of the city."))
        links = await queries.links_of(session, found.id)
    context = {
        "row": _heading(visit, found) | {"said": _answers(visit, found, WHOLE)},
        "gives": [_link(visit, one, one.receiver) for one in links if one.giver.id == found.id],
        "gets": [_link(visit, one, one.giver) for one in links if one.receiver.id == found.id],
        "full": len(links) >= queries.NEWEST_LINKS,
        "all": visit.url("/data-flows"),
    }
    return visit.page("flows/show.html", context)


def _heading(visit: Visit, one: Flow | Side) -> dict[str, Any]:
    return {
        "title": pick(visit, one.titles),
        "number": one.number,
        "address": visit.url("/data-flows", project=one.slug),
        "project": visit.url(f"/projects/{one.slug}"),
    }


def _row(visit: Visit, one: Flow, links: Sequence[LinkView]) -> dict[str, Any]:
    return _heading(visit, one) | {
        "said": _answers(visit, one, BEGINNING),
        "links": [_link(visit, link, link.receiver) for link in links[:LINKS]],
        "more": len(links) > LINKS,
        "incoming": one.incoming,
    }


def _link(visit: Visit, one: LinkView, other: Side) -> dict[str, Any]:
    return {
        "other": _heading(visit, other),
        "what": pick(visit, one.what),
        "from": one.effective_on,
        "runs": in_effect(one.effective_on, views.today(visit)),
    }


def _answers(visit: Visit, one: Flow, room: int) -> list[dict[str, Any]]:
    """For `assessments/parts.html`: each question with what is public of its answer."""
    found = []
    for question, label in LABELS.items():
        said = one.said(question)
        if said is None:
            found.append({"label": label, "none": _("Not published")})
            continue
        assessment, answer = said
        base = f"/projects/{one.slug}/assessments/{assessment.kind}/{SECTIONS[assessment.kind]}"
        shown = _shown(visit, question, answer, assessment.choices)
        found.append({"label": label, **views.short(shown, views.at(visit.url(base), question), room)})
    return found


def _shown(visit: Visit, question: str, said: Mapping[str, Any], choices: Mapping[str, Any] | None) -> dict[str, Any]:
    def lines() -> list[Text | Message | str]:
        if UNKNOWN in said["chosen"]:
            return [_("We cannot assess this")]
        if said["words"]:
            return [pick(visit, Texts(said["words"], said.get("marks", {})))]
        words = choices or queries.receivers()
        asked = said["chosen"] if question == RECEIVERS else ()
        return [pick(visit, words[choice]) for choice in asked if choice in words]

    return views.told(visit, said, lines)
