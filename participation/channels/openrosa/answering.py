"""What every address of OpenRosa shares: its headers, its envelope, and refusals as its clients read them."""

from collections.abc import Awaitable, Callable
from functools import wraps
from xml.sax.saxutils import escape

from starlette.responses import Response

from participation.channels.http.answers import SMALL, compressed, encoding
from participation.channels.http.visit import Visit
from participation.domain.proxies.odk import rules
from participation.kit import i18n
from participation.kit.errors import Invalid, Refusal
from participation.kit.i18n import Message

Handler = Callable[[Visit], Awaitable[Response]]
VERSION = {"X-OpenRosa-Version": "1.0"}
LARGEST = 10 * 1000 * 1000
"""Bytes of one submission that are taken, with what is attached."""


class Unauthorized(Refusal):
    """With what a client may sign in by."""

    status = 401

    def __init__(self, code: str, message: Message, next_step: Message, challenges: list[str]) -> None:
        super().__init__(code, message, next_step)
        self.challenges = challenges


def rosa(handler: Handler) -> Handler:
    """For clients that speak version 1.0; whatever is refused comes as an OpenRosaResponse."""

    @wraps(handler)
    async def answer(visit: Visit) -> Response:
        try:
            if visit.request.headers.get("x-openrosa-version") != "1.0":
                raise rules.no_version()
            response = await handler(visit)
        except Refusal as refusal:
            response = _refused(visit, refusal)
        response = _packed(visit, response)
        response.headers.update(VERSION)
        response.headers["X-OpenRosa-Accept-Content-Length"] = str(LARGEST)
        response.headers["Content-Language"] = i18n.tag(visit.language)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def _packed(visit: Visit, response: Response) -> Response:
    """Smaller where the client takes it so: a form in ten languages is a tenth of its size."""
    name = encoding(visit.request.headers.get("accept-encoding", ""))
    body = bytes(getattr(response, "body", b""))
    if not name or len(body) <= SMALL:
        return response
    response.body = compressed(body, name)
    response.headers["Content-Length"] = str(len(response.body))
    response.headers["Content-Encoding"] = name
    response.headers["Vary"] = "Accept-Encoding"
    return response


def xml(text: str, status: int = 200) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', status, media_type="text/xml")


def envelope(visit: Visit, nature: str, *messages: Message | None, status: int) -> Response:
    said = " ".join(message.into(visit.language) for message in messages if message is not None)
    return xml(
        '<OpenRosaResponse xmlns="http://openrosa.org/http/response">'
        f'<message nature="{nature}">{escape(said)}</message></OpenRosaResponse>',
        status,
    )


def _refused(visit: Visit, refusal: Refusal) -> Response:
    first = refusal.message
    if isinstance(refusal, Invalid) and refusal.errors:
        first = next(iter(refusal.errors.values()))
    # OpenRosa knows no 422.
    status = 400 if isinstance(refusal, Invalid) else refusal.status
    response = envelope(visit, "submit_error", first, refusal.next_step, status=status)
    if isinstance(refusal, Unauthorized):
        for challenge in refusal.challenges:
            response.headers.append("WWW-Authenticate", challenge)
    return response
