"""Two administrators put forward and appoint, an official enrols a device, a lost one is revoked: all of it in the browser."""

import re
import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.proxies.delegates import operations
from participation.domain.proxies.delegates.models import Delegate, DelegateState, Objection
from participation.domain.proxies.delegates.objections.operations import object_to
from participation.domain.proxies.devices.models import Device, Enrolment
from participation.domain.proxies.models import Entry, EntryKind, EntryState
from participation.kit.database import Session
from participation.kit.hashing import has_check_digit
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import DAY, NOW, Cast, staff
from tests.delegating import delegate, enrolled, try_code
from tests.stage import Clock
from tests.voting import ask

FORM = {
    "district": "harbour",
    "described.en": "Teacher at the harbour school",
    "described.sw": "Mwalimu wa shule ya bandari",
    "ends_at": "2027-09-01",
    "declared": "1",
}


@pytest.fixture
async def ada(app: Any, visitor: Browser, cast: Cast) -> Browser:
    await sign_in_as(visitor, app, cast.ada)
    return visitor


async def at_desk(app: Any, actor: Any) -> Browser:
    someone = browser(app)
    await sign_in_as(someone, app, actor)
    return someone


async def put_forward(ada: Browser, session: Session) -> Delegate:
    await ada.get("/staff/delegates/new")
    await ada.send(FORM)
    made = await session.scalar(sa.select(Delegate))
    assert made is not None
    return made


async def test_a_delegate_is_put_forward_and_appointed_by_two(
    app: Any, ada: Browser, session: Session, cast: Cast, clock: Clock
) -> None:
    page = await ada.get("/staff/")
    assert 'href="/staff/delegates"' in page.text
    one = await put_forward(ada, session)
    assert str(ada.page.url).endswith(f"/staff/delegates/{one.id}")
    assert "You have put this person forward." in ada.page.text
    juma = await at_desk(app, cast.juma)
    page = await juma.get(f"/staff/delegates/{one.id}")
    assert "Nobody is appointed before." in page.text
    assert "Waits for a second person" not in (await juma.get("/staff/")).text
    clock.forward(days=14)
    page = await juma.get("/staff/")
    assert f'href="/staff/delegates/{one.id}"' in page.text
    page = await ada.get(f"/staff/delegates/{one.id}")
    assert 'value="appoint"' not in page.text
    page = await ada.send({"do": "appoint"})
    assert (page.status_code, "It needs two people." in page.text) == (403, True)
    await juma.get(f"/staff/delegates/{one.id}")
    page = await juma.send({"do": "appoint"})
    assert page.status_code == 200
    assert "Appointed" in page.text
    await session.refresh(one)
    assert (one.state, one.person_id is not None) == (DelegateState.APPOINTED, True)
    await juma.client.aclose()


async def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(ada: Browser, session: Session) -> None:
    await ada.get("/staff/delegates/new")
    page = await ada.send([*(FORM | {"described.sw": ""}).items(), ("landlord", "harbour"), ("landlord", "hill")])
    assert page.status_code == 422
    assert "This is needed in every required language." in page.text
    assert "Teacher at the harbour school" in page.text
    assert re.search(r'name="landlord" value="hill" checked', page.text)
    page = await ada.send([*FORM.items(), ("landlord", "harbour")])
    assert page.status_code == 422
    assert "With this interest there, nobody is appointed" in page.text
    page = await ada.send(FORM | {"landlord": "hill", "ends_at": "2029-01-01"})
    assert (page.status_code, "at most a year from now" in page.text) == (422, True)
    assert await session.scalar(sa.select(sa.func.count()).select_from(Delegate)) == 0
    page = await ada.send(FORM | {"landlord": "hill"})
    assert page.status_code == 200
    assert "Lets homes: Hill" in page.text


async def test_objections_are_read_and_decided_by_another_administrator_alone(
    app: Any, ada: Browser, session: Session, cast: Cast
) -> None:
    one = await put_forward(ada, session)
    of = await operations.number_of(session, city=cast.city, delegate_id=one.id, at=NOW)
    for body in ("He is my landlord.", "She shouts at people."):
        await object_to(session, city=cast.city, number=of, body=body, language="en", actor=cast.nobody, at=NOW + DAY)
    await session.commit()
    omar = await at_desk(app, cast.omar)
    page = await omar.get(f"/staff/delegates/{one.id}")
    assert page.status_code == 200
    assert "2 objections" in page.text
    assert "landlord." not in page.text
    page = await ada.get(f"/staff/delegates/{one.id}")
    assert "He is my landlord." in page.text
    assert 'name="uphold"' not in page.text
    juma = await at_desk(app, cast.juma)
    assert "2 objections to decide" in (await juma.get("/staff/delegates")).text
    await juma.get(f"/staff/delegates/{one.id}")
    first, second = await session.scalars(sa.select(Objection.id).order_by(Objection.id))
    await juma.send({"dismiss": str(first)})
    page = await juma.send({"uphold": str(second)})
    assert page.status_code == 200
    assert "Not appointed" in page.text
    assert "An objection was upheld." in page.text
    page = await juma.send({"dismiss": str(second)})
    assert page.status_code == 409
    for someone in (omar, juma):
        await someone.client.aclose()


