"""Officials' page of the script that is read aloud: the one that is made, and one of their own instead."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, editing, project_of, typed
from participation.channels.staff.saving import Shown, saved, theirs, version
from participation.domain.projects.forms import read_version
from participation.domain.projects.models import ProjectState
from participation.domain.projects.spreading import forms, operations, queries, rules
from participation.domain.projects.spreading.rules import Invitation
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import AUTONYMS, _


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _show(visit)
    language = _language(visit)

    async def act(session: Session) -> dict[str, Any]:
        text, opened = forms.read_script(visit.fields, language), read_version(visit.fields)
        project = await project_of(visit, session)
        await operations.write_script(
            session,
            city=visit.city,
            project=project,
            language=language,
            text=text,
            version=opened,
            actor=visit.actor,
            at=visit.at,
        )
        return {"slug": project.slug}

    return await saved(visit, act, _show, f"/staff/projects/{{slug}}/script/{language}")


def _language(visit: Visit) -> str:
    language = str(visit.request.path_params["language"])
    if language not in visit.city.languages:
        raise NotFound()
    return language


async def _show(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    language = _language(visit)
    async with visit.reading() as session:
        found = await editing(visit, session)
        stored = await queries.script(session, found.project.id, language)
        meetings = await queries.invitations(session, found.project.id, at=visit.at, most=1)
    project = found.project
    invited = Invitation(meetings[0].starts_at, meetings[0].venue) if meetings else None
    address = rules.short_address(visit.city, visit.site.settings.base_url, project.number).partition("://")[2]
    made = rules.spoken(visit.city, project, address, invited, language, visit.at)
    kept = {"text": stored.text if stored else ""}
    values = typed(visit, kept, errors)
    context = {
        "tongue": language,
        "autonym": AUTONYMS[language],
        "made": made.parts,
        "values": values,
        "errors": errors or {},
        "stored": theirs(status, [Shown("text", _("To be read aloud"), kept["text"], language)], kept, values),
        "version": version(visit, stored.version if stored else 0, status),
        "most": rules.most(language),
        "characters": language == "zh",
        "draft": project.state == ProjectState.DRAFT,
        "public": f"/{language}/projects/{project.slug}/script",
    }
    return visit.page("staff/projects/script.html", found.context | context, form=True, status=status)
