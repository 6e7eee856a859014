"""Declares routes: each says who may use it and whether its page may be kept; and turns refusals into pages."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import structlog
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from participation.channels.http import staying
from participation.channels.http.at_kiosk import KIOSK, NoFiles, elsewhere, leads_out, note_presence, stays
from participation.channels.http.front import tagged
from participation.channels.http.parts import WrongParts
from participation.channels.http.site import Site
from participation.channels.http.uploads import received
from participation.channels.http.visit import Visit
from participation.domain.people.models import Role
from participation.domain.people.queries import signed_in
from participation.kit import i18n
from participation.kit.errors import Invalid, NotAllowed, NotFound, Refusal, SignInNeeded
from participation.kit.files import Files
from participation.kit.hashing import keyed
from participation.kit.i18n import _

Handler = Callable[[Visit], Awaitable[Response]]
log = structlog.get_logger()
LARGEST_FORM = 1024 * 1024


class Who(StrEnum):
    """Who may use a route; what they may do there, the domain decides."""

    ANYBODY = "anybody"
    RESIDENT = "resident"
    STAFF = "staff"
    OFFICIAL = "official"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"
    OVERSEER = "overseer"
    """Administrators and auditors: whoever looks at how others do their work."""
    KIOSK = "kiosk"
    """Whoever stands at a kiosk."""


ROLES = {
    Who.OFFICIAL: {Role.OFFICIAL},
    Who.MODERATOR: {Role.MODERATOR},
    Who.ADMINISTRATOR: {Role.ADMINISTRATOR},
    Who.OVERSEER: {Role.ADMINISTRATOR, Role.AUDITOR},
}


@dataclass(frozen=True)
class Policy:
    """What a route declares; the promise tests walk over these."""

    who: Who
    cached: bool
    handler: Handler
    files: bool = False
    raw: bool = False


class PageRoute(Route):
    """Most addresses are told apart by counting slashes, in a fifth of the time that matching takes."""

    def __init__(self, path: str, *given: Any, **named: Any) -> None:
        super().__init__(path, *given, **named)
        self._slashes = None if ":path}" in path else path.count("/")

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if self._slashes is not None and scope["path"].count("/") != self._slashes:
            return Match.NONE, {}
        return super().matches(scope)


def page(
    path: str,
    handler: Handler,
    *,
    who: Who,
    post: bool = False,
    get: bool = True,
    cached: bool = False,
    files: bool = False,
    raw: bool = False,
) -> Route:
    """A route. `post`: it takes forms too; without `get` nothing else. `cached`: its anonymous page may be kept, as long as it has no form.
    `files`: its form may bring a file. `raw`: it reads what was sent itself, and is used by programs, not from pages of ours."""

    async def endpoint(request: Request) -> Response:
        if request.method == "HEAD":
            # To be answered like GET; the server leaves the body out.
            request = Request({**request.scope, "method": "GET", "asked_method": "HEAD"}, request.receive)
        return await _answer(request, policy)

    policy = Policy(who, cached, handler, files, raw)
    route = PageRoute(
        path, endpoint, methods=["GET"] * get + ["POST"] * post, name=f"{handler.__module__}.{handler.__name__}"
    )
    route.policy = policy  # type: ignore[attr-defined]
    return route


async def _answer(request: Request, policy: Policy) -> Response:
    site: Site = request.app.state.site
    city = site.directory.by_host(request.headers.get("host", ""))
    if city is None:
        return PlainTextResponse("No city of this installation has this address.\n", 404)
    visit = Visit(request, site, city, _language(request, site), request.scope["arrived"])
    try:
        if request.path_params.get("lang", visit.language) not in i18n.LANGUAGES:
            raise NotFound()
        made_since = site.cache.moment()
        await _recognise(visit)
        if elsewhere(visit, for_kiosks=policy.who is Who.KIOSK):
            return visit.redirect(KIOSK)
        if request.method == "POST" and not policy.raw:
            # Read before anybody is turned away, so that the page that does so can give the words back.
            await _take(visit, policy)
        _admit(visit, policy.who)
        response = await policy.handler(visit)
        if visit.kiosk is not None and leads_out(visit, response):
            raise NoFiles()
        key = request.scope.get("cache_key")
        kept = policy.cached and response.status_code == 200 and response.headers.get("cache-control") != "no-store"
        if kept and key is not None and "set-cookie" not in response.headers:
            site.cache.put(key, tagged(response), visit.topics, visit.until, made_since)
        return response
    except SignInNeeded as needed:
        return _to_sign_in(visit, needed)
    except Refusal as refusal:
        return await _refused(visit, refusal)
    finally:
        visit.drop_files()


async def _take(visit: Visit, policy: Policy) -> None:
    """The form that was sent; with files only where the route takes them, from whoever may use it."""
    kind = visit.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not policy.files or kind != "multipart/form-data":
        visit.take(await _form(visit.request))
        return
    try:
        _admit(visit, policy.who)
        keep = Files(visit.site.settings.store)
    except Refusal:
        keep = None
    try:
        form, arrived = await received(visit.request, keep)
    except WrongParts as wrong:
        raise (TooLarge() if wrong.too_large else Unreadable()) from None
    visit.take(form, arrived)


def _language(request: Request, site: Site) -> str:
    """By address, else by cookie, else by `Accept-Language`, else the city's first that we have."""
    asked = request.path_params.get("lang")
    if asked in i18n.LANGUAGES:
        return str(asked)
    remembered = request.cookies.get("__Host-language" if site.settings.https else "language", "")
    if remembered in i18n.LANGUAGES:
        return remembered
    return i18n.best_language(request.headers.get("accept-language", "")) or i18n.SOURCE


