"""Answers of open data: bodies with what proxies, browsers and other sites have to know of them, and refusals as problem details."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from participation.channels.http.answers import SMALL, compressed, encoding
from participation.channels.http.front import tagged
from participation.kit.i18n import Message

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
NOTHING: Mapping[str, Any] = MappingProxyType({})
METHODS = "GET, HEAD, OPTIONS"
SAFE = {
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
}


def encoded(value: Any) -> bytes:
    """JSON as it is: no NaN, since JSON has none."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")


def reply(
    request: Request, body: bytes, media_type: str, *, vary: str = "", headers: Mapping[str, str] = NOTHING
) -> Response:
    """Good until it changes: 304 for who has it already, and no body for who asks for none."""
    name = encoding(request.headers.get("accept-encoding", "")) if len(body) > SMALL else ""
    response = Response(compressed(body, name), media_type=media_type, headers=SAFE | dict(headers))
    if name:
        response.headers["Content-Encoding"] = name
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = f"Accept-Encoding, {vary}" if vary else "Accept-Encoding"
    tagged(response)
    if _had(request, response.headers["etag"]):
        kept = {name: response.headers[name] for name in ("cache-control", "vary", "etag")}
        return Response(status_code=304, headers=SAFE | kept)
    return without_body(response) if request.method == "HEAD" else response


def problem(
    request: Request,
    status: int,
    code: str,
    reason: Message,
    language: str,
    *,
    errors: Mapping[str, Message] = NOTHING,
    next_step: Message | None = None,
    headers: Mapping[str, str] = NOTHING,
) -> Response:
    """RFC 9457, with a code for programs and for people, in their language, a reason and what they can do now."""
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": reason.into(language),
    }
    if next_step is not None:
        said["next_step"] = next_step.into(language)
    if errors:
        said["errors"] = [{"name": name[:100], "detail": why.into(language)} for name, why in errors.items()]
    kept = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language", "Content-Language": language}
    response = Response(encoded(said), status, SAFE | kept | dict(headers), "application/problem+json")
    return without_body(response) if request.method == "HEAD" else response


def preflight() -> Response:
    """Any page of any site may read open data; there is nothing to be sent."""
    return Response(
        status_code=204,
        headers=SAFE
        | {
            "Allow": METHODS,
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match",
            "Access-Control-Max-Age": "86400",
        },
    )


def without_body(response: Response) -> Response:
    """The headers of the whole answer alone."""
    response.body = b""
    return response


def _had(request: Request, etag: str) -> bool:
    sent = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    return etag in sent or "*" in sent
