"""Administrators see who works here with which roles, invite others, give roles and take them: always two of them."""

from collections.abc import Awaitable, Callable
from itertools import groupby
from typing import Any

from starlette.responses import Response

from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.channels.staff.saving import saved
from participation.channels.staff.words import ROLES, role_words
from participation.domain.people.invitations import operations as invitations
from participation.domain.people.roles import operations as roles
from participation.domain.people.roles import queries as changes
from participation.domain.people.staff import operations, queries
from participation.domain.people.staff.forms import read_role
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import Refusal, SignInNeeded
from participation.kit.forms import Reader
from participation.kit.i18n import Message, _


async def show(visit: Visit) -> Response:
    """One form: a role for somebody who works here, or an invitation for somebody new; and a button beside whatever is there."""
    if visit.request.method == "GET":
        return await _page(visit)
    pressed = next((name for name in BUTTONS if visit.typed.get(name)), None)
    if pressed is not None:
        return await saved(visit, lambda session: _press(visit, session, pressed), _page, "/staff/team")
    if visit.typed.get("person"):
        return await saved(visit, lambda session: _give(visit, session), _page, "/staff/team")
    return await _invite(visit)


Verb = Callable[[Session, dict[str, Any], int], Awaitable[Any]]
BUTTONS: dict[str, Verb] = {
    "take": lambda session, who, number: roles.want_taken(session, grant_id=number, **who),
    "withdraw": lambda session, who, number: invitations.withdraw(session, invitation_id=number, **who),
    "admit": lambda session, who, number: invitations.confirm(session, invitation_id=number, **who),
    "confirm": lambda session, who, number: roles.confirm(session, change_id=number, **who),
    "drop": lambda session, who, number: roles.drop(session, change_id=number, **who),
}
"""What a button does with the number that it carries."""


async def _press(visit: Visit, session: Session, pressed: str) -> dict[str, Any]:
    form = Reader(visit.fields)
    number = form.integer(pressed, least=1, most=2**31 - 1)
    form.finish()
    await BUTTONS[pressed](session, {"city": visit.city, "actor": visit.actor, "at": visit.at}, number)
    return {}


async def _give(visit: Visit, session: Session) -> dict[str, Any]:
    form = Reader(visit.fields)
    person = form.integer("person", least=1, most=2**31 - 1)
    new = read_role(form, visit.city, visit.city.zone)
    await roles.want_given(session, city=visit.city, person_id=person, new=new, actor=visit.actor, at=visit.at)
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
        invited = await queries.open_invitations(session, city_id=visit.city.id, at=visit.at)
        waiting = await changes.waiting(session, city_id=visit.city.id, at=visit.at)
    people = []
    for (person_id, login), grants in groupby(rows, key=lambda row: (row.person_id, row.login)):
        held = [_held(visit, row) for row in grants if row.grant_id is not None]
        people.append({"id": person_id, "login": login, "roles": held})
    return visit.page(
        "staff/team/show.html",
        {
            "errors": errors or {},
            "people": people,
            "waiting": [_waiting(visit, row) for row in waiting],
            "invitations": [_invited(visit, row) for row in invited],
            "persons": [(person["id"], person["login"]) for person in people],
            "roles": list(ROLES.items()),
            "places": [(place.slug, _name(visit, place.id)) for place in visit.city.places.values()],
            "new": _("Somebody new, by an invitation"),
        },
        form=True,
        status=status,
    )


def _waiting(visit: Visit, row: Any) -> dict[str, Any]:
    """A role that is to be given or taken; whoever wanted it, or would get it, cannot confirm it."""
    mine = row.proposed_by == visit.actor.person_id
    return {
        "id": row.id,
        "taking": row.grant_id is not None,
        "login": row.login or "",
        "role": role_words(row.role),
        "place": _name(visit, row.place_id),
        "ends": row.ends_at,
        "mine": mine or (row.grant_id is None and row.person_id == visit.actor.person_id),
    }


def _invited(visit: Visit, row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "role": role_words(row.role),
        "place": _name(visit, row.place_id),
        "expires": row.expires_at,
        "confirmed": row.confirmed_by is not None,
        "mine": row.made_by == visit.actor.person_id,
    }


def _held(visit: Visit, row: Any) -> tuple[Message | str, str, Any, Any]:
    return (
        role_words(row.role),
        _name(visit, row.place_id),
        getattr(row, "ends_at", None),
        getattr(row, "grant_id", None),
    )


def _name(visit: Visit, place_id: int) -> str:
    return i18n.pick(visit.city.places[place_id].names, visit.language, visit.city.languages).value
