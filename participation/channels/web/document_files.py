"""The files themselves: as they are in the store, resumable, under headers with which no browser runs anything in them."""

from pathlib import Path

from starlette.responses import FileResponse, Response
from starlette.types import Message as Event
from starlette.types import Receive, Scope, Send

from participation.channels.http.visit import Visit
from participation.domain.people.models import Role
from participation.domain.people.rules import may_act
from participation.domain.projects.documents import queries
from participation.domain.projects.documents.models import DocumentState
from participation.domain.projects.documents.queries import FileView, Served
from participation.domain.projects.documents.rules import ENDINGS
from participation.kit.errors import Gone, NotFound, Unavailable
from participation.kit.files import Files
from participation.kit.i18n import _

FOR_EVER = "public, max-age=31536000, immutable"
SHOWN_IN_PLACE = ("image/jpeg", "image/png", "audio/mpeg", "audio/ogg", "video/mp4", "video/webm")
"""Everything else is handed over to be kept: nothing is opened inside the browser that shows this site."""
SAFE = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Access-Control-Allow-Origin": "*",
}


async def show(visit: Visit) -> Response:
    number, name = (str(visit.request.path_params[part]) for part in ("number", "name"))
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise _missing()
    async with visit.reading() as session:
        found = await queries.served(session, visit.city.id, int(number))
    if found is None:
        raise _missing()
    public = _public(visit, found)
    what = _named(found.file, name)
    if what is None:
        raise _missing()
    digest, media_type = what
    path = Files(visit.site.settings.store).path(digest)
    if not path.is_file():
        raise Unavailable(
            "file", _("This file is not here at the moment."), _("Please try again later; its words are on its page.")
        )
    return kept(visit, path, name, media_type, public=public)


def kept(
    visit: Visit, path: Path, name: str, media_type: str, *, public: bool, safe: dict[str, str] = SAFE
) -> Response:
    """A file of the store, whose name is the hash of what it holds."""
    etag = f'"{path.name}"'
    headers = {**safe, "ETag": etag, "Cache-Control": FOR_EVER if public else "no-store"}
    if etag in [one.strip().removeprefix("W/") for one in visit.request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Resumable(path, name, media_type, headers)


def _public(visit: Visit, found: Served) -> bool:
    """Everybody may have it; else only the project's officials may, or nobody any more. Raises the refusal."""
    if found.state == DocumentState.WITHDRAWN:
        raise Gone(
            "withdrawn",
            _("This document was withdrawn."),
            _("The project's list of documents says why, and what is there."),
        )
    if found.public and found.state == DocumentState.PUBLISHED:
        return True
    if not visit.actor.grants or may_act(visit.actor, Role.OFFICIAL, visit.city, found.places) is not None:
        raise _missing()
    return False


def _missing() -> NotFound:
    return NotFound("file", _("There is no such file."), _("A project's page leads to its documents."))


def _named(file: FileView, name: str) -> tuple[str, str] | None:
    """Hash and media type of what has this name; an image has only its pictures."""
    for one in file.pictures:
        if name == f"{file.name}-{one['width']}.{ENDINGS[one['media_type']]}":
            return one["digest"], one["media_type"]
    return (file.digest, file.media_type) if name == f"{file.name}.{file.ending}" else None


class Resumable(FileResponse):
    """Starlette's answer with a file, with its ranges; what it would answer to a range that is none, the whole file answers
    (RFC 9110 14.2), and a range beyond the end is refused under the same safe headers."""

    def __init__(self, path: Path, name: str, media_type: str, headers: dict[str, str]) -> None:
        shown = "inline" if media_type in SHOWN_IN_PLACE else "attachment"
        kind = f"{media_type}; charset=utf-8" if media_type in ("text/csv", "application/geo+json") else media_type
        super().__init__(path, headers=headers, media_type=kind, filename=name, content_disposition_type=shown)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(event: Event) -> None:
            if event["type"] == "http.response.start" and event["status"] in (400, 416):
                told = {name.lower() for name, _value in event["headers"]}
                kept = [(name.lower().encode(), value.encode()) for name, value in SAFE.items()]
                event["headers"] += [one for one in kept if one[0] not in told]
            await send(event)

        await super().__call__(_with_good_ranges(scope), receive, with_headers)


def _with_good_ranges(scope: Scope) -> Scope:
    """Without a range that cannot be read, as if it had not been asked for."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"range" or _readable(value)]
    return {**scope, "headers": headers}


def _readable(value: bytes) -> bool:
    unit, _equals, ranges = value.decode("latin-1").partition("=")
    parts = [part.strip() for part in ranges.split(",")]
    return unit.strip().lower() == "bytes" and all(_one(part) for part in parts)


def _one(part: str) -> bool:
    first, dash, last = part.partition("-")
    if not dash or not (first or last):
        return False
    if any(end and not (end.isascii() and end.isdigit() and len(end) < 19) for end in (first, last)):
        return False
    return not (first and last) or int(first) <= int(last)