async def _recognise(visit: Visit) -> None:
    if token := visit.request.cookies.get(visit.cookie("kiosk")):
        visit.kiosk = visit.site.kiosk(visit.city.id, token)
    note_presence(visit)
    said = visit.request.cookies.get(visit.cookie("session"))
    if not said:
        return
    value, alive = staying.read(said, visit.site.secrets)
    for key in visit.site.secrets.keys("session"):
        digest = keyed(key, value)
        found = await signed_in(visit.site.database, city_id=visit.city.id, digest=digest, at=visit.at)
        if found is not None:
            visit.signed_in = found if stays(visit, found, value, alive) else None
            return


def _admit(visit: Visit, who: Who) -> None:
    if who in (Who.ANYBODY, Who.KIOSK):
        return
    if visit.signed_in is None:
        raise SignInNeeded(
            "sign_in", _("Please sign in first."), _("Sign in, then go back to your page and send it once more.")
        )
    if who is Who.RESIDENT:
        return
    held = {grant.role for grant in visit.signed_in.grants}
    if not held or (who in ROLES and not held & ROLES[who]):
        raise NotAllowed(
            "role",
            _("Your roles do not allow this."),
            _("An administrator of the city can give you the role that it needs."),
        )


def _to_sign_in(visit: Visit, needed: SignInNeeded) -> Response:
    """To the sign-in page, and from there back; a form that was sent is answered by a refusal, since it would be lost."""
    if visit.request.method == "POST":
        return visit.refusal(needed.message, needed.next_step, 401, "sign_in")
    path = visit.request.url.path
    wanted = urlencode({"next": path + (f"?{visit.request.url.query}" if visit.request.url.query else "")})
    staff = path.startswith("/staff")
    return visit.redirect(f"/staff/sign-in?{wanted}" if staff else f"/{visit.language}/sign-in?{wanted}")


async def _refused(visit: Visit, refusal: Refusal) -> Response:
    if isinstance(refusal, Invalid) and refusal.errors:
        first = next((message for field, message in refusal.errors.items() if field != "next"), refusal.message)
        return visit.refusal(first, refusal.next_step, refusal.status, refusal.code)
    return visit.refusal(refusal.message, refusal.next_step, refusal.status, refusal.code)


async def _form(request: Request) -> FormData:
    """The fields of a form of at most 1 MB, in UTF-8; files are not taken here."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > LARGEST_FORM:
        raise TooLarge()
    size = 0
    chunks: list[bytes] = []
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > LARGEST_FORM:
                raise TooLarge()
            chunks.append(chunk)
    except ClientDisconnect:
        raise Unreadable() from None
    request._body = b"".join(chunks)
    _, named = parse_options_header(request.headers.get("content-type"))
    if named.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8"):
        # Browsers name none, and some of what could be named decodes into halves of characters, or takes for ever.
        raise Unreadable()
    try:
        form = await request.form(max_files=0, max_fields=500, max_part_size=LARGEST_FORM)
    except (HTTPException, ValueError, UnicodeError):
        raise Unreadable() from None
    return FormData([(name, value) for name, value in form.multi_items() if not isinstance(value, UploadFile)])


class TooLarge(Refusal):
    status = 413

    def __init__(self) -> None:
        super().__init__("too_large", _("This is too large to be taken."), _("Go back and make it shorter."))


class Unreadable(Refusal):
    status = 400

    def __init__(self) -> None:
        super().__init__("unreadable", _("What arrived could not be read."), _("Go back and send it once more."))


async def missing(request: Request, error: Any) -> Response:
    """The page for an address that leads nowhere, in the reader's language."""

    async def nothing(visit: Visit) -> Response:
        if error.status_code == 405:
            raise Refused405()
        raise NotFound()

    return await _answer(request, Policy(Who.ANYBODY, False, nothing))


class Refused405(Refusal):
    status = 405

    def __init__(self) -> None:
        super().__init__(
            "method", _("This page cannot be used in that way."), _("Open it by a link, and use the form on it.")
        )


async def failed(request: Request, error: Exception) -> Response:
    """Something broke on our side: said so, logged without anything personal, and nothing was half done."""
    log.error(
        "failed", route=getattr(request.scope.get("route"), "path", None), error=type(error).__name__, exc_info=error
    )

    async def broken(visit: Visit) -> Response:
        return visit.refusal(
            _("Something went wrong on our side. Nothing was changed."),
            _("Please go back and try again in a moment."),
            500,
            "failed",
        )

    try:
        return await _answer(request, Policy(Who.ANYBODY, False, broken))
    except Exception:
        return PlainTextResponse("Something went wrong on our side.\n", 500)
