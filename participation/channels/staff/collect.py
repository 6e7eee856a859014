"""Whoever enrols devices sets ODK Collect up with a delegate: a picture that the program reads, shown once."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.recognising import person_of
from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.channels.staff.codes_drawn import drawn
from participation.domain.people.rules import acting_as_one_of
from participation.domain.proxies.delegates import queries
from participation.domain.proxies.delegates.rules import no_delegate
from participation.domain.proxies.devices import forms, rules
from participation.domain.proxies.devices.operations import ENROLLERS
from participation.domain.proxies.odk.operations import AppUser, give_app_user
from participation.domain.proxies.odk.rules import settings_code
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import Refusal, SignInNeeded
from participation.kit.forms import Reader
from participation.kit.i18n import Message

LIST = "/staff/delegates"


async def show(visit: Visit) -> Response:
    text = str(visit.request.path_params["number"])
    delegate_id = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    async with visit.reading() as session:
        one = await queries.one(session, city=visit.city, delegate_id=delegate_id, at=visit.at)
    if one is None:
        raise no_delegate()
    acting_as_one_of(visit.actor, ENROLLERS, visit.city, [one.place_id])
    if visit.request.method == "GET":
        if refusal := rules.may_bring(one.state):
            raise refusal
        return _form(visit, delegate_id)
    try:
        return await _made(visit, delegate_id)
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return _form(visit, delegate_id, errors=messages(refusal), status=refusal.status)


def _form(visit: Visit, delegate_id: int, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    context = {
        "address": f"{LIST}/{delegate_id}/odk",
        "back": f"{LIST}/{delegate_id}",
        "values": visit.typed if visit.request.method == "POST" else {},
        "errors": errors or {},
    }
    return visit.page("staff/delegates/collect.html", context, form=True, status=status)


async def _made(visit: Visit, delegate_id: int) -> Response:
    """What signs in stands in the answer to the form, and nowhere else: only its hash is kept."""
    form = Reader(visit.fields)
    label = forms.read_label(form)
    own = forms.read_own(form, none=form.flag("none"))
    form.finish()
    resident = None if own is None else await person_of(visit, own)
    made: list[AppUser] = []

    async def act(session: Session) -> dict[str, Any]:
        who: dict[str, Any] = {"city": visit.city, "secrets": visit.site.secrets, "actor": visit.actor, "at": visit.at}
        made.append(await give_app_user(session, delegate_id=delegate_id, label=label, own_code_person=resident, **who))
        return {}

    async with visit.transaction() as session:
        await visit.once(session, ["odk", delegate_id, label], lambda: act(session))
    context: dict[str, Any] = {"back": f"{LIST}/{delegate_id}", "picture": None}
    if made:
        user, password = str(made[0].device.public_id), made[0].password
        server = f"{visit.city.address(visit.site.settings.base_url)}/openrosa"
        city = i18n.pick(visit.city.names, visit.language, visit.city.languages).value
        context |= {
            "rows": {"server": server, "user": user, "password": password},
            "picture": await drawn(settings_code(city, server, user, password)),
        }
    return visit.page("staff/delegates/collect_code.html", context, form=True)
