"""Residents' page of a project in sentences that are easy to read; its pictures come once they are asked for."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import address, pick
from participation.channels.web.projects import depends, find
from participation.domain.projects.documents.queries import DocumentView
from participation.domain.projects.easy import queries
from participation.domain.projects.easy.forms import Sentence
from participation.kit import i18n
from participation.kit.errors import NotFound
from participation.kit.i18n import _
from participation.kit.sizes import size


async def show(visit: Visit) -> Response:
    async with visit.reading() as session:
        project = await find(visit, session)
        found = {code: one for code, one in (await queries.of(session, project.id)).items() if one.sentences}
        pictures = await queries.pictures(session, project.id)
    depends(visit, project)
    told = i18n.pick(
        {code: " ".join(one.text for one in easy.sentences) for code, easy in found.items()},
        visit.language,
        visit.city.languages,
    )
    if not told.value:
        raise NotFound(
            "easy",
            _("This project is not told in sentences that are easy to read yet."),
            _("The project's page says all that there is."),
        )
    sentences = found[told.language].sentences
    shown = "pictures" in visit.request.query_params
    used = [pictures[one.picture] for one in sentences if one.picture is not None and one.picture in pictures]
    context = {
        "title": pick(visit, project.said("title")),
        "address": address(visit, project),
        "told": told,
        "sentences": [_sentence(visit, one, pictures) for one in sentences],
        "shown": shown,
        "with_pictures": visit.url(f"/projects/{project.slug}/easy", pictures=1) if used and not shown else None,
        "size": size(sum(one.file.pictures[0]["size"] for one in used)),
    }
    return visit.page("projects/easy.html", context)


def _sentence(visit: Visit, one: Sentence, pictures: Mapping[int, DocumentView]) -> dict[str, Any]:
    picture = pictures.get(one.picture or 0)
    if picture is None:
        return {"text": one.text, "picture": None}
    smallest = picture.file.pictures[0]
    return {
        "text": one.text,
        "picture": {
            "address": picture.file.picture_address(smallest),
            "width": smallest["width"],
            "height": smallest["height"],
            "words": pick(visit, picture.titles),
        },
    }
