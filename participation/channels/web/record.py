"""The public record in words: its newest entries, one entry, and how to check a copy."""

from starlette.responses import Response

from participation.channels.http import entries
from participation.channels.http.visit import Visit
from participation.channels.web.facts import marked
from participation.domain.record import queries
from participation.kit.errors import NotFound


async def index(visit: Visit) -> Response:
    after = visit.request.query_params.get("after")
    async with visit.reading() as session:
        page = await queries.entries(session, visit.city.id, after=after)
        signed = await queries.checkpoint(session, visit.city.id)
        log = await queries.log(session, visit.city.id)
    visit.depends(f"record:{visit.city.id}")
    rows = [(entry, entries.sentence(visit, entry), entries.who(visit, entry)) for entry in page.items]
    older = visit.url("/record", after=page.next) if page.next else None
    newer = visit.url("/record") if after else None
    return visit.page("record/list.html", {"rows": rows, "older": older, "newer": newer, "signed": signed, "log": log})


async def show(visit: Visit) -> Response:
    text = visit.request.path_params["number"]
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise NotFound()
    async with visit.reading() as session:
        entry = await queries.entry(session, visit.city.id, int(text))
    visit.depends(f"record:{visit.city.id}")
    facts, whole = marked(entry.facts)
    return visit.page(
        "record/show.html",
        {
            "entry": entry,
            "sentence": entries.sentence(visit, entry),
            "who": entries.who(visit, entry),
            "facts": facts,
            "whole": whole,
        },
    )


async def check(visit: Visit) -> Response:
    async with visit.reading() as session:
        log = await queries.log(session, visit.city.id)
    visit.depends(f"record:{visit.city.id}")
    return visit.page(
        "record/check.html", {"log": log, "base": f"{visit.city.address(visit.site.settings.base_url)}/record"}
    )
