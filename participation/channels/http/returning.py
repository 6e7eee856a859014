"""Where to go after signing in: to a page of this site, never to another's."""

import re

from participation.channels.http.visit import Visit

_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]{0,500}")
_SIGNING = re.compile(r"/(staff|[a-z]{2})/sign-(in|out)\b")


def next_page(visit: Visit) -> str:
    """The path that `next` asks for; empty when it asks for none or leads elsewhere."""
    given = visit.typed.getlist("next") or [visit.request.query_params.get("next", "")]
    path = str(given[0])
    return path if _LOCAL.fullmatch(path) and not _SIGNING.match(path) else ""
