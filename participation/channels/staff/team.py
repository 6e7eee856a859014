"""Administrators see who works here with which roles, invite others, give roles and take them."""

from itertools import groupby
from typing import Any

from starlette.responses import Response

from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.channels.staff.saving import saved
from participation.channels.staff.words import ROLES, role_words
from participation.domain.people.invitations import operations as invitations
from participation.domain.people.staff import operations, queries
from participation.domain.people.staff.forms import read_role
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import Refusal, SignInNeeded
from participation.kit.forms import Reader
from participation.kit.i18n import Message, _


async def show(visit: Visit) -> Response:
    """One form: a role for somebody who works here, or an invitation for somebody new; and roles to be taken."""
    if visit.request.method == "GET":
        return await _page(visit)
    if visit.typed.get("take"):
        return await saved(visit, lambda session: _take(visit, session), _page, "/staff/team")
    if visit.typed.get("withdraw"):
        return await saved(visit, lambda session: _withdraw(visit, session), _page, "/staff/team")
    if visit.typed.get("person"):
        return await saved(visit, lambda session: _grant(visit, session), _page, "/staff/team")
    return await _invite(visit)


async def _take(visit: Visit, session: Session) -> dict[str, Any]:
    form = Reader(visit.fields)
    number = form.integer("take", least=1, most=2**31 - 1)
    form.finish()
    await operations.take_role(session, city=visit.city, grant_id=number, actor=visit.actor, at=visit.at)
    return {}


async def _withdraw(visit: Visit, session: Session) -> dict[str, Any]:
    form = Reader(visit.fields)
    number = form.integer("withdraw", least=1, most=2**31 - 1)
    form.finish()
    await invitations.withdraw(session, city=visit.city, invitation_id=number, actor=visit.actor, at=visit.at)
    return {}


async def _grant(visit: Visit, session: Session) -> dict[str, Any]:
    form = Reader(visit.fields)
    person = form.integer("person", least=1, most=2**31 - 1)
    new = read_role(form, visit.city, visit.city.zone)
    await operations.grant_role(session, city=visit.city, person_id=person, new=new, actor=visit.actor, at=visit.at)
    return {}


async def _invite(visit: Visit) -> Response:
    """The link stands in the answer to the form, and nowhere else: only its hash is kept."""
    made: list[str] = []

    async def act(session: Session) -> dict[str, Any]:
        new = read_role(Reader(visit.fields), visit.city, visit.city.zone)
        made.append(
            await operations.invite(
                session, city=visit.city, new=new, secrets=visit.site.secrets, actor=visit.actor, at=visit.at
            )
        )
        return {}

    try:
        async with visit.transaction() as session:
            content = [str(visit.typed.get(name)) for name in ("role", "place", "ends_at")]
            await visit.once(session, content, lambda: act(session))
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return await _page(visit, errors=messages(refusal), status=refusal.status)
    base = visit.city.address(visit.site.settings.base_url)
    link = f"{base}/staff/invitation/{made[0]}" if made else None
    return visit.page("staff/team/invited.html", {"link": link}, form=True)


async def _page(visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        rows = await queries.staff(session, city_id=visit.city.id, at=visit.at)
        invitations = await queries.open_invitations(session, city_id=visit.city.id, at=visit.at)
    people = []
    for (person_id, login), grants in groupby(rows, key=lambda row: (row.person_id, row.login)):
        held = [_held(visit, row) for row in grants if row.grant_id is not None]
        people.append({"id": person_id, "login": login, "roles": held})
    return visit.page(
        "staff/team/show.html",
        {
            "errors": errors or {},
            "people": people,
            "invitations": [(*_held(visit, row)[:2], row.expires_at, row.id) for row in invitations],
            "persons": [(person["id"], person["login"]) for person in people],
            "roles": list(ROLES.items()),
            "places": [(place.slug, _name(visit, place.id)) for place in visit.city.places.values()],
            "new": _("Somebody new, by an invitation"),
        },
        form=True,
        status=status,
    )


def _held(visit: Visit, row: Any) -> tuple[Message | str, str, Any, Any]:
    return (
        role_words(row.role),
        _name(visit, row.place_id),
        getattr(row, "ends_at", None),
        getattr(row, "grant_id", None),
    )


def _name(visit: Visit, place_id: int) -> str:
    return i18n.pick(visit.city.places[place_id].names, visit.language, visit.city.languages).value
