"""Which forms there are, each of them, and the recordings that belong to it."""

from urllib.parse import quote
from xml.sax.saxutils import escape

from starlette.responses import FileResponse, Response

from participation.channels.http.visit import Visit
from participation.channels.openrosa.answering import rosa, xml
from participation.channels.openrosa.signing_in import working
from participation.domain.proxies.devices.queries import DeviceView
from participation.domain.proxies.odk import queries, rules
from participation.domain.proxies.odk.queries import FormFile, FormView
from participation.kit import i18n, prompts


@rosa
async def form_list(visit: Visit) -> Response:
    """Consultations of the delegate's district that are open or open soon."""
    device = await working(visit)
    asked = visit.request.query_params
    async with visit.reading() as session:
        found = await queries.listed(
            session,
            city=visit.city,
            place_id=device.place_id,
            at=visit.at,
            slug=asked.get("formID") or None,
            all_versions="listAllVersions" in asked and asked["listAllVersions"].lower() != "false",
        )
    listed = "".join(_listed(visit, form, verbose=asked.get("verbose", "").lower() == "true") for form in found)
    return xml(f'<xforms xmlns="http://openrosa.org/xforms/xformsList">{listed}</xforms>')


def _listed(visit: Visit, form: FormView, *, verbose: bool) -> str:
    order = visit.city.languages
    here = f"{_base(visit)}/forms/{quote(form.slug)}/{form.version}"
    said = [
        _element("formID", form.slug),
        _element("name", i18n.pick(form.titles, visit.language, order).value),
        _element("version", str(form.version)),
        _element("hash", f"md5:{form.hash}"),
    ]
    if verbose:
        said.append(_element("descriptionText", i18n.pick(form.summaries, visit.language, order).value))
    said.append(_element("downloadUrl", f"{here}.xml"))
    if form.media:
        said.append(_element("manifestUrl", f"{here}/manifest"))
    return f"<xform>{''.join(said)}</xform>"


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _base(visit: Visit) -> str:
    return f"{visit.city.address(visit.site.settings.base_url)}/openrosa"


@rosa
async def download(visit: Visit) -> Response:
    """Byte for byte what its hash was taken of."""
    form = await _form(visit)
    if form.xml is None:
        raise rules.no_form_version()
    return Response(form.xml, media_type="text/xml")


@rosa
async def manifest(visit: Visit) -> Response:
    form = await _form(visit)
    here = f"{_base(visit)}/forms/{quote(visit.request.path_params['slug'])}/{form.version}/media"
    files = "".join(
        "<mediaFile>"
        + _element("filename", one["name"])
        + _element("hash", f"md5:{one['md5']}")
        + _element("downloadUrl", f"{here}/{quote(one['name'])}")
        + "</mediaFile>"
        for one in form.media
    )
    return xml(f'<manifest xmlns="http://openrosa.org/xforms/xformsManifest">{files}</manifest>')


@rosa
async def media(visit: Visit) -> Response:
    form = await _form(visit)
    wanted = next((one for one in form.media if one["name"] == visit.request.path_params["name"]), None)
    path = None if wanted is None else prompts.path(visit.site.settings.store, wanted["path"])
    if wanted is None or path is None or not path.is_file():
        raise rules.no_form()
    return FileResponse(path, media_type=prompts.media_type(wanted["name"]))


async def _form(visit: Visit) -> FormFile:
    """The version that the address names, for whoever would find its form in their list."""
    device: DeviceView = await working(visit)
    slug, version = visit.request.path_params["slug"], visit.request.path_params["version"]
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        raise rules.no_form_version()
    async with visit.reading() as session:
        listed = await queries.listed(
            session, city=visit.city, place_id=device.place_id, at=visit.at, slug=slug, all_versions=True
        )
        found = await queries.form(session, city_id=visit.city.id, slug=slug, version=int(version)) if listed else None
    if found is None:
        raise rules.no_form_version() if listed else rules.no_form()
    return found
