"""Turns rendered text into an answer: headers, compression, and what every template is told."""

import gzip
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import brotli
from starlette.responses import Response

from participation.kit import i18n

if TYPE_CHECKING:
    from participation.channels.http.visit import Visit

SMALL = 400
"""Bytes below which compressing costs more than it saves."""


def encoding(accept: str) -> str:
    """`br`, `gzip` or nothing: what the browser takes, the smaller first."""
    offered = {
        part.split(";")[0].strip() for part in accept.lower().split(",") if "q=0" not in part.replace("q=0.", "")
    }
    return next((name for name in ("br", "gzip") if name in offered), "")


def compressed(body: bytes, name: str) -> bytes:
    if name == "br":
        return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=5))
    return gzip.compress(body, 6, mtime=0) if name == "gzip" else body


def html(visit: "Visit", text: str, status: int, *, private: bool, sheet: str | None = None) -> Response:
    body = text.encode("utf-8", "replace")
    name = encoding(visit.request.headers.get("accept-encoding", "")) if len(body) > SMALL else ""
    response = Response(compressed(body, name), status, media_type="text/html")
    headers = response.headers
    if name:
        headers["Content-Encoding"] = name
    headers["Content-Language"] = i18n.tag(visit.language)
    headers["Cache-Control"] = "no-store" if private or status >= 400 or visit.kiosk else "no-cache"
    if headers["Cache-Control"] == "no-store":
        # lynx and links know this older word alone, and would show somebody's page again after they have signed out.
        headers["Pragma"] = "no-cache"
    if visit.kiosk and not private and status == 200:
        # The kiosk's own worker may keep it for when there is no network: it is the same for everybody.
        headers["Kiosk-Keep"] = "1"
    headers["Vary"] = "Accept-Encoding, Cookie, HX-Request, Save-Data"
    headers["Content-Security-Policy"] = visit.site.templates.policies[sheet, visit.kiosk is not None]
    headers["Referrer-Policy"] = "same-origin"
    headers["X-Content-Type-Options"] = "nosniff"
    return response


def attachment(content: bytes | str, media_type: str, name: str) -> Response:
    """A file for whoever asked, kept by nobody on the way and taken for nothing else than it says."""
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=media_type, headers=headers)


def context(visit: "Visit") -> dict[str, Any]:
    """What every template may use, beside what its handler gives it."""
    language, zone = visit.language, visit.city.zone
    order = visit.city.languages

    def text(texts: dict[str, str]) -> i18n.Text:
        return i18n.pick(texts, language, order)

    def name(place: Any) -> str:
        return i18n.pick(place.names, language, order).within

    def datetime_(value: datetime) -> str:
        return i18n.moment(value, language, zone)

    def date_(value: date | datetime) -> str:
        return i18n.day(value, language, zone)

    path = visit.request.url.path
    front = "/kiosk" if path.startswith("/kiosk/") else ""
    path = path.removeprefix(front)
    inner = path[3:] if len(path) >= 3 and path[1:3] in i18n.LANGUAGES and path[3:4] in ("", "/") else None
    return {
        "lang": i18n.tag(language),
        "language": language,
        "dir": i18n.direction(language),
        "city": visit.city,
        "person": visit.signed_in,
        "staff": bool(visit.signed_in and visit.signed_in.staff),
        "path": inner,
        "front": front,
        "kiosk": visit.kiosk,
        "presence": visit.presence,
        "query": visit.request.url.query,
        "url": visit.url,
        "csrf": visit.csrf if visit._formed else None,
        "token": visit.new_token() if visit._formed else None,
        "number": lambda value: i18n.number(value, language),
        "percent": lambda value: i18n.percent(value, language),
        "date": date_,
        "datetime": datetime_,
        "text": text,
        "name": name,
        "at": visit.at,
        "htmx": visit.fragment,
        "light": visit.request.scope["light"],
        "typed": visit.typed,
        "errors": {},
    }
