"""Officials' page of what is easy to read, in one language: a sentence in each row, and the picture beside it."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, editing, open_for_edit, typed
from participation.channels.staff.saving import Shown, saved, theirs, version
from participation.domain.projects.easy import forms, operations, queries
from participation.domain.projects.forms import read_version
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import AUTONYMS, _

ROWS = range(1, forms.MOST + 1)


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _show(visit)
    language = _language(visit)

    async def act(session: Session) -> dict[str, Any]:
        opened = read_version(visit.fields)
        project = await open_for_edit(visit, session)
        sentences = forms.read_sentences(visit.fields, await queries.pictures(session, project.id))
        await operations.write(
            session,
            city=visit.city,
            project=project,
            language=language,
            sentences=sentences,
            version=opened,
            actor=visit.actor,
            at=visit.at,
        )
        return {"slug": project.slug}

    return await saved(visit, act, _show, f"/staff/projects/{{slug}}/easy/{language}")


def _language(visit: Visit) -> str:
    language = str(visit.request.path_params["language"])
    if language not in visit.city.languages:
        raise NotFound()
    return language


async def _show(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    language = _language(visit)
    async with visit.reading() as session:
        found = await editing(visit, session)
        all_ = await queries.of(session, found.project.id)
        pictures = await queries.pictures(session, found.project.id)
    mine = all_.get(language)
    stored: dict[str, str] = {}
    for row, one in enumerate(mine.sentences if mine else (), 1):
        stored |= {f"text.{row}": one.text, f"picture.{row}": str(one.picture or "")}
    values = typed(visit, stored, errors)
    labels = {row: (_("Sentence %(n)s", n=row), _("Picture beside sentence %(n)s", n=row)) for row in ROWS}
    shown = [Shown(f"text.{row}", labels[row][0], stored.get(f"text.{row}", ""), language) for row in ROWS]
    context = {
        "tongue": language,
        "autonym": AUTONYMS[language],
        "rows": list(labels.items()),
        "pictures": [
            (number, i18n.pick(one.titles, visit.language, visit.city.languages)) for number, one in pictures.items()
        ],
        "values": values,
        "errors": errors or {},
        "stored": theirs(status, shown, stored, values),
        "version": version(visit, mine.version if mine else 0, status),
        "most": forms.LONGEST,
        "public": f"/{language}/projects/{found.project.slug}/easy" if mine and mine.sentences else None,
    }
    return visit.page("staff/easy.html", found.context | context, form=True, status=status)
