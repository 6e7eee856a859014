"""The photograph of a sheet: masked by the process that opens it, looked at, and kept for a while."""

from typing import Any

from starlette.responses import FileResponse, Response

from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.channels.staff.paper.index import LIST
from participation.channels.staff.paper.reading import asked_for
from participation.domain.projects.documents.rules import refused
from participation.domain.proxies.paper.photographs import operations, rules
from participation.domain.proxies.paper.photographs.rules import Edge, Part
from participation.domain.proxies.paper.readings.queries import SheetView
from participation.kit.database import Session
from participation.kit.errors import Refusal, SignInNeeded
from participation.kit.examining import Refused, masked
from participation.kit.files import Files
from participation.kit.forms import Reader
from participation.kit.i18n import Message, _

EDGES = {
    Edge.BOTTOM: _("At the bottom of the picture"),
    Edge.TOP: _("At the top of the picture"),
    Edge.LEFT: _("At the left of the picture"),
    Edge.RIGHT: _("At the right of the picture"),
}
PARTS = {
    Part.SIXTH: _("A sixth of the picture"),
    Part.QUARTER: _("A quarter of the picture"),
    Part.THIRD: _("A third of the picture"),
    Part.HALF: _("Half of the picture"),
}


async def show(visit: Visit) -> Response:
    found = await asked_for(visit)
    if visit.request.method == "GET":
        return _page(visit, found)
    try:
        do = Reader(visit.fields).text("do", at_most=10, required=False)
        digest = "" if do in ("seen", "away") else await _masked(visit)
        async with visit.transaction() as session:
            await visit.once(
                session, ["photograph", found.number, do, digest], lambda: _act(visit, session, found, do, digest)
            )
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return _page(visit, found, errors=messages(refusal), status=refusal.status)
    return visit.redirect(f"{LIST}/{found.number}/photograph")


async def _act(visit: Visit, session: Session, found: SheetView, do: str, digest: str) -> dict[str, Any]:
    common: dict[str, Any] = {"city": visit.city, "sheet": found, "actor": visit.actor}
    if do == "seen":
        await operations.see(session, digest=str(visit.typed.get("picture", "")), **common)
    elif do == "away":
        await operations.take_away(session, **common)
    else:
        await operations.attach(session, digest=digest, at=visit.at, **common)
    return {}


async def _masked(visit: Visit) -> str:
    """The picture as it is kept. What was sent stays where it arrived until this is answered, and nowhere else."""
    form = Reader(visit.fields)
    edge, part = form.one_of("edge", Edge), form.one_of("part", Part)
    upload = visit.files.get("file")
    if upload is None:
        form.wrong("file", _("Please choose a file."))
    form.finish()
    if upload is None or upload.file is None:
        raise refused("too_large")
    try:
        picture = await masked(upload.file.path, edge, int(part))
    except Refused as refusal:
        raise refused(refusal.code, refusal.where) from None
    return await Files(visit.site.settings.store).keep(picture.content)


def _page(visit: Visit, found: SheetView, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    context: dict[str, Any] = {
        "number": found.number,
        "sheet_address": f"{LIST}/{found.number}",
        "picture": found.photograph,
        "seen": found.photograph_seen,
        "edges": list(EDGES.items()),
        "parts": list(PARTS.items()),
        "values": visit.typed if visit.request.method == "POST" else {"edge": Edge.BOTTOM, "part": Part.QUARTER},
        "errors": errors or {},
    }
    return visit.page("staff/paper/photograph.html", context, form=True, status=status)


async def picture(visit: Visit) -> Response:
    """For whoever may read the sheet, and kept by no browser."""
    found = await asked_for(visit)
    if found.photograph is None:
        raise rules.none()
    path = Files(visit.site.settings.store).path(found.photograph)
    if not path.is_file():
        raise rules.none()
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type="image/jpeg", headers=headers)
