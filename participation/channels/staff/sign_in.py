"""Staff sign in with login, password and one-time password; who is invited chooses these, once."""

import io
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from participation.channels.http.recognising import pause
from participation.channels.http.refusing import refused
from participation.channels.http.returning import next_page
from participation.channels.http.visit import Visit
from participation.channels.staff.words import role_words
from participation.domain.people import operations
from participation.domain.people.staff import operations as staff
from participation.domain.people.staff.forms import StaffSignIn, read_login, read_new_password, read_sign_in
from participation.domain.record.actors import Via
from participation.kit.database import Session
from participation.kit.errors import Conflict, Invalid
from participation.kit.forms import Reader
from participation.kit.hashing import typed_number
from participation.kit.i18n import Message


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return _page(visit)
    try:
        form = Reader(visit.fields)
        given = read_sign_in(form)
        form.finish()
        await pause(visit, staff.GUESSED, staff.login_source(given.login, visit.site.secrets))
        person_id = await _recognised(visit, given)
        async with visit.transaction() as session:
            await _open(visit, session, person_id)
    except Invalid as invalid:
        return _page(visit, invalid.errors, status=422)
    return visit.redirect(next_page(visit) or "/staff/")


async def _recognised(visit: Visit, given: StaffSignIn) -> int:
    """In a transaction of its own, so that a miss stays counted and a one-time password used."""
    async with visit.transaction() as session:
        found = await staff.recognise_staff(
            session,
            city=visit.city,
            given=given,
            sources=visit.sources,
            secrets=visit.site.secrets,
            at=visit.at,
        )
    if found.refusal is not None or found.person_id is None:
        raise refused("form", found.refusal) if found.refusal else RuntimeError("nobody, without a reason")
    return found.person_id


async def _open(visit: Visit, session: Session, person_id: int) -> None:
    """A new session in the place of any other that this browser had; tokens of older pages count no more."""
    if visit.signed_in is not None:
        await operations.end_session(session, digest=visit.signed_in.digest)
    value = await operations.open_session(
        session,
        city_id=visit.city.id,
        person_id=person_id,
        staff=True,
        via=Via.WEB,
        secrets=visit.site.secrets,
        at=visit.at,
    )
    visit.hand_over(value, int(operations.STAFF_SESSION.total_seconds()))


def _page(visit: Visit, errors: dict[str, Message] | None = None, *, status: int = 200) -> Response:
    return visit.page(
        "staff/sign_in/show.html",
        {"errors": errors or {}, "next": next_page(visit)},
        form=True,
        status=status,
    )


async def out(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return visit.page("staff/sign_in/out.html")
    try:
        visit.fields  # noqa: B018
        if visit.signed_in is not None:
            async with visit.transaction() as session:
                await operations.end_session(session, digest=visit.signed_in.digest)
    except Invalid as invalid:
        return visit.page("staff/sign_in/out.html", {"errors": invalid.errors}, status=422)
    visit.hand_over("", 0)
    return visit.redirect("/staff/sign-in")


# Invitations


async def invitation(visit: Visit) -> Response:
    """Works once: login, password, and the proof that one-time passwords work; then they are signed in."""
    value = str(visit.request.path_params["value"])[:200]
    async with visit.reading() as session:
        found = await staff.find_invitation(
            session, city=visit.city, value=value, secrets=visit.site.secrets, at=visit.at
        )
        offer = {
            "role": role_words(found.role),
            "place": visit.city.places[found.place_id],
            "ends_at": found.role_ends_at,
        }
    if visit.request.method == "GET":
        return _invitation(visit, offer, value)
    try:
        form = Reader(visit.fields)
        login = read_login(form)
        password = read_new_password(form, login)
        totp = typed_number(form.text("totp", at_most=40))
        form.finish()
        async with visit.transaction() as session:
            person_id = await _accept(visit, session, value, login, password, totp)
            await _open(visit, session, person_id)
    except Invalid as invalid:
        return _invitation(visit, offer, value, invalid.errors, status=422)
    return visit.redirect("/staff/")


async def _accept(visit: Visit, session: Session, value: str, login: str, password: str, totp: str) -> int:
    try:
        return await staff.accept_invitation(
            session,
            city=visit.city,
            value=value,
            login=login,
            password=password,
            totp=totp,
            secrets=visit.site.secrets,
            at=visit.at,
        )
    except Conflict as conflict:
        raise refused(conflict.code, conflict) from conflict


def _invitation(
    visit: Visit,
    offer: dict[str, Any],
    value: str,
    errors: dict[str, Message] | None = None,
    *,
    status: int = 200,
) -> Response:
    secret = staff.invited_secret(value, visit.site.secrets)
    return visit.page(
        "staff/sign_in/invitation.html",
        {
            **offer,
            "errors": errors or {},
            "secret": secret,
            "qr": qr(staff.provisioning(secret, visit.city.slug, visit.city)),
        },
        form=True,
        status=status,
    )


def qr(text: str) -> Any:
    """A picture to be scanned, as SVG inside the page."""
    import segno

    out = io.BytesIO()
    segno.make(text, micro=False).save(
        out, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False, svgclass="qr", lineclass=None
    )
    return Markup(out.getvalue().decode())  # noqa: S704
