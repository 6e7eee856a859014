"""Delegates for tests: one who may bring entries, with a device."""

from datetime import datetime
from typing import Any

from participation.domain.people.models import Person, Role, RoleGrant
from participation.domain.proxies.delegates.models import Delegate, DelegateState
from participation.domain.proxies.devices.models import DeviceKind
from participation.domain.proxies.devices.operations import Enrolled, enrol, make_code
from participation.kit.database import Session
from tests.cast import DAY, NOW, Cast
from tests.slips import DEVICE, SECRETS


async def delegate(
    session: Session, cast: Cast, place_id: int | None = None, *, at: datetime = NOW, **more: Any
) -> Delegate:
    """Ada put them forward for the Harbour, Juma appointed them; they are there for a hundred days."""
    person = Person(city_id=cast.city.id, language="sw")
    session.add(person)
    await session.flush()
    place = place_id or cast.harbour
    ends = at + 100 * DAY
    given = {"granted_by": cast.ada.person_id, "confirmed_by": cast.juma.person_id, "granted_at": at, "ends_at": ends}
    session.add(RoleGrant(city_id=cast.city.id, person_id=person.id, role=Role.DELEGATE, place_id=place, **given))
    values: dict[str, Any] = {
        "city_id": cast.city.id,
        "person_id": person.id,
        "place_id": place,
        "state": DelegateState.APPOINTED,
        "described": {"en": "Teacher at the harbour school", "sw": "Mwalimu wa shule ya bandari"},
        "interests": {},
        "proposed_by": cast.ada.person_id,
        "proposed_place": cast.city.slug,
        "proposed_at": at - 20 * DAY,
        "objections_until": at - 6 * DAY,
        "appointed_by": cast.juma.person_id,
        "appointed_at": at,
        "ends_at": ends,
        "state_at": at,
    }
    made = Delegate(**(values | more))
    session.add(made)
    await session.flush()
    return made


async def code_for(
    session: Session, cast: Cast, delegate_id: int, *, kind: DeviceKind = DeviceKind.PAGE, at: datetime = NOW
) -> str:
    """Omar, an official, makes a code."""
    return await make_code(
        session, city=cast.city, delegate_id=delegate_id, kind=kind, secrets=SECRETS, actor=cast.omar, at=at
    )


async def try_code(session: Session, cast: Cast, code: str, **more: Any) -> Any:
    """What becomes of a code: the device, or why not."""
    said: dict[str, Any] = {"kind": DeviceKind.PAGE, "label": "My telephone", "own_code_person": None, "at": NOW}
    return await enrol(session, city=cast.city, code=code, sources=DEVICE, secrets=SECRETS, **(said | more))


async def enrolled(session: Session, cast: Cast, delegate_id: int, *, at: datetime = NOW, **more: Any) -> Enrolled:
    kind = more.get("kind", DeviceKind.PAGE)
    made = await try_code(session, cast, await code_for(session, cast, delegate_id, kind=kind, at=at), at=at, **more)
    assert isinstance(made, Enrolled)
    return made
