"""From the first touch of a kiosk to the wipe: the page at rest, signs of life, help, the warning, and the end."""

from starlette.responses import Response

from participation.channels.http.hearing import link
from participation.channels.http.refusing import messages
from participation.channels.http.returning import next_page
from participation.channels.http.visit import Visit
from participation.channels.kiosk import enrolling
from participation.domain.ladder.heard.queries import Part, sounds_in
from participation.domain.people.kiosks import operations
from participation.domain.people.kiosks.queries import Enrolled
from participation.domain.people.kiosks.rules import token_digests
from participation.domain.people.operations import end_session
from participation.domain.projects.sounds.rules import PROMPT
from participation.kit import i18n
from participation.kit.errors import Invalid
from participation.kit.i18n import Message, _

BEGIN = _("Read, say what you think, vote")
WELCOME: Part = (None, f"{PROMPT}welcome")
PERSONAL = ("session", "receipt")
"""Cookies that no kiosk at rest has."""


def here_of(visit: Visit) -> Enrolled:
    """The kiosk that asks: its routes let in nobody else."""
    if visit.kiosk is None:
        raise RuntimeError("not at a kiosk")
    return visit.kiosk


async def start(visit: Visit) -> Response:
    """The page at rest belongs to nobody: whoever was there before is wiped first. A screen that is no kiosk is asked for its code."""
    kiosk = visit.kiosk
    if kiosk is None:
        await _forget_last(visit)
        return await enrolling.enrol(visit) if visit.request.method == "POST" else enrolling.ask(visit)
    if any(visit.cookie(name) in visit.request.cookies for name in PERSONAL):
        return visit.redirect("/kiosk/done?left=1")
    newest = token_digests(visit.site.secrets, visit.request.cookies[visit.cookie("kiosk")])[0]
    if kiosk.digest != newest:
        async with visit.site.database.transaction() as session:
            await operations.renew(session, kiosk_id=kiosk.id, digest=newest)
        await visit.site.load()
    # A cookie lasts for about a year from the last time it was set.
    visit.remember("kiosk", visit.request.cookies[visit.cookie("kiosk")], enrolling.LASTS)
    greetings = [(code, autonym, BEGIN.into(code)) for code, autonym in i18n.AUTONYMS.items()]
    codes = [language.code for language in visit.city.spoken_languages]
    async with visit.reading() as session:
        heard = await sounds_in(session, visit.city, [WELCOME], codes)
    welcomes = {language: [link(sound)] for (_part, language), sound in heard.items()}
    spoken = [(one.code, one.own, welcomes.get(one.code, [])) for one in visit.city.spoken_languages]
    first = visit.city.languages[0]
    context = {"nobody": True, "greetings": greetings, "spoken": spoken, "first": first}
    return visit.page("kiosk/start.html", context)


async def _forget_last(visit: Visit) -> None:
    """Whoever stood there when the kiosk was ended: its screen will not come back to wipe them."""
    if visit.cookie("kiosk") in visit.request.cookies and visit.signed_in is not None:
        async with visit.site.database.transaction() as session:
            await end_session(session, digest=visit.signed_in.digest)
        visit.signed_in = None
        visit.forget()


async def done(visit: Visit) -> Response:
    """Everything of the person is wiped, by a link: where there is no script, nothing but an address can be gone to when time is up.

    Whoever leads a kiosk's browser here from elsewhere ends a visit that its next touch begins again.
    With `left=1` nobody has said that they are done: who has called for help and waits for it touches nothing.
    """
    is_done = visit.request.query_params.get("left") != "1"
    async with visit.site.database.transaction() as session:
        if visit.signed_in is not None:
            await end_session(session, digest=visit.signed_in.digest)
        await operations.left(session, kiosk_id=here_of(visit).id, done=is_done)
    visit.site.present.pop(here_of(visit).id, None)
    visit.forget()
    response = visit.redirect("/kiosk/")
    # Not "storage": there the kiosk keeps the pages that it shows while there is no network.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


async def here(visit: Visit) -> Response:
    """A sign of life from the page's script: staff see that the kiosk is in use, and whoever is signed in stays so.

    It comes right before each form is sent: nothing is written of it now, see `Site.note_present`.
    """
    visit.site.present[here_of(visit).id] = visit.at
    return visit.nothing()


async def help_(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return _help(visit)
    try:
        visit.fields  # noqa: B018
        async with visit.transaction() as session:
            await operations.call_help(session, kiosk_id=here_of(visit).id, at=visit.at)
    except Invalid as invalid:
        return _help(visit, errors=messages(invalid), status=422)
    return visit.redirect(f"/kiosk/{visit.language}/help?called=1")


def _help(visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    called = visit.request.query_params.get("called") == "1"
    return visit.page("kiosk/help.html", {"called": called, "errors": errors or {}}, form=True, status=status)


async def still(visit: Visit) -> Response:
    """The warning, where there is no script to show it."""
    return visit.page("kiosk/still.html", {"wipes": True, "back": next_page(visit) or visit.url("/")})
