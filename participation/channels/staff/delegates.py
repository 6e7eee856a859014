"""Administrators put delegates forward, decide about objections, appoint, suspend and revoke; officials enrol devices with them."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from participation.channels.http.delegate_words import place, shown
from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.channels.staff.codes_drawn import drawn
from participation.channels.staff.projects import Errors, tongues, typed
from participation.channels.staff.saving import saved
from participation.domain.people.models import Role
from participation.domain.people.rules import acting_as_one_of, may_act
from participation.domain.proxies.coverage.queries import Covered, coverage
from participation.domain.proxies.delegates import operations, queries
from participation.domain.proxies.delegates.forms import LONGEST_DESCRIPTION, read_proposal, read_reason
from participation.domain.proxies.delegates.models import DelegateState
from participation.domain.proxies.delegates.objections import operations as objections
from participation.domain.proxies.delegates.objections import queries as about
from participation.domain.proxies.delegates.queries import DelegateView
from participation.domain.proxies.delegates.rules import INTERESTS, REASONS, SUSPENDING, no_delegate
from participation.domain.proxies.devices import operations as devices
from participation.domain.proxies.devices import queries as device_reads
from participation.domain.proxies.devices.forms import read_kind
from participation.domain.proxies.devices.models import DeviceKind
from participation.domain.proxies.devices.rules import KINDS, no_device
from participation.kit import hashing, i18n
from participation.kit.database import Session
from participation.kit.errors import Refusal, SignInNeeded
from participation.kit.forms import Reader
from participation.kit.i18n import Message, _

LIST = "/staff/delegates"
FEW = _("fewer than 10")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _admit(visit: Visit) -> None:
    """Whoever may enrol devices in some district may see all delegates: they are public but for objections and devices."""
    held = [grant.place_id for grant in visit.actor.grants if grant.role in devices.ENROLLERS]
    acting_as_one_of(visit.actor, devices.ENROLLERS, visit.city, held[:1])


async def index(visit: Visit) -> Response:
    _admit(visit)
    asked = visit.request.query_params
    before, past = _number(asked.get("after", "")) or None, asked.get("past") == "1"
    async with visit.reading() as session:
        found, following = await queries.some(session, city=visit.city, at=visit.at, before=before, current=not past)
    also = "past=1" if past else ""
    context = {
        "delegates": [_shown(visit, one) for one in found],
        "past": past,
        "administers": any(grant.role == Role.ADMINISTRATOR for grant in visit.actor.grants),
        "newer": f"{LIST}?{also}" if before else None,
        "older": f"{LIST}?after={following}&{also}" if following else None,
        "page": visit.url("/delegates"),
    }
    return visit.page("staff/delegates/list.html", context, form=True)


def _shown(visit: Visit, one: DelegateView) -> dict[str, Any]:
    return shown(visit, one) | {"address": f"{LIST}/{one.id}", "undecided": one.undecided}


# Putting somebody forward


async def new(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _new(visit)

    async def act(session: Session) -> dict[str, Any]:
        said = read_proposal(visit.fields, visit.city)
        made = await operations.propose(session, city=visit.city, said=said, actor=visit.actor, at=visit.at)
        return {"id": made.id}

    return await saved(visit, act, _new, LIST + "/{id}")


async def _new(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    districts = [(one.slug, place(visit, one.id)) for one in visit.city.districts]
    root = visit.city.root
    context = {
        "districts": districts,
        "everywhere": [(root.slug, _("The whole city")), *districts],
        "interests": list(INTERESTS.items()),
        "tongues": tongues(visit),
        "most": LONGEST_DESCRIPTION,
        "values": typed(visit, {}, errors),
        "errors": errors or {},
    }
    return visit.page("staff/delegates/new.html", context, form=True, status=status)


# One of them: each button of its form is one verb

Verb = Callable[[Visit, Session, int, Reader], Awaitable[Any]]


def _who(visit: Visit) -> dict[str, Any]:
    return {"city": visit.city, "actor": visit.actor, "at": visit.at}


async def _appoint(visit: Visit, session: Session, delegate_id: int, form: Reader) -> None:
    await operations.appoint(session, delegate_id=delegate_id, **_who(visit))


async def _withdraw(visit: Visit, session: Session, delegate_id: int, form: Reader) -> None:
    await operations.withdraw(session, delegate_id=delegate_id, **_who(visit))


async def _go_on(visit: Visit, session: Session, delegate_id: int, form: Reader) -> None:
    await operations.let_go_on(session, delegate_id=delegate_id, **_who(visit))


async def _suspend(visit: Visit, session: Session, delegate_id: int, form: Reader) -> None:
    reason = read_reason(form)
    form.finish()
    await operations.suspend(session, delegate_id=delegate_id, reason=reason, **_who(visit))


async def _revoke(visit: Visit, session: Session, delegate_id: int, form: Reader) -> None:
    reason = read_reason(form)
    if not form.flag("sure"):
        form.wrong("sure", _("Please tick this if you are sure."))
    form.finish()
    await operations.revoke(session, delegate_id=delegate_id, reason=reason, **_who(visit))


def _decide(name: str) -> Verb:
    async def decide(visit: Visit, session: Session, delegate_id: int, form: Reader) -> None:
        objection_id = form.integer(name, least=1, most=2**31 - 1)
        form.finish()
        await objections.decide(session, objection_id=objection_id, upheld=name == "uphold", **_who(visit))

    return decide


async def _revoke_device(visit: Visit, session: Session, delegate_id: int, form: Reader) -> None:
    try:
        public_id = uuid.UUID(form.text("revoke_device", at_most=40))
    except ValueError:
        raise no_device() from None
    await devices.revoke(session, public_id=public_id, **_who(visit))


VERBS: dict[str, Verb] = {
    "appoint": _appoint,
    "withdraw": _withdraw,
    "go_on": _go_on,
    "suspend": _suspend,
    "revoke": _revoke,
}
"""What the button `do` carries."""
OTHERS: dict[str, Verb] = {
    "uphold": _decide("uphold"),
    "dismiss": _decide("dismiss"),
    "revoke_device": _revoke_device,
}
"""Buttons that carry the number of what they are about."""


async def show(visit: Visit) -> Response:
    delegate_id = _number(str(visit.request.path_params["number"]))
    if visit.request.method == "GET":
        return await _one(visit, delegate_id)
    if str(visit.typed.get("do")) == "code" and visit.typed.get("kind") == DeviceKind.ODK:
        # Nobody types a code into that program: it is set up by a picture.
        return visit.redirect(f"{LIST}/{delegate_id}/odk")
    if str(visit.typed.get("do")) == "code":
        return await _code(visit, delegate_id)
    pressed = next((name for name in OTHERS if visit.typed.get(name)), None)
    verb = OTHERS[pressed] if pressed else VERBS.get(str(visit.typed.get("do")))

    async def act(session: Session) -> dict[str, Any]:
        form = Reader(visit.fields)
        if verb is None:
            form.wrong("form", _("Please choose one of the answers."))
            form.finish()
            return {}
        await verb(visit, session, delegate_id, form)
        return {}

    async def again(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
        return await _one(visit, delegate_id, errors=errors, status=status)

    return await saved(visit, act, again, f"{LIST}/{delegate_id}")


async def _code(visit: Visit, delegate_id: int) -> Response:
    """The code stands in the answer to the form, and nowhere else: only its hash is kept."""
    made: list[str] = []

    async def act(session: Session) -> dict[str, Any]:
        form = Reader(visit.fields)
        kind = read_kind(form)
        form.finish()
        common: dict[str, Any] = {"delegate_id": delegate_id, "kind": kind, "secrets": visit.site.secrets}
        made.append(await devices.make_code(session, **common, **_who(visit)))
        return {}

    try:
        async with visit.transaction() as session:
            content = ["code", str(delegate_id), str(visit.typed.get("kind"))]
            await visit.once(session, content, lambda: act(session))
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return await _one(visit, delegate_id, errors=messages(refusal), status=refusal.status)
    link = f"{visit.city.address(visit.site.settings.base_url)}/delegate/"
    kind = DeviceKind(str(visit.typed.get("kind")))
    picture = await drawn(f"{link}#{made[0]}") if made and kind is DeviceKind.PAGE else None
    context = {
        "code": hashing.grouped(made[0]) if made else None,
        "kind": KINDS[kind],
        "link": link if kind is DeviceKind.PAGE else None,
        "picture": picture,
        "back": f"{LIST}/{delegate_id}",
    }
    return visit.page("staff/delegates/code.html", context, form=True)


async def _one(visit: Visit, delegate_id: int, *, errors: Errors = None, status: int = 200) -> Response:
    """An administrator of the district reads objections; officials see that there are some."""
    async with visit.reading() as session:
        one = await queries.one(session, city=visit.city, delegate_id=delegate_id, at=visit.at)
        if one is None:
            raise no_delegate()
        acting_as_one_of(visit.actor, devices.ENROLLERS, visit.city, [one.place_id])
        administers = may_act(visit.actor, Role.ADMINISTRATOR, visit.city, [one.place_id]) is None
        said = await about.of_delegate(session, city_id=visit.city.id, delegate_id=delegate_id) if administers else []
        theirs = await device_reads.of_delegate(session, city_id=visit.city.id, delegate_id=delegate_id)
        covered = await coverage(session, city=visit.city, district_id=one.place_id)
    context = {
        "delegate": _shown(visit, one),
        "page": visit.url(f"/delegates/{one.number}") if one.number is not None else None,
        "administers": administers,
        "mine": one.proposed_by == visit.actor.person_id,
        "stands": {name: one.state is state for name, state in STANDS.items()},
        "objections": said,
        "devices": [{"id": str(each.public_id), "kind": KINDS[each.kind], "row": each} for each in theirs],
        "kinds": [(str(kind), words) for kind, words in KINDS.items()],
        "reasons": [(str(reason), REASONS[reason]) for reason in SUSPENDING],
        "covered": [_covered(visit, row) for row in covered],
        "values": visit.typed if visit.request.method == "POST" else {},
        "errors": errors or {},
    }
    return visit.page("staff/delegates/show.html", context, form=True, status=status)


STANDS = {
    "proposed": DelegateState.PROPOSED,
    "appointed": DelegateState.APPOINTED,
    "suspended": DelegateState.SUSPENDED,
}


def _covered(visit: Visit, row: Covered) -> list[i18n.Text | Message | str]:
    name = _("With an access code") if row.place_id is None else place(visit, row.place_id)
    people = "" if row.population is None else i18n.number(row.population, visit.language)
    return [name, people, FEW if row.visits is None else i18n.number(row.visits, visit.language)]
