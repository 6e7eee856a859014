"""Technology cards: all, and one with the projects that use it."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import pick
from participation.domain.ladder.digests.queries import named
from participation.domain.projects.technologies import queries
from participation.domain.projects.technologies.queries import TechnologyCard
from participation.kit.errors import NotFound
from participation.kit.i18n import Text, _

MOST = 200
"""Uses of technologies that are counted; a card names the newest projects."""
NAMED = 20


async def index(visit: Visit) -> Response:
    async with visit.reading() as session:
        using = await queries.using(session, visit.city, limit=MOST)
    visit.depends(f"projects:{visit.city.id}")
    return visit.page(
        "technologies/list.html",
        {"cards": [line(visit, card) | {"used": len(using.get(card.id, ()))} for card in queries.cards().values()]},
    )


async def show(visit: Visit) -> Response:
    card = queries.cards().get(str(visit.request.path_params["technology"]))
    if card is None:
        raise NotFound("technology", _("There is no such card."), _("The list has all technologies."))
    async with visit.reading() as session:
        using = await queries.using(session, visit.city, limit=MOST)
        newest = using.get(card.id, [])[:NAMED]
        projects = await named(session, visit.city.id, set(newest))
    visit.depends(f"projects:{visit.city.id}")
    text = pick(visit, card.texts)
    return visit.page(
        "technologies/show.html",
        line(visit, card)
        | {
            "said": text,
            "ask": [Text(question, text.language, text.other) for question in card.ask[text.language]],
            "projects": [
                (visit.url(f"/projects/{projects[id].slug}"), pick(visit, projects[id].titles)) for id in newest
            ],
            "all": visit.url("/technologies"),
        },
    )


def line(visit: Visit, card: TechnologyCard) -> dict[str, Any]:
    return {"title": pick(visit, card.titles), "address": visit.url(f"/technologies/{card.id}")}
