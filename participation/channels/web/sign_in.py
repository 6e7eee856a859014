"""Residents sign in with the code on their slip, and sign out."""

from starlette.responses import Response

from participation.channels.http.recognising import person_of
from participation.channels.http.returning import next_page
from participation.channels.http.visit import Visit
from participation.domain.people import operations
from participation.domain.people.codes.forms import read_code
from participation.kit.errors import Invalid
from participation.kit.forms import Reader
from participation.kit.i18n import Message


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return _page(visit)
    try:
        form = Reader(visit.fields)
        code = read_code(form)
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
        return _page(visit, invalid.errors, status=422)
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


def _page(visit: Visit, errors: dict[str, Message] | None = None, *, status: int = 200) -> Response:
    """What was typed is not shown again: a code in a page stays in whoever's browser it is."""
    return visit.page("sign_in/show.html", {"errors": errors or {}, "next": next_page(visit)}, form=True, status=status)
