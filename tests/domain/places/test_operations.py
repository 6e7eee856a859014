"""Several cities in one installation: each is found by its host name, and each record keeps the name it began with."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from participation import worker
from participation.app import build
from participation.demo.content import Content
from participation.domain.places.forms import CitySaid, WrongDescription, read_city, read_host
from participation.domain.places.operations import found_city, set_host
from participation.domain.places.queries import directory
from participation.domain.record import queries as record
from participation.domain.record.models import RecordEntry
from participation.kit.database import Database, Session
from participation.kit.errors import Conflict, NotFound
from participation.settings import Settings
from tests.browsing import browser
from tests.cast import NOW, Cast
from tests.stage import Clock


def described(slug: str, host: str | None = None) -> CitySaid:
    """Tamarani's description under another name."""
    said = read_city(Content().city)
    return replace(said, slug=slug, host=host)


async def found(session: Session, slug: str, host: str | None = None) -> Any:
    return await found_city(session, said=described(slug, host), at=NOW)


@pytest.mark.parametrize("host", [None, "kilima.example"])
async def test_a_second_city_waits_until_the_first_has_a_host_name(
    session: Session, cast: Cast, host: str | None
) -> None:
    with pytest.raises(Conflict) as refused:
        await found(session, "kilima", host)
    assert "participation city host tamarani HOST" in str(refused.value.message)
    assert len((await directory(session)).cities) == 1


async def test_a_second_city_needs_a_host_name_of_its_own(session: Session, cast: Cast) -> None:
    await set_host(session, slug="tamarani", host="tamarani.example", at=NOW)
    for host, reason in ((None, "--host"), ("tamarani.example", "this name or host already")):
        with pytest.raises(Conflict) as refused:
            await found(session, "kilima", host)
        assert reason in str(refused.value.message)
    with pytest.raises(Conflict):
        await found(session, "tamarani", "kilima.example")
    assert (await found(session, "kilima", "kilima.example")).host == "kilima.example"


async def test_an_installation_that_grew_serves_and_seals_both_cities_and_the_first_record_keeps_its_name(
    session: Session, database: Database, settings: Settings, clock: Clock, cast: Cast
) -> None:
    work = worker.Work(settings, database, clock)
    await found_before(session, work)
    await set_host(session, slug="tamarani", host="tamarani.example", at=NOW)
    second = await found(session, "kilima", "kilima.example")
    await session.commit()
    await worker.look(work)
    origins = {city: (await record.log(session, city)) for city in (cast.city.id, second.id)}
    assert [log and log.origin for log in origins.values()] == ["testserver/record", "kilima.example/record"]
    assert await session.scalar(sa.select(sa.func.count()).where(RecordEntry.number.is_(None))) == 0
    front = build(settings, database, clock)
    await front.site.load()  # type: ignore[attr-defined]
    for host, status in (("tamarani.example", 200), ("kilima.example", 200), ("elsewhere.example", 404)):
        someone = browser(front, f"http://{host}")
        assert (await someone.get("/en/")).status_code == status
        if status == 200:
            page = await someone.get("/en/record")
            assert ("The host name \u2068tamarani.example\u2069 leads to this city." in page.text) is (
                host == "tamarani.example"
            )
        await someone.client.aclose()


async def found_before(session: Session, work: worker.Work) -> None:
    """The first city's record was started when it was alone, under the host of the base URL."""
    await session.commit()
    await worker.look(work)


async def test_no_city_takes_the_host_name_that_another_ones_record_was_started_under(
    session: Session, database: Database, settings: Settings, clock: Clock, cast: Cast
) -> None:
    await found_before(session, worker.Work(settings, database, clock))
    await set_host(session, slug="tamarani", host="tamarani.example", at=NOW)
    with pytest.raises(Conflict) as refused:
        await found(session, "kilima", settings.host)
    assert "The record of another city" in str(refused.value.message)
    assert (await set_host(session, slug="tamarani", host=settings.host, at=NOW)).host == settings.host


async def test_pages_of_the_only_city_are_dropped_when_a_host_name_leads_elsewhere(
    session: Session, database: Database, cast: Cast
) -> None:
    async with database.transaction() as writing:
        await set_host(writing, slug="tamarani", host="tamarani.example", at=NOW)
        assert writing.info["touched"] == {f"city:{cast.city.id}"}
    async with database.transaction() as writing:
        second = await found(writing, "kilima", "kilima.example")
        assert writing.info["touched"] == {f"city:{cast.city.id}", f"city:{second.id}"}


async def test_a_host_name_is_recorded_once_and_only_for_a_city_that_is_there(session: Session, cast: Cast) -> None:
    for _time in range(2):
        await set_host(session, slug="tamarani", host="tamarani.example", at=NOW)
    recorded = sa.select(RecordEntry.body).where(RecordEntry.kind == "city_host")
    assert len((await session.scalars(recorded)).all()) == 1
    with pytest.raises(NotFound):
        await set_host(session, slug="nowhere", host="nowhere.example", at=NOW)


@pytest.mark.parametrize("said", ["", "https://a.example", "a.example/", "a b", ".a", "a:port", "ä.example", 5])
def test_what_is_no_host_name_is_refused(said: object) -> None:
    with pytest.raises(WrongDescription):
        read_host(said)


@pytest.mark.parametrize(("said", "host"), [("City.Example", "city.example"), ("127.0.0.1:8000", "127.0.0.1:8000")])
def test_a_host_name_is_kept_as_browsers_send_it(said: str, host: str) -> None:
    assert read_host(said) == host
