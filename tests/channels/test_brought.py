"""What delegates brought is told in figures that tell of nobody, and what was said at meetings can be read."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.moderation.names.operations import list_names
from participation.domain.places.models import City
from participation.domain.proxies.models import Entry
from participation.domain.proxies.sums.rules import counted_until, part
from participation.kit.database import Session
from tests.browsing import Browser, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.consulting import SLUG, consulted
from tests.delegating import delegate as appointed
from tests.proxying import Device, enrolled, enrolment
from tests.stage import Clock

PAGE, DATA = f"/en/projects/{SLUG}/delegates", f"/api/v1/projects/{SLUG}/delegates"
COMMENT = {"body": "Mwanga usiku.", "stance": "for"}
MEETING: dict[str, Any] = {
    "attended": 40,
    "points": ["Shelter at each stop"],
    "dissent": "Drivers fear for work",
    "hands": {"for": 25, "against": 9, "abstain": 0},
}


@pytest.fixture
async def device(session: Session, cast: Cast, app: Any, visitor: Browser) -> Device:
    await consulted(session, cast)
    code = await enrolment(session, cast, await appointed(session, cast), app.site.secrets)
    await session.commit()
    return await enrolled(visitor.client, code)


def met(device: Device, **more: Any) -> dict[str, Any]:
    return device.sealed(device.entry(SLUG, kind="meeting", subject={"place": "quay"}, meeting=MEETING | more))


async def test_figures_are_told_in_tens_from_ten_on_and_only_from_the_next_monday(
    session: Session, device: Device, visitor: Browser, clock: Clock
) -> None:
    said: list[dict[str, Any]] = [{"free": place >= 11} for place in range(22)] + [{"kind": "assisted"}] * 9
    await device.results(*(device.sealed(device.entry(SLUG, comment=COMMENT, **more)) for more in said), met(device))
    assert (await visitor.get(DATA)).json()["visits"] is None, "not before the week is over"
    clock.now = NOW + 7 * DAY
    told = (await visitor.get(DATA)).json()
    assert {name: told[name] for name in ("visits", "not_free", "assisted", "without_code", "age_60_over")} == {
        "visits": 30,
        "not_free": 10,
        "assisted": None,
        "without_code": 30,
        "age_60_over": 30,
    }
    assert [told[name] for name in ("meetings", "attended", "hands_for", "hands_against")] == [None, 40, 20, None]
    page = (await visitor.get(PAGE)).text
    assert "30 or more" in page
    assert "fewer than 10" in page
    assert f"/projects/{SLUG}/delegates" in (await visitor.get(f"/en/projects/{SLUG}/comments")).text


def test_a_mark_on_nearly_everybody_is_told_of_nobody() -> None:
    assert [part(count, 30) for count in (9, 10, 20, 21, 30)] == [None, 10, 20, None, None]


def test_sums_end_with_the_week(cast: Cast) -> None:
    monday = counted_until(NOW, cast.city.zone)
    assert monday.astimezone(cast.city.zone).strftime("%a %H:%M") == "Mon 00:00"
    assert timedelta(0) <= NOW - monday < timedelta(days=7)


async def test_open_data_tell_of_a_visit_the_day_alone(device: Device, visitor: Browser, cast: Cast) -> None:
    finished = NOW - timedelta(minutes=3, seconds=13)
    await device.results(device.sealed(device.entry(SLUG, comment=COMMENT), made=finished))
    (told,) = (await visitor.get(f"/api/v1/projects/{SLUG}/comments")).json()["items"]
    day = datetime.fromisoformat(told["created_at"]).astimezone(cast.city.zone)
    assert (day.date(), day.time()) == (finished.astimezone(cast.city.zone).date(), time.min)


async def test_what_was_said_where_ten_people_met_can_be_read_and_of_fewer_not(
    device: Device, visitor: Browser
) -> None:
    await device.results(met(device), met(device, attended=9, points=["Only us"], hands={}))
    page = (await visitor.get(PAGE)).text
    assert "Shelter at each stop" in page
    assert "Drivers fear for work" in page
    assert "Only us" not in page


async def test_a_meeting_that_names_a_city_worker_waits_until_somebody_has_looked(
    session: Session, cast: Cast, app: Any, device: Device, visitor: Browser
) -> None:
    await list_names(
        session, city=cast.city, names=[["neema", "kirubi"]], secrets=app.site.secrets, actor=cast.ada, at=NOW
    )
    await session.commit()
    (result,) = await device.results(met(device, dissent="Neema Kirubi said no"))
    assert (result["status"], result["code"]) == ("held", "names")
    assert "Shelter" not in (await visitor.get(PAGE)).text
    await sign_in_as(visitor, app, cast.mariam)
    entry = await session.scalar(sa.select(Entry.id))
    waits = (await visitor.get(f"/staff/entries/{entry}")).text
    assert "Neema Kirubi said no" in waits
    assert "for 25, against 9, abstained 0" in waits
    await visitor.send({"do": "admit"})
    assert "Neema Kirubi said no" in (await visitor.get(PAGE)).text


async def test_whoever_is_told_of_a_checking_table_is_told_where_and_when(
    session: Session, cast: Cast, app: Any, device: Device, visitor: Browser
) -> None:
    (result,) = await device.results(device.sealed(device.entry(SLUG, comment=COMMENT)))
    await visitor.get("/en/receipts")
    assert "the district office tells you" in (await visitor.send({"receipt": result["receipt"]})).text
    line = "Saturdays, at the ferry hall"
    await session.execute(sa.update(City).where(City.id == cast.city.id).values(checking_tables={"en": line}))
    await session.commit()
    await app.site.load()
    assert line in (await visitor.get("/en/delegates/checks")).text
    await visitor.get("/en/receipts")
    assert line in (await visitor.send({"receipt": result["receipt"]})).text


async def test_whoever_reads_a_comment_gets_from_the_delegates_number_to_their_page(
    session: Session, device: Device, visitor: Browser
) -> None:
    await device.results(device.sealed(device.entry(SLUG, comment=COMMENT)))
    number = await session.scalar(sa.select(Entry.number))
    assert f'href="/en/delegates/{number}"' in (await visitor.get(f"/en/projects/{SLUG}/comments")).text


async def test_whoever_holds_a_meetings_receipt_sees_all_of_it(device: Device, visitor: Browser) -> None:
    (result,) = await device.results(met(device))
    await visitor.get("/en/receipts")
    shown = (await visitor.send({"receipt": result["receipt"]})).text
    assert "Drivers fear for work" in shown
    assert "for 25, against 9, abstained 0" in shown
