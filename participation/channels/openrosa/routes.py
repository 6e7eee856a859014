"""Every address of OpenRosa. No credentials stand in any of them."""

from starlette.routing import BaseRoute

from participation.channels.http.routing import Who, page
from participation.channels.openrosa import listing, submitting

ROUTES: list[BaseRoute] = [
    page("/openrosa/formList", listing.form_list, who=Who.ANYBODY),
    page("/openrosa/forms/{slug}/{version}.xml", listing.download, who=Who.ANYBODY),
    page("/openrosa/forms/{slug}/{version}/manifest", listing.manifest, who=Who.ANYBODY),
    page("/openrosa/forms/{slug}/{version}/media/{name}", listing.media, who=Who.ANYBODY),
    page("/openrosa/submission", submitting.ready, who=Who.ANYBODY),
    page("/openrosa/submission", submitting.submit, who=Who.ANYBODY, post=True, get=False, raw=True),
]
