"""Residents sign in with the code on their slip, and sign out."""

from datetime import UTC, datetime

from starlette.responses import Response

from participation.channels.http.at_kiosk import SILENCE
from participation.channels.http.recognising import person_of
from participation.channels.http.returning import next_page
from participation.channels.http.visit import Visit
from participation.domain.people import operations
from participation.domain.people.codes.forms import Code, code_in_place_of_pin, read_code, read_pin
from participation.domain.people.codes.rules import PIN_TOO
from participation.kit.errors import Invalid
from participation.kit.forms import Reader
from participation.kit.i18n import Message


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return _page(visit)
    code = None
    try:
        form = Reader(visit.fields)
        code = _held(visit, form) or read_code(form)
        form.finish()
        person_id = await person_of(visit, code)
        async with visit.transaction() as session:
            if visit.signed_in is not None:
                await operations.end_session(session, digest=visit.signed_in.digest)
            value = await operations.sign_in(
                session,
                city_id=visit.city.id,
                person_id=person_id,
                via=visit.via,
                secrets=visit.site.secrets,
                at=visit.at,
            )
    except Invalid as invalid:
        held, errors = _hold(visit, code, invalid), invalid.errors
        if held and code and not code.pin and "pin" in errors:
            errors = errors | {"pin": PIN_TOO}
        return _page(visit, errors, status=422, held=held)
    visit.hand_over(value, int(operations.RESIDENT_SESSION.total_seconds()))
    return visit.redirect(next_page(visit) or visit.url("/" if visit.kiosk else "/me"))


async def out(visit: Visit) -> Response:
    """By a form, so that no link of somebody else's signs anybody out; the link leads to the form."""
    if visit.request.method == "GET":
        return visit.page("sign_in/out.html", form=visit.signed_in is not None)
    try:
        visit.fields  # noqa: B018
        if visit.signed_in is not None:
            async with visit.transaction() as session:
                await operations.end_session(session, digest=visit.signed_in.digest)
    except Invalid as invalid:
        return visit.page("sign_in/out.html", {"errors": invalid.errors}, status=422)
    visit.hand_over("", 0)
    return visit.redirect(visit.url("/"))


def _hold(visit: Visit, code: Code | None, invalid: Invalid) -> str | None:
    """At a kiosk, of a code that only lacks its PIN: what the next sending may bring in its place, from this screen, as long as its reader stays.

    A reader of QR codes sends what it reads at once, before anybody can type; and the code itself is in no page.
    """
    if visit.kiosk is None:
        return None
    if visit.again is not None:
        held = str(visit.typed.get("held", ""))
        return held if visit.unsealed(held) else None
    if code is None or "pin" not in invalid.errors:
        return None
    digests = code.digests or operations.hashed(code.number, visit.site.secrets)
    return visit.sealed("-".join([str(int(visit.at.timestamp())), *(digest.hex() for digest in digests)]))


def _held(visit: Visit, form: Reader) -> Code | None:
    """The code that was read a moment ago, unless one has been read since: into its own field, or into the PIN's, where one is by then."""
    if visit.kiosk is None:
        return None
    held = visit.unsealed(form.text("held", at_most=400, required=False))
    if held is None or form.text("code", at_most=100, required=False):
        return None
    pin = read_pin(form)
    if another := code_in_place_of_pin(pin):
        return Code(another, "")
    moment, *digests = held.split("-")
    if visit.at - datetime.fromtimestamp(int(moment), UTC) >= SILENCE:
        return None
    return Code("", pin, tuple(map(bytes.fromhex, digests)))


def _page(
    visit: Visit, errors: dict[str, Message] | None = None, *, status: int = 200, held: str | None = None
) -> Response:
    """What was typed is not shown again: a code in a page stays in whoever's browser it is."""
    context = {"errors": errors or {}, "next": next_page(visit), "held": held}
    return visit.page("sign_in/show.html", context, form=True, status=status)
