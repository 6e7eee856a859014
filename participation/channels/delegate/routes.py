"""Every address of the delegate's page and of what it speaks with."""

from starlette.routing import BaseRoute

from participation.channels.delegate import api, shell
from participation.channels.http.routing import Who, page

ROUTES: list[BaseRoute] = [
    *shell.ROUTES,
    page("/delegate/enrol", api.enrol, who=Who.ANYBODY, post=True, get=False),
    page("/delegate/hello", api.hello, who=Who.ANYBODY, post=True, get=False),
    page("/delegate/entries", api.entries, who=Who.ANYBODY, post=True, get=False),
    page("/delegate/projects/{slug}/{language}.json", api.project, who=Who.ANYBODY),
]
