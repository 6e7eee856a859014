"""An address of open data: what it is given, and how it answers whoever asks, whatever they ask."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from participation.channels.http.routing import Policy, Who, log
from participation.channels.http.site import Site
from participation.channels.http.visit import Visit
from participation.channels.opendata.accepting import chosen
from participation.channels.opendata.parameters import Parameter, Wrong, asked
from participation.channels.opendata.replies import (
    LICENCE,
    METHODS,
    encoded,
    preflight,
    problem,
    reply,
)
from participation.channels.opendata.shapes import Shape
from participation.channels.opendata.sheet import sheet
from participation.kit import i18n
from participation.kit.errors import NotFound, Refusal
from participation.kit.i18n import _

NAMES = {
    "slug": re.compile(r"[a-z0-9-]{1,60}"),
    "kind": re.compile(r"[a-zA-Z0-9_.-]{1,60}"),
    "number": re.compile(r"[1-9][0-9]{0,8}"),
    "id": re.compile(r"[1-9][0-9]{0,8}"),
    "step": re.compile(r"[a-z]{1,20}"),
}
"""What can stand in a path."""
HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:[0-9]{1,5})?")
JSON, CSV = "application/json", "text/csv"
TABLE = f"{CSV}; charset=utf-8; header=present"


@dataclass(frozen=True)
class Listed:
    """A page of a list, and what `after` has to be for the following one."""

    items: Sequence[dict[str, Any]]
    next: int | None


Values = dict[str, Any]
Handler = Callable[[Visit, Values], Awaitable[Listed | dict[str, Any]]]


@dataclass(frozen=True)
class Address:
    """A route and its description in one: what can be asked here, and the shape of what comes."""

    path: str
    handler: Handler
    shape: Shape
    meaning: str
    parameters: tuple[Parameter, ...] = ()
    listed: bool = False
    media_type: str = JSON
    """Of what is not a list."""
    tabled: bool = False
    """One thing that is found under `.csv` too, as a table with one row."""

    @property
    def table(self) -> bool:
        """It is found under `.csv`."""
        return self.listed or self.tabled

    @property
    def names(self) -> tuple[str, ...]:
        """What stands open in its path."""
        return tuple(name for name in NAMES if f"{{{name}}}" in self.path)

    def route(self, *, suffix: str = "") -> Route:
        types = (CSV,) if suffix else (JSON, CSV) if self.listed else (self.media_type,)
        endpoint = Endpoint(self, types)
        route = Route(self.path + suffix, endpoint, name=f"{self.handler.__module__}.{self.handler.__name__}{suffix}")
        route.policy = Policy(Who.ANYBODY, endpoint.kept, endpoint.answer)  # type: ignore[attr-defined]
        return route


class Endpoint:
    """Answers every method, in JSON or CSV, or with a problem that says what to do; never with a page."""

    def __init__(self, address: Address, types: tuple[str, ...]) -> None:
        self.address = address
        self.types = types
        self.kept = len(types) == 1
        """The page cache does not look at `Accept`; what comes in one form alone does not either, and may be kept."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        await (await self._answer(request))(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        site: Site = request.app.state.site
        language = i18n.best_language(request.headers.get("accept-language", "")) or i18n.SOURCE
        city = site.directory.by_host(request.headers.get("host", ""))
        if request.method == "OPTIONS":
            return preflight()
        if request.method not in ("GET", "HEAD"):
            allow = {"Allow": METHODS}
            return problem(request, 405, "method", _("This address can only be read."), language, headers=allow)
        if city is None:
            return problem(request, 404, "city", _("No city of this installation has this address."), language)
        try:
            return await self.answer(Visit(request, site, city, language, request.scope["arrived"]))
        except Wrong as wrong:
            reason = _("A parameter in this address is wrong.")
            return problem(request, 422, "invalid", reason, language, errors=wrong.errors)
        except Refusal as refusal:
            why, now = refusal.message, refusal.next_step
            return problem(request, refusal.status, refusal.code, why, language, next_step=now)
        except Exception as error:
            log.error("failed", route=self.address.path, error=type(error).__name__, exc_info=error)
            return problem(
                request, 500, "failed", _("Something went wrong on our side. Nothing was changed."), language
            )

    async def answer(self, visit: Visit) -> Response:
        request, site, address = visit.request, visit.site, self.address
        made_since = site.cache.moment()
        if not all(NAMES[name].fullmatch(request.path_params[name]) for name in address.names):
            raise NotFound("project", _("There is no such project."), _("All projects of the city are in the list."))
        wanted = self.types[0] if self.kept else chosen(request.headers.get("accept", ""), self.types)
        if wanted is None:
            raise NotAcceptable()
        values = asked(request.query_params, address.parameters, visit.city)
        found = await address.handler(visit, values)
        response = self._written(visit, found, values, wanted)
        key = request.scope.get("cache_key")
        if self.kept and key is not None and response.status_code == 200:
            site.cache.put(key, response, visit.topics, visit.until, made_since)
        return response

    def _written(self, visit: Visit, found: Listed | dict[str, Any], values: Values, wanted: str) -> Response:
        vary = "" if self.kept else "Accept"
        links = [f'<{LICENCE}>; rel="license"', f'<{origin(visit)}/api/v1/openapi.json>; rel="service-desc"']
        languages = (values["language"],) if values.get("language") else visit.city.languages
        name = f"{visit.city.slug}-{self.address.shape.name.lower()}"
        if isinstance(found, dict) and wanted == CSV:
            headers = {"Link": ", ".join(links), "Content-Disposition": f'attachment; filename="{name}.csv"'}
            body = sheet(self.address.shape, [found], languages, bom=values.get("bom") == "1")
            return reply(visit.request, body, TABLE, vary=vary, headers=headers)
        if isinstance(found, dict):
            return reply(visit.request, encoded(found), wanted, vary=vary, headers={"Link": ", ".join(links)})
        following = None
        if found.next is not None:
            url = visit.request.url.include_query_params(after=found.next)
            following = f"{origin(visit)}{url.path}?{url.query}"
            links.append(f'<{following}>; rel="next"')
        headers = {"Link": ", ".join(links)}
        if wanted == JSON:
            body = encoded({"items": found.items, "next": following})
            return reply(visit.request, body, JSON, vary=vary, headers=headers)
        body = sheet(self.address.shape, found.items, languages, bom=values.get("bom") == "1")
        headers["Content-Disposition"] = f'attachment; filename="{name}s.csv"'
        return reply(visit.request, body, TABLE, vary=vary, headers=headers)


def origin(visit: Visit) -> str:
    """Where whoever asks has found us: links lead back to the same place."""
    scheme = "https" if visit.site.settings.https else "http"
    host = visit.request.headers.get("host", "")
    return f"{scheme}://{host}" if HOST.fullmatch(host) else visit.site.settings.base_url


def midnight(at: datetime, zone: ZoneInfo) -> datetime:
    """The next moment at which a day begins in the city."""
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, zone).astimezone(UTC)


class NotAcceptable(Refusal):
    status = 406

    def __init__(self) -> None:
        super().__init__(
            "not_acceptable",
            _("This address can be read as JSON; lists also as CSV."),
            _("Say so in Accept, or leave Accept out."),
        )