async def test_an_official_makes_a_code_that_is_shown_once(app: Any, session: Session, cast: Cast) -> None:
    one = await delegate(session, cast)
    await session.commit()
    omar = await at_desk(app, cast.omar)
    form = await omar.get(f"/staff/delegates/{one.id}")
    page = await omar.send({"kind": "page", "do": "code"})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    code = "".join(re.findall(r"<b>(\d{4})</b>", page.text))
    assert (len(code), has_check_digit(code)) == (12, True)
    assert 'class="qr"' in page.text
    assert "http://testserver/delegate/" in page.text
    omar.page = form
    page = await omar.send({"kind": "page", "do": "code"})
    assert "was shown once" in page.text
    assert code not in page.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) == 1
    made = await try_code(session, cast, code)
    assert made.device.delegate_id == one.id
    await session.commit()
    page = await omar.get(f"/staff/delegates/{one.id}")
    assert "My telephone" in page.text
    assert "last contact:" in page.text
    await omar.send({"revoke_device": str(made.device.public_id)})
    assert (await session.scalar(sa.select(Device.revoked_at).execution_options(populate_existing=True))) is not None
    assert 'name="revoke_device"' not in omar.page.text
    await omar.client.aclose()


async def test_a_delegate_is_suspended_goes_on_and_is_revoked(ada: Browser, session: Session, cast: Cast) -> None:
    one = await delegate(session, cast)
    await enrolled(session, cast, one.id)
    await session.commit()
    await ada.get(f"/staff/delegates/{one.id}")
    page = await ada.send({"do": "suspend", "reason": ""})
    assert (page.status_code, "Please choose a reason" in page.text) == (422, True)
    page = await ada.send({"do": "suspend", "reason": "complaint"})
    assert "There was a complaint." in page.text
    assert 'name="kind"' not in page.text
    page = await ada.send({"do": "go_on"})
    assert "There was a complaint." not in page.text.split("<form")[0]
    page = await ada.send({"do": "revoke", "reason": "conflict"})
    assert (page.status_code, "Please tick this if you are sure." in page.text) == (422, True)
    page = await ada.send({"do": "revoke", "reason": "conflict", "sure": "1"})
    assert page.status_code == 200
    assert "Revoked" in page.text
    assert 'value="suspend"' not in page.text
    await session.refresh(one)
    assert one.state == DelegateState.REVOKED


async def test_officials_neither_put_forward_nor_suspend(app: Any, session: Session, cast: Cast) -> None:
    one = await delegate(session, cast)
    await session.commit()
    omar = await at_desk(app, cast.omar)
    assert (await omar.get("/staff/delegates/new")).status_code == 403
    page = await omar.get(f"/staff/delegates/{one.id}")
    assert 'value="suspend"' not in page.text
    page = await omar.send({"do": "suspend", "reason": "complaint"})
    assert page.status_code == 403
    assert (await omar.get("/staff/delegates")).status_code == 200
    elsewhere = await staff(session, cast.city, [Role.OFFICIAL], cast.market)
    await session.commit()
    other = await at_desk(app, elsewhere)
    assert (await other.get("/staff/delegates")).status_code == 200
    assert (await other.get(f"/staff/delegates/{one.id}")).status_code == 403
    mariam = await at_desk(app, cast.mariam)
    assert (await mariam.get("/staff/delegates")).status_code == 403
    for someone in (omar, other, mariam):
        await someone.client.aclose()


async def test_coverage_is_by_neighbourhood_and_shows_no_fewer_than_ten(
    ada: Browser, session: Session, cast: Cast, tmp_path: Any
) -> None:
    asked = await ask(session, cast, tmp_path)
    one = await delegate(session, cast)
    device = (await enrolled(session, cast, one.id)).device
    quay = cast.city.place("quay")
    assert quay is not None
    counts = (
        (quay.id, EntryKind.PROXY, EntryState.ACCEPTED, 23),
        (cast.harbour, EntryKind.PROXY, EntryState.ACCEPTED, 9),
    )
    others = (
        (None, EntryKind.ASSISTED, EntryState.ACCEPTED, 11),
        (quay.id, EntryKind.MEETING, EntryState.ACCEPTED, 30),
    )
    held = ((quay.id, EntryKind.PROXY, EntryState.HELD, 40),)
    number = 0
    for place_id, kind, state, count in (*counts, *others, *held):
        for _one in range(count):
            number += 1
            session.add(entry(cast, asked.project.id, device, number, place_id=place_id, kind=kind, state=state))
    await session.commit()
    page = await ada.get(f"/staff/delegates/{one.id}")
    table = page.text.split("<table>")[1].split("</table>")[0]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table.split("<tr>")[2:]]
    assert rows == [
        ["Harbour", "40,000", "40"],
        ["Quay", "9,000", "20"],
        ["With an access code", "", "10"],
    ]
    await session.execute(sa.delete(Entry).where(Entry.place_id == quay.id, Entry.id % 3 != 0))
    await session.commit()
    assert "fewer than 10" in (await ada.get(f"/staff/delegates/{one.id}")).text


def entry(cast: Cast, project_id: int, device: Any, number: int, **more: Any) -> Entry:
    values: dict[str, Any] = {
        "city_id": cast.city.id,
        "project_id": project_id,
        "device_id": device.id,
        "delegate_id": device.delegate_id,
        "number": device.number,
        "client_id": uuid.uuid4(),
        "digest": b"",
        "via": "delegate",
        "language": "sw",
        "consent": "spoken",
        "consent_version": 1,
        "consent_language": "sw",
        "witnessed": False,
        "seconds": 200,
        "finished_at": NOW,
        "received_at": NOW,
        "state_at": NOW,
        "receipt": f"{number:012}",
    }
    return Entry(**(values | more))
