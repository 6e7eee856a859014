"""Clips in sign language before a project's officials: one form, the list, and what is old."""

from functools import partial
from typing import Any

from starlette.responses import Response

from participation.channels.http.hearing import length
from participation.channels.http.visit import Visit
from participation.channels.staff.documents import before_official
from participation.channels.staff.projects import Errors, open_for_edit, typed
from participation.channels.staff.saving import saved
from participation.channels.staff.uploads import Brought, brought_as
from participation.domain.ladder.heard import rules as heard
from participation.domain.projects.models import Project
from participation.domain.projects.sounds.clips import operations, queries, rules
from participation.domain.projects.sounds.clips.forms import NewClip, read_tongue
from participation.domain.projects.texts.queries import texts_in
from participation.kit import speaking
from participation.kit.database import Session
from participation.kit.errors import Conflict, Invalid
from participation.kit.forms import Reader
from participation.kit.i18n import _
from participation.kit.marks import fingerprint
from participation.kit.sizes import size


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _show(visit)
    file = await brought_as(visit, NewClip, operations.take_in, rules.refused("clip_too_large"))

    async def act(session: Session) -> dict[str, Any]:
        project = await open_for_edit(visit, session)
        await _act(visit, session, file, project)
        return {"slug": project.slug}

    return await saved(visit, act, partial(_show, file=file), "/staff/projects/{slug}/clips")


async def _act(visit: Visit, session: Session, file: Brought[NewClip], project: Project) -> None:
    common: dict[str, Any] = {"city": visit.city, "project": project, "actor": visit.actor, "at": visit.at}
    text = heard.source(texts_in(project, "summary"), visit.city)
    for button in ("confirm", "remove"):
        if visit.typed.get(button):
            form = Reader(visit.fields)
            clip_id = form.integer(button, least=1, most=2**31 - 1)
            form.finish()
            if button == "remove":
                await operations.remove(session, clip_id=clip_id, **common)
            else:
                await operations.confirm(session, clip_id=clip_id, text=text, **common)
            return
    wrong = {} if file.file else {"file": file.error or _("Please choose a file.")}
    try:
        tongue = read_tongue(visit.fields)
    except Invalid as invalid:
        raise Invalid({**invalid.errors, **wrong} if invalid.errors else {}) from None
    if file.file is None:
        raise Invalid(wrong)
    if not text:
        raise Conflict(
            "nothing_said",
            _("The project has no summary yet, so that nobody could tell what the clip says."),
            _("Write the summary first, on the project's page at the staff desk."),
        )
    await operations.publish(session, tongue=tongue, text=text, new=file.file, **common)


async def _show(
    visit: Visit, *, errors: Errors = None, status: int = 200, file: Brought[NewClip] | None = None
) -> Response:
    async with visit.reading() as session:
        before = await before_official(visit, session)
        found = await queries.of_project(session, before.project.id)
    said = fingerprint(heard.source(before.project.said("summary"), visit.city))
    brought = file if file is not None and file.file is not None else None
    context = {
        "clips": [
            {
                "id": one.id,
                "tongue": one.tongue,
                "address": one.address,
                "size": size(one.size),
                "length": length(one.seconds),
                "old": one.said != said,
            }
            for one in found
        ],
        "values": typed(visit, {}, errors),
        "errors": errors or {},
        "brought": brought,
        "brought_size": size(brought.file.size) if brought and brought.file else None,
        "upload_script": visit.site.templates.upload_path,
        "able": "ffmpeg" not in speaking.missing(),
    }
    return visit.page("staff/clips.html", before.context | context, form=True, status=status)
