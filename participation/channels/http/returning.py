"""Where to go after signing in, or after a link that only changes how pages look: to a page of this site, never to another's."""

import re
from urllib.parse import urlsplit

from participation.channels.http.visit import Visit

_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]{0,500}")
_SIGNING = re.compile(r"/(staff|[a-z]{2})/sign-(in|out)\b")


def next_page(visit: Visit) -> str:
    """The path that `next` asks for; empty when it asks for none or leads elsewhere."""
    given = visit.typed.getlist("next") or [visit.request.query_params.get("next", "")]
    path = str(given[0])
    return path if _LOCAL.fullmatch(path) and not _SIGNING.match(path) else ""


def came_from(visit: Visit) -> str:
    """The page on which a link was followed, as the browser says; empty when it does not, or when that is no page of ours."""
    parts = urlsplit(visit.request.headers.get("referer", ""))
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return path if parts.netloc == visit.request.headers.get("host") and _LOCAL.fullmatch(path) else ""
