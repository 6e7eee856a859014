"""A delegate has one office, which is there since they were appointed, and which nobody signs in as."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participation.domain.proxies.delegates.models import DelegateState, Reason
from participation.domain.proxies.delegates.operations import number_of, revoke
from participation.domain.proxies.devices import queries
from participation.domain.proxies.devices.forms import read_kind
from participation.domain.proxies.devices.models import Device, DeviceKind, ReservedReceipt
from participation.domain.proxies.devices.offices.operations import office_device, receipts
from participation.domain.proxies.devices.rules import MOST_RECEIPTS
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.forms import Reader, Said
from tests.cast import DAY, NOW, Cast, found
from tests.delegating import delegate


async def test_a_delegate_has_one_office_since_they_were_appointed(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    made = await office_device(session, city=cast.city, delegate_id=someone.id, at=NOW + 9 * DAY)
    again = await office_device(session, city=cast.city, delegate_id=someone.id, at=NOW + 10 * DAY)
    assert (again, made.kind, made.enrolled_at, made.works) == (made, DeviceKind.OFFICE, NOW, True)
    assert made.number == await number_of(session, city=cast.city, delegate_id=someone.id, at=NOW)
    assert (await session.execute(sa.select(Device.token_digest))).all() == [(None,)]


async def test_the_office_is_no_device_that_a_code_enrols_or_that_is_lost(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    await office_device(session, city=cast.city, delegate_id=someone.id, at=NOW)
    assert await queries.of_delegate(session, city_id=cast.city.id, delegate_id=someone.id) == []
    form = Reader(Said({"kind": "office"}))
    read_kind(form)
    assert set(form.errors) == {"kind"}


async def test_as_many_receipts_are_reserved_as_are_printed(session: Session, cast: Cast) -> None:
    someone = await delegate(session, cast)
    office = await office_device(session, city=cast.city, delegate_id=someone.id, at=NOW)
    made = await receipts(session, office, MOST_RECEIPTS, NOW) + await receipts(session, office, MOST_RECEIPTS, NOW)
    theirs = sa.select(ReservedReceipt.receipt).where(ReservedReceipt.device_id == office.id)
    assert sorted(await session.scalars(theirs)) == sorted(made)
    assert len(set(made)) == 2 * MOST_RECEIPTS


async def test_who_was_never_appointed_or_belongs_to_another_city_has_no_office(session: Session, cast: Cast) -> None:
    proposed = await delegate(session, cast, person_id=None, state=DelegateState.PROPOSED, appointed_at=None)
    appointed = await delegate(session, cast)
    elsewhere = await found(session, "dodoma", "dodoma.example")
    for city, someone in ((cast.city, proposed), (elsewhere, appointed)):
        with pytest.raises(NotFound) as refused:
            await office_device(session, city=city, delegate_id=someone.id, at=NOW)
        assert refused.value.code == "delegate"


async def test_what_is_typed_for_a_revoked_delegate_is_held(session: Session, cast: Cast) -> None:
    before, after = await delegate(session, cast), await delegate(session, cast)
    await office_device(session, city=cast.city, delegate_id=before.id, at=NOW)
    later = NOW + timedelta(hours=1)
    for someone in (before, after):
        act = {"delegate_id": someone.id, "reason": Reason.COMPLAINT}
        await revoke(session, city=cast.city, actor=cast.ada, at=later, **act)  # type: ignore[arg-type]
        office = await office_device(session, city=cast.city, delegate_id=someone.id, at=later)
        assert (office.revoked_at, office.works) == (later, False)
